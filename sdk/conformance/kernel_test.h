// The kernels of one op in the plugin under test, and what the reference says of their results.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "description.h"
#include "device_under_test.h"
#include "kernel_launch.h"

namespace conformance {

class KernelTest {
public:
    KernelTest(Context& context, const std::string& op);

    // Calls f(def, type, call) for all kernels of the op and their dtypes.
    template <class F>
    void for_each_call(F&& f) {
        for (const chx_kernel_def* def : subject.plugin.kernels()) {
            if (def->op != op_) continue;
            for (const int type : types_of(*def, *row_)) {
                const std::string& name = kDtypeNames[static_cast<std::size_t>(type)];
                for (const OpCall& call : calls_of(*row_, type)) {
                    if (call.needs_host_scalars && (def->caps & CHX_K_HOST_SCALAR) == 0) continue;
                    try {
                        f(*def, type, call);
                    } catch (const Failure& failure) {
                        fail("{} of {}: {}", name, call.label, failure.what());
                    }
                }
            }
        }
    }

    const OpRow& row() const { return *row_; }
    // Results of the reference, in double precision unless the call says otherwise.
    Results expected(const OpCall& call, int type);
    // Results of the kernel; nothing if it refuses the call.
    std::optional<Results> actual(const chx_kernel_def& def,
                                  const OpCall& call,
                                  const LaunchOptions& options);
    // Runs a call and compares; false if the kernel refuses it.
    bool check(const chx_kernel_def& def,
               int type,
               const OpCall& call,
               const Results& reference,
               const LaunchOptions& options);
    // Throws Failure if results are not those of the reference.
    static void compare(const chx_kernel_def& def,
                        int type,
                        const OpCall& call,
                        const Results& results,
                        const Results& reference);

    DeviceUnderTest subject;

private:
    Results expected_without_native(const OpCall& call) const;

    std::string op_;
    const OpRow* row_ = nullptr;
    LoadedPlugin native_;
    OpenDevice native_device_;
    std::unique_ptr<MemorySpace> host_;
};

}  // namespace conformance
