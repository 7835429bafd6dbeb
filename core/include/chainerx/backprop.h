// Graphs that are recorded, scopes that switch recording, and backward(): all that an Array needs to know of gradients.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "chainerx/export.h"

namespace chainerx {

class Array;

// One of several graphs that can be recorded at the same time. Ordered: later scopes are inner ones.
class CHAINERX_EXPORT BackpropId {
public:
    // The default graph.
    constexpr BackpropId() = default;
    constexpr explicit BackpropId(uint64_t ordinal) : ordinal_{ordinal} {}
    uint64_t ordinal() const { return ordinal_; }
    // "<default>", the scope's name, or "<expired>".
    std::string name() const;
    bool is_expired() const { return ordinal_ != 0 && is_scope_over(); }
    friend bool operator==(BackpropId a, BackpropId b) { return a.ordinal_ == b.ordinal_; }
    friend bool operator!=(BackpropId a, BackpropId b) { return !(a == b); }

private:
    bool is_scope_over() const;

    uint64_t ordinal_ = 0;
};

namespace internal {
[[noreturn]] CHAINERX_EXPORT void throw_expired_backprop_id();
}

CHAINERX_EXPORT BackpropId make_backprop_id(std::string name);
// Throws ChainerxError for the default graph; arrays keep an expired id.
CHAINERX_EXPORT void release_backprop_id(BackpropId id);
// Throws ChainerxError if the id has expired.
inline void check_valid_backprop_id(BackpropId id) {
    if (id.is_expired()) internal::throw_expired_backprop_id();
}

// A graph of its own for as long as the object lives.
class CHAINERX_EXPORT BackpropScope {
public:
    explicit BackpropScope(std::string name) : id_{make_backprop_id(std::move(name))} {}
    ~BackpropScope();
    BackpropScope(const BackpropScope&) = delete;
    BackpropScope& operator=(const BackpropScope&) = delete;
    BackpropId backprop_id() const { return id_; }

private:
    BackpropId id_;
};

namespace internal {
class CHAINERX_EXPORT BackpropModeScope {
public:
    BackpropModeScope(bool enable, const std::vector<BackpropId>* ids);
    ~BackpropModeScope();
    BackpropModeScope(const BackpropModeScope&) = delete;
    BackpropModeScope& operator=(const BackpropModeScope&) = delete;

private:
    size_t depth_;
};
}  // namespace internal

// On this thread, records nothing: for all graphs, or for some.
class NoBackpropModeScope : internal::BackpropModeScope {
public:
    NoBackpropModeScope() : BackpropModeScope(false, nullptr) {}
    explicit NoBackpropModeScope(const std::vector<BackpropId>& ids)
        : BackpropModeScope(false, &ids) {}
};

// On this thread, records again inside of a NoBackpropModeScope.
class ForceBackpropModeScope : internal::BackpropModeScope {
public:
    ForceBackpropModeScope() : BackpropModeScope(true, nullptr) {}
    explicit ForceBackpropModeScope(const std::vector<BackpropId>& ids)
        : BackpropModeScope(true, &ids) {}
};

// Whether this thread records for the graph.
CHAINERX_EXPORT bool is_backprop_required(BackpropId id = BackpropId{});

struct BackwardOptions {
    BackpropId backprop_id{};
    bool enable_double_backprop =
        false;  // the gradients are themselves recorded, and the graph is kept
    std::optional<double>
        loss_scale{};  // outputs start with it instead of 1; gradients are divided by it at the end
};

// Adds the gradients of the outputs' sum to .grad() of every array that asked for one by require_grad(). An output starts
// with its own .grad() if it has one, else with ones. The graph is freed unless double backprop is enabled.
CHAINERX_EXPORT void backward(const Array& output, const BackwardOptions& options = {});
CHAINERX_EXPORT void backward(const std::vector<Array>& outputs,
                              const BackwardOptions& options = {});

}  // namespace chainerx
