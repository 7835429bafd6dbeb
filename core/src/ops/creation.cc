// Arrays from shapes, numbers and ranges; the fill and arange ops.
#include "chx/ops/creation.h"

#include <cmath>

#include "device/device_state.h"
#include "dispatch/number_call.h"
#include "ops/op_support.h"

namespace chainerx::internal {

void infer_fill(InferContext& c) {
    const auto& attrs = c.attrs<chx_attrs_fill>();
    c.set(0, DimsView(attrs.shape, static_cast<int>(attrs.n_shape)));
}

void infer_arange(InferContext& c) { c.set(0, {c.attrs<chx_attrs_arange>().n}); }

namespace {

DeviceState& device_or_default(const ThreadContext& context, Device* device) {
    return __builtin_expect(device == nullptr, 1) ? default_device(context) : state_of(*device);
}

// Knowing the default, compilers would write the dtypes of tensors part by part, and the kernel, which reads several parts at
// once, would wait for that.
DType given_or(std::optional<DType> dtype, DType fallback) {
    auto code = static_cast<unsigned>(dtype.value_or(fallback));
    asm("" : "+r"(code));  // NOLINT
    return static_cast<DType>(code);
}

[[gnu::always_inline]] inline Array filled_vector(
    int64_t n, const Scalar& value, DType dtype, ThreadContext& context, DeviceState& device) {
    chx_attrs_fill& attrs = context.vector_attrs;
    attrs.dtype = to_chx_dtype(dtype);
    attrs.shape[0] = n;
    return make_from_numbers<1>(kOps[kOpFill], context, &value, attrs, {&n, 1}, dtype, device);
}

// One dimension apart, for which no loops are needed.
[[gnu::always_inline]] inline Array filled(DimsView shape,
                                           const Scalar& value,
                                           DType dtype,
                                           Device* device) {
    ThreadContext& context = thread_context();
    DeviceState& on = device_or_default(context, device);
    if (shape.size() == 1) return filled_vector(shape[0], value, dtype, context, on);
    auto attrs = make_attrs<chx_attrs_fill>();
    attrs.dtype = to_chx_dtype(dtype);
    set_attr(attrs.n_shape, attrs.shape, shape);
    return make_from_numbers<1>(kOps[kOpFill], context, &value, attrs, shape, dtype, on);
}

Array progression(const Scalar& start, const Scalar& step, int64_t n, DType dtype, Device* device) {
    auto attrs = make_attrs<chx_attrs_arange>();
    attrs.dtype = to_chx_dtype(dtype);
    attrs.n = n;
    const Scalar numbers[] = {start, step};
    ThreadContext& context = thread_context();
    DeviceState& on = device_or_default(context, device);
    return make_from_numbers<2>(kOps[kOpArange], context, numbers, attrs, {n}, dtype, on);
}

bool is_integer(const Scalar& value) { return value.kind() < DTypeKind::kFloat; }

// How many of start, start + step, ... lie before stop.
int64_t arange_length(const Scalar& start, const Scalar& stop, const Scalar& step) {
    const double step_value = static_cast<double>(step);
    if (step_value == 0 || std::isnan(step_value)) {
        throw ValueError(
            fmt::format("arange: step is {}; expected a number other than zero", step.to_string()));
    }
    if (is_integer(start) && is_integer(stop) && is_integer(step)) {
        // In 128 bits: the difference of two int64 need not be one.
        const __int128 span =
            static_cast<__int128>(static_cast<int64_t>(stop)) - static_cast<int64_t>(start);
        const __int128 by = static_cast<int64_t>(step);
        const __int128 n = span / by + (span % by != 0 && (span > 0) == (by > 0) ? 1 : 0);
        return n <= 0 ? 0 : static_cast<int64_t>(n);
    }
    const double n =
        std::ceil((static_cast<double>(stop) - static_cast<double>(start)) / step_value);
    // The bound also catches NaN and infinity.
    if (!(n < 0x1p62)) {
        throw ValueError(
            fmt::format("arange: from {} to {} in steps of {} is not a finite number of elements",
                        start.to_string(),
                        stop.to_string(),
                        step.to_string()));
    }
    return n <= 0 ? 0 : static_cast<int64_t>(n);
}

}  // namespace

}  // namespace chainerx::internal

namespace chainerx {

Array empty(const Shape& shape, std::optional<DType> dtype, Device* device) {
    return internal::new_array(shape,
                               dtype.value_or(DType::kFloat32),
                               internal::device_or_default(internal::thread_context(), device));
}

Array zeros(const Shape& shape, std::optional<DType> dtype, Device* device) {
    static constexpr Scalar kZero(0);
    return internal::filled(shape, kZero, internal::given_or(dtype, DType::kFloat32), device);
}

Array ones(const Shape& shape, std::optional<DType> dtype, Device* device) {
    static constexpr Scalar kOne(1);
    return internal::filled(shape, kOne, internal::given_or(dtype, DType::kFloat32), device);
}

Array full(const Shape& shape,
           const Operand& fill_value,
           std::optional<DType> dtype,
           Device* device) {
    if (fill_value.is_array()) {
        // By ops that are recorded, since the value may be part of a graph.
        const Array value = internal::array_of(fill_value);
        const Array placed = device != nullptr ? value.to_device(*device) : value;
        const Array cast = astype(placed, dtype.value_or(value.dtype()), false);
        return copy(broadcast_to(cast, shape));
    }
    const Scalar& value = fill_value.scalar();
    return internal::filled(shape, value, dtype.value_or(value.default_dtype()), device);
}

Array empty_like(const Array& a, std::optional<DType> dtype, Device* device) {
    return empty(a.shape(), dtype.value_or(a.dtype()), device != nullptr ? device : &a.device());
}

Array zeros_like(const Array& a, std::optional<DType> dtype, Device* device) {
    return zeros(a.shape(), dtype.value_or(a.dtype()), device != nullptr ? device : &a.device());
}

Array ones_like(const Array& a, std::optional<DType> dtype, Device* device) {
    return ones(a.shape(), dtype.value_or(a.dtype()), device != nullptr ? device : &a.device());
}

Array full_like(const Array& a,
                const Operand& fill_value,
                std::optional<DType> dtype,
                Device* device) {
    return full(
        a.shape(), fill_value, dtype.value_or(a.dtype()), device != nullptr ? device : &a.device());
}

Array arange(const Scalar& start,
             const std::optional<Scalar>& stop,
             const std::optional<Scalar>& step,
             std::optional<DType> dtype,
             Device* device) {
    const Scalar from = stop ? start : Scalar(0);
    const Scalar to = stop ? *stop : start;
    const Scalar by = step.value_or(Scalar(1));
    const int64_t n = internal::arange_length(from, to, by);
    const bool is_integer =
        internal::is_integer(from) && internal::is_integer(to) && internal::is_integer(by);
    return internal::progression(
        from, by, n, dtype.value_or(is_integer ? DType::kInt64 : DType::kFloat32), device);
}

Array linspace(const Scalar& start,
               const Scalar& stop,
               int64_t num,
               bool endpoint,
               std::optional<DType> dtype,
               Device* device) {
    if (num < 0) {
        throw ValueError(fmt::format("linspace: num is {}; expected zero or more", num));
    }
    const DType result_dtype = dtype.value_or(DType::kFloat32);
    const bool is_wide = result_dtype == DType::kFloat64 || !is_floating(result_dtype);
    const DType computed_dtype = is_wide ? DType::kFloat64 : DType::kFloat32;
    const double first = static_cast<double>(start);
    const double last = static_cast<double>(stop);
    const int64_t intervals = endpoint ? num - 1 : num;
    const double step = intervals > 0 ? (last - first) / static_cast<double>(intervals) : 0;
    Array values = internal::progression(first, step, num, computed_dtype, device);
    if (endpoint && num > 1) {
        // start + intervals * step may miss it by a rounding error.
        internal::fill_into(internal::raw_view(values, {}, {}, num - 1), last);
    }
    // As NumPy: towards minus infinity, where a cast alone would go towards zero.
    if (is_integral(result_dtype)) values = floor(values);
    return astype(values, result_dtype, false);
}

Array copy(const Array& a) { return astype(a, a.dtype(), true); }

Array ascontiguousarray(const Array& a, std::optional<DType> dtype) {
    const Array cast = astype(a, dtype.value_or(a.dtype()), false);
    return atleast_1d(internal::contiguous(cast));
}

}  // namespace chainerx
