// Whose kernels go first where several plugins have one for the same op.
#pragma once

#include <cstdint>
#include <string>

#include "chainerx/export.h"

namespace chainerx {

// Kernels of this plugin go before all others from now on, on every device and in every thread; of a single op ("conv",
// "chx.conv", "acme.op") if one is named. A kernel that refuses a call passes it on to the next. Of several preferences
// the latest goes first. CHAINERX_KERNEL_PREFER="onednn:conv,acme" sets some at the start, the first going first.
// Returns what forget_preference() takes. Throws ValueError for plugins and ops that nobody knows.
CHAINERX_EXPORT uint64_t prefer(const std::string& plugin, const std::string& op = {});

// Takes a preference back; nothing happens if it was taken back already.
CHAINERX_EXPORT void forget_preference(uint64_t preference);

// A preference as long as the scope.
class PreferenceScope {
public:
    explicit PreferenceScope(const std::string& plugin, const std::string& op = {})
        : preference_{prefer(plugin, op)} {}
    ~PreferenceScope() { forget_preference(preference_); }
    PreferenceScope(const PreferenceScope&) = delete;
    PreferenceScope& operator=(const PreferenceScope&) = delete;

private:
    uint64_t preference_;
};

}  // namespace chainerx
