// Random numbers from a counter-based generator: uniform, normal, and the random_bits op.
#include "chainerx/random.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "chx/ops/random.h"
#include "dispatch/thread_context.h"
#include "ops/op_support.h"
#include "ops/random_draws.h"
#include "program/recorder.h"

namespace chainerx::internal {

void infer_random_bits(InferContext& c) {
    const auto& attrs = c.attrs<chx_attrs_random_bits>();
    c.set(0, DimsView(attrs.shape, static_cast<int>(attrs.n_shape)));
    c.set(1, {2});
}

Array random_words(int64_t n, Device& device, random::Generator* given) {
    // A copy, which shares the state: a Program that draws from it may outlive it.
    random::Generator generator = given != nullptr ? *given : random::default_generator();
    const uint64_t n_blocks = (static_cast<uint64_t>(n) + 3) / 4;
    const auto state = generator.take(n_blocks);
    const uint64_t host[] = {state.key, state.counter};
    const Array on_device = array_from_host(host, {2}, DType::kUInt64, &device);
    if (ProgramRecorder* recorder = thread_context().recorder) {
        recorder->add_cell(on_device, [n_blocks, generator](void* to) mutable {
            const auto next = generator.take(n_blocks);
            const uint64_t words[] = {next.key, next.counter};
            std::memcpy(to, words, sizeof words);
        });
    }
    auto attrs = make_attrs<chx_attrs_random_bits>();
    set_attr(attrs.n_shape, attrs.shape, {n});
    const Operand inputs[] = {on_device};
    Array outputs[2];
    dispatch(kOps[kOpRandomBits], inputs, 1, &attrs, outputs);
    return outputs[0];
}

int precision(DType dtype) {
    switch (dtype) {
        case DType::kFloat16:
            return 11;
        case DType::kBFloat16:
            return 8;
        case DType::kFloat32:
            return 24;
        default:
            return 53;
    }
}

Array unit_uniform(int64_t n, int digits, Device& device, random::Generator* generator) {
    if (digits <= 24) {
        const Array words = right_shift(random_words(n, device, generator), 32 - digits);
        return multiply(astype(words, DType::kFloat32), std::ldexp(1.0, -digits));
    }
    const Array words = random_words(2 * n, device, generator);
    const Array high = right_shift(slice_view(words, {{0}, {2}, {n}}), 5);
    const Array low = right_shift(slice_view(words, {{1}, {2}, {n}}), 6);
    const Array scaled = multiply(astype(high, DType::kFloat64), 0x1p26);
    return multiply(add(scaled, astype(low, DType::kFloat64)), 0x1p-53);
}

namespace {

// A number below bound that has few enough digits to survive a cast to dtype, and nearly the
// greatest such.
double just_below(double bound, DType dtype) {
    int exponent = 0;
    const double fraction = std::frexp(bound, &exponent);
    const int digits = precision(dtype);
    return std::ldexp(std::ceil(std::ldexp(fraction, digits)) - 1, exponent - digits);
}

DType require_floating(const char* op, std::optional<DType> dtype) {
    const DType result = dtype.value_or(DType::kFloat32);
    if (!is_floating(result)) {
        throw DtypeError(fmt::format(
            "{}: dtype {} was given; expected a floating-point dtype", op, dtype_name(result)));
    }
    return result;
}

}  // namespace

}  // namespace chainerx::internal

namespace chainerx::random {

Array uniform(double low,
              double high,
              const std::optional<Shape>& size,
              std::optional<DType> dtype,
              Device* device,
              Generator* generator) {
    const DType result_dtype = internal::require_floating("uniform", dtype);
    const Shape shape = size.value_or(Shape{});
    Device& on = device != nullptr ? *device : get_default_device();
    Array values = internal::unit_uniform(total_size(shape), internal::precision(result_dtype), on, generator);
    if (low != 0 || high != 1) {
        values = add(multiply(values, high - low), low);
        // Rounding may have reached the bound, which is excluded. (The other end of the interval
        // can't be missed.)
        if (low < high && high != 0) {
            values = minimum(values, std::max(low, internal::just_below(high, result_dtype)));
        }
    }
    return reshape(astype(values, result_dtype, false), shape);
}

Array normal(double loc,
             double scale,
             const std::optional<Shape>& size,
             std::optional<DType> dtype,
             Device* device,
             Generator* generator) {
    const DType result_dtype = internal::require_floating("normal", dtype);
    const Shape shape = size.value_or(Shape{});
    Device& on = device != nullptr ? *device : get_default_device();
    const int64_t n = total_size(shape);
    const int64_t pairs = (n + 1) / 2;
    const int digits = result_dtype == DType::kFloat64 ? 53 : 24;
    const Array numbers = internal::unit_uniform(2 * pairs, digits, on, generator);
    // In (0, 1], where the logarithm is finite.
    const Array first = subtract(1, internal::slice_view(numbers, {{0}, {1}, {pairs}}));
    const Array second = internal::slice_view(numbers, {{pairs}, {1}, {pairs}});
    const Array radius = sqrt(multiply(log(first), -2.0));
    const Array angle = multiply(second, 2 * std::numbers::pi);
    const Array both = concatenate({multiply(radius, cos(angle)), multiply(radius, sin(angle))}, 0);
    const Array standard = internal::slice_view(both, {{0}, {1}, {n}});
    const Array values = add(multiply(standard, scale), loc);
    return reshape(astype(values, result_dtype, false), shape);
}

}  // namespace chainerx::random
