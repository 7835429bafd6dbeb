// Array: an n-dimensional array on a device. A cheap handle; copies share the elements.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainerx/backprop.h"
#include "chainerx/detail/array_body.h"
#include "chainerx/device.h"
#include "chainerx/dtype.h"
#include "chainerx/export.h"
#include "chainerx/scalar.h"
#include "chainerx/shape.h"

namespace chainerx {

class ArrayIndex;

class CHAINERX_EXPORT Array {
public:
    // The null array: stands for "none", has no other method than is_null().
    Array() = default;
    ~Array() { reset(); }
    Array(const Array& other) noexcept : body_{other.body_} {
        if (body_ != nullptr) internal::retain(body_);
    }
    Array(Array&& other) noexcept : body_{std::exchange(other.body_, nullptr)} {}
    Array& operator=(const Array& other) noexcept { return *this = Array(other); }
    Array& operator=(Array&& other) noexcept {
        std::swap(body_, other.body_);
        return *this;
    }
    void reset() noexcept {
        if (body_ != nullptr) internal::release(std::exchange(body_, nullptr));
    }
    bool is_null() const { return body_ == nullptr; }
    // Whether both are the very same object, graph included.
    bool is_same(const Array& other) const { return body_ == other.body_; }

    int ndim() const { return body_->tensor.ndim; }
    DimsView shape() const { return {body_->tensor.shape, body_->tensor.ndim}; }
    // In elements. (Python's .strides is in bytes, as NumPy's.)
    DimsView strides() const { return {body_->tensor.strides, body_->tensor.ndim}; }
    int64_t size() const { return body_->tensor.numel; }
    int64_t nbytes() const { return size() * itemsize(body_->dtype); }
    DType dtype() const { return body_->dtype; }
    Device& device() const { return *body_->device; }
    bool is_contiguous() const { return (body_->tensor.flags & CHX_T_CONTIGUOUS) != 0; }
    // Bytes from the start of the allocation to the first element.
    int64_t byte_offset() const { return static_cast<int64_t>(body_->tensor.byte_offset); }
    // The first element, where the host may dereference it; throws DeviceError elsewhere (use to_device or to_host).
    void* data() const;
    // Base of the allocation in the device's own terms: a pointer or a handle.
    void* raw_data() const { return body_->tensor.data; }
    // Whether the host may dereference data().
    bool is_host_accessible() const;
    // Counts writes to the memory that this array and its views share.
    uint64_t version() const;

    // Basic and advanced indexing as in NumPy: views for integers, slices, newaxis and ellipsis; copies for arrays.
    Array at(const std::vector<ArrayIndex>& indices) const;
    // Assigns in place, broadcasting and casting value.
    void set_at(const std::vector<ArrayIndex>& indices, const Array& value) const;
    void set_at(const std::vector<ArrayIndex>& indices, const Scalar& value) const;

    Array reshape(DimsView shape) const;
    Array transpose() const;
    Array transpose(DimsView axes) const;
    Array astype(DType dtype, bool copy = true) const;
    Array copy() const;
    // A new handle on the same memory, connected to the same graphs.
    Array view() const;
    // On another device; itself if already there.
    Array to_device(Device& device) const;
    Array to_device(const std::string& name) const { return to_device(get_device(name)); }
    // The same memory outside of every graph (or of some graphs).
    Array as_grad_stopped() const;
    Array as_grad_stopped(const std::vector<BackpropId>& ids) const;
    void fill(const Scalar& value) const;
    // Copies all elements to host memory in row-major order; out holds nbytes().
    void copy_to_host(void* out) const;
    // The only element; throws DimensionError if there are several.
    Scalar item() const;
    std::string to_string() const;

    // Asks for gradients (DtypeError unless floating). Returns itself.
    const Array& require_grad(BackpropId id = BackpropId{}) const;
    bool is_grad_required(BackpropId id = BackpropId{}) const;
    // Whether it is part of the graph and this thread records it.
    bool is_backprop_required(BackpropId id = BackpropId{}) const;
    bool is_connected(BackpropId id = BackpropId{}) const;
    bool is_connected_to_any() const { return body_->autograd != nullptr; }
    std::vector<BackpropId> backprop_ids() const;
    // The gradient, or a null array; throws GradientError unless require_grad() was called.
    Array grad(BackpropId id = BackpropId{}) const;
    void set_grad(const Array& gradient, BackpropId id = BackpropId{}) const;
    void clear_grad(BackpropId id = BackpropId{}) const;
    void backward(const BackwardOptions& options = {}) const { chainerx::backward(*this, options); }

    Array operator-() const;
    // In place; throws GradientError if connected to a graph.
    const Array& operator+=(const Array& other) const;
    const Array& operator-=(const Array& other) const;
    const Array& operator*=(const Array& other) const;
    const Array& operator/=(const Array& other) const;
    const Array& operator+=(const Scalar& other) const;
    const Array& operator-=(const Scalar& other) const;
    const Array& operator*=(const Scalar& other) const;
    const Array& operator/=(const Scalar& other) const;

    // For the core and bindings.
    explicit Array(internal::ArrayBody* body) noexcept : body_{body} {}  // takes over one reference
    internal::ArrayBody* body() const { return body_; }
    internal::ArrayBody* take_body() noexcept { return std::exchange(body_, nullptr); }

private:
    internal::ArrayBody* body_ = nullptr;
};

// An argument that may be an array, a number, or (for optional ones) nothing. Borrows the array.
class Operand {
public:
    Operand() : scalar_{} {}
    Operand(const Array& array) : Operand(array.body()) {}                // NOLINT
    Operand(const Scalar& scalar) : scalar_{scalar}, is_scalar_{true} {}  // NOLINT
    template <typename T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
    Operand(T value) : scalar_{value}, is_scalar_{true} {}  // NOLINT
    explicit Operand(internal::ArrayBody* body) : body_{body} {
        if (body == nullptr) new (&scalar_) Scalar;
    }
    // Only what there is: reading a number that was never written holds the processor up.
    Operand(const Operand& other) : body_{other.body_}, is_scalar_{other.is_scalar_} {
        if (body_ == nullptr) new (&scalar_) Scalar(other.scalar_);
    }
    Operand& operator=(const Operand& other) {  // NOLINT: copying to itself changes nothing
        return *new (this) Operand(other);
    }
    ~Operand() = default;

    bool is_scalar() const { return is_scalar_; }
    bool is_array() const { return body_ != nullptr; }
    bool is_absent() const { return body_ == nullptr && !is_scalar_; }
    internal::ArrayBody* body() const { return body_; }
    // Of an operand that is no array.
    const Scalar& scalar() const { return scalar_; }

private:
    internal::ArrayBody* body_ = nullptr;
    union {
        Scalar scalar_;
    };
    bool is_scalar_ = false;
};

struct Slice {
    std::optional<int64_t> start{}, stop{};
    std::optional<int64_t> step{};
};

// One part of an index: an integer, a slice, newaxis, an ellipsis, or an array of integers or bool.
class ArrayIndex {
public:
    enum class Kind { kInteger, kSlice, kNewAxis, kEllipsis, kArray };
    template <typename T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
    ArrayIndex(T value) : kind_{Kind::kInteger}, integer_{static_cast<int64_t>(value)} {}  // NOLINT
    ArrayIndex(Slice slice) : kind_{Kind::kSlice}, slice_{slice} {}                        // NOLINT
    ArrayIndex(Array array) : kind_{Kind::kArray}, array_{std::move(array)} {}             // NOLINT
    static ArrayIndex new_axis() { return ArrayIndex(Kind::kNewAxis); }
    static ArrayIndex ellipsis() { return ArrayIndex(Kind::kEllipsis); }

    Kind kind() const { return kind_; }
    int64_t integer() const { return integer_; }
    const Slice& slice() const { return slice_; }
    const Array& array() const { return array_; }

private:
    explicit ArrayIndex(Kind kind) : kind_{kind} {}
    Kind kind_;
    int64_t integer_ = 0;
    Slice slice_{};
    Array array_{};
};

// An array over memory of somebody else on a device whose memory the host may address (or of that device: data is its
// base). release is called when the last view is gone. strides in elements.
CHAINERX_EXPORT Array array_from_memory(void* data,
                                        DimsView shape,
                                        DimsView strides,
                                        DType dtype,
                                        Device& device,
                                        std::function<void()> release,
                                        int64_t byte_offset = 0,
                                        bool readonly = false);
// Copies row-major host data.
CHAINERX_EXPORT Array array_from_host(const void* data,
                                      DimsView shape,
                                      DType dtype,
                                      Device* device = nullptr);
template <typename T>
Array array(const std::vector<T>& values, DimsView shape, Device* device = nullptr) {
    return array_from_host(values.data(), shape, dtype_of<T>(), device);
}

}  // namespace chainerx

#include "chainerx/gradient.h"  // needs Array whole: grad() and its options belong to arrays
