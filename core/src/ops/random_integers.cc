// Uniform integers, and elements picked or put in order at random.
#include <limits>

#include "ops/index_arithmetic.h"
#include "ops/op_support.h"
#include "ops/random_draws.h"

namespace chainerx {
namespace internal {
namespace {

Array every_other(const Array& words, int64_t start, int64_t n) {
    return slice_view(words, {{start}, {2}, {n}}).astype(DType::kUInt64);
}

// n random numbers of 64 bits.
Array random_keys(int64_t n, Device& device, random::Generator* generator) {
    const Array words = random_words(2 * n, device, generator);
    return bitwise_or(left_shift(every_other(words, 0, n), 32), every_other(words, 1, n));
}

// Of uint64, modulo 2^64.
Array multiply_words(const Array& words, uint64_t factor) {
    return multiply(words, full({}, Scalar(factor), DType::kUInt64, &words.device()));
}

Array low_half(const Array& x) { return bitwise_and(x, int64_t{0xFFFFFFFF}); }

// n integers in [0, width), uint64: the high half of the product of width and a random number of 64 bits,
// or 96 bits where width does not fit into 32. Each integer's probability is off by less than 2^-64, or
// 2^-96: relative to 1 / width, by less than 2^-32.
Array below(uint64_t width, int64_t n, Device& device, random::Generator* generator) {
    const Array keys = random_keys(n, device, generator);
    const auto low = static_cast<int64_t>(width & 0xFFFFFFFF);
    const auto high = static_cast<int64_t>(width >> 32);
    const Array key_low = low_half(keys), key_high = right_shift(keys, 32);
    if (width <= uint64_t{1} << 32) {
        const Array carried = right_shift(multiply_words(key_low, width), 32);
        return right_shift(add(multiply_words(key_high, width), carried), 32);
    }
    // Digits of 32 bits: (high, low) times (key_high, key_low, last), of which the upper two are kept.
    const Array last = random_words(n, device, generator).astype(DType::kUInt64);
    const auto times = [](const Array& digit, int64_t factor) {
        return multiply_words(digit, static_cast<uint64_t>(factor));
    };
    // Columns of the schoolbook product from the lowest one on; each sum of at most four numbers below
    // 2^32 and a carry fits.
    const Array p0 = times(last, low);
    const Array p1 = times(last, high), p2 = times(key_low, low);
    const Array p3 = times(key_low, high), p4 = times(key_high, low);
    const Array p5 = times(key_high, high);
    const auto top = [](const Array& x) { return right_shift(x, 32); };
    const Array column1 = add(add(top(p0), low_half(p1)), low_half(p2));
    const Array column2 =
        add(add(add(top(column1), top(p1)), top(p2)), add(low_half(p3), low_half(p4)));
    const Array column3 = add(add(add(top(column2), top(p3)), top(p4)), p5);
    return column3;
}

// Random 64-bit keys sort the integers 0 .. n - 1; two keys are equal with probability n * n / 2^65.
Array random_order(int64_t n, Device& device, random::Generator* generator) {
    return argsort(random_keys(n, device, generator), 0);
}

// The n that a stands for, a number or the elements along axis 0.
int64_t population(const char* op, const Operand& a) {
    const bool is_number = a.is_scalar();
    if (!is_number && array_of(a).ndim() == 0) {
        throw DimensionError(fmt::format(
            "{}: an array without dimensions was given; expected a number or elements", op));
    }
    const int64_t n = is_number ? static_cast<int64_t>(a.scalar()) : array_of(a).shape()[0];
    if (n < 0) throw ValueError(fmt::format("{}: {} elements; expected at least 0", op, n));
    return n;
}

Array elements_at(const Operand& a, const Array& indices) {
    return a.is_scalar() ? indices : take(array_of(a), indices, 0);
}

Device& device_for(const Operand& a, Device* device) {
    if (a.is_array()) return array_of(a).device();
    return device != nullptr ? *device : get_default_device();
}

// n indices of different elements; with weights, as if drawn one after the other by them: those with the
// greatest log(p) + Gumbel noise (Vieira, 2014).
Array distinct_indices(
    int64_t n, int64_t n_elements, const Array& p, Device& device, random::Generator* generator) {
    if (n > n_elements) {
        throw ValueError(fmt::format(
            "choice: {} of {} elements without replacement; expected no more than there are",
            n,
            n_elements));
    }
    Array order;
    if (p.is_null()) {
        order = random_order(n_elements, device, generator);
    } else {
        const Array noise = random::gumbel(0, 1, p.shape(), DType::kFloat64, &device, generator);
        order = argsort(add(log(p), noise), 0, true);
    }
    return slice_view(order, part_along(order.shape(), 0, 0, n));
}

Array weighted_indices(int64_t n, const Array& p, Device& device, random::Generator* generator) {
    const Array sums = cumsum(p, 0);
    const Array total = slice_view(sums, part_along(sums.shape(), 0, p.size() - 1, 1));
    const Array u = multiply(unit_uniform(n, 53, device, generator), total);
    return minimum(searchsorted(sums, u, "right"), p.size() - 1);
}

Array weights_of(const Array& p, int64_t n_elements, Device& device) {
    if (p.is_null()) return p;
    if (p.ndim() != 1 || p.size() != n_elements) {
        throw DimensionError(fmt::format("choice: p has shape {}; expected ({},), one per element",
                                         to_string(p.shape()),
                                         n_elements));
    }
    return p.as_grad_stopped().to_device(device).astype(DType::kFloat64, false);
}

void check_range(const char* op, int64_t first, int64_t last, DType dtype) {
    const bool is_signed = kind(dtype) == DTypeKind::kInt;
    const int bits = dtype == DType::kBool ? 1 : static_cast<int>(itemsize(dtype)) * 8;
    const int64_t greatest = bits == 64 ? std::numeric_limits<int64_t>::max()
                                        : (int64_t{1} << (is_signed ? bits - 1 : bits)) - 1;
    const int64_t least = !is_signed   ? 0
                          : bits == 64 ? std::numeric_limits<int64_t>::min()
                                       : -greatest - 1;
    if (first >= least && last <= greatest) return;
    throw ValueError(
        fmt::format("{}: {} to {} in dtype {}; expected numbers that it holds, {} to {}",
                    op,
                    first,
                    last,
                    dtype_name(dtype),
                    least,
                    greatest));
}

}  // namespace
}  // namespace internal

namespace random {

Array integers(int64_t low,
               std::optional<int64_t> high,
               const std::optional<Shape>& size,
               std::optional<DType> dtype,
               Device* device,
               bool endpoint,
               Generator* generator) {
    const int64_t first = high ? low : 0;
    const int64_t last = high ? *high : low;
    const DType result = dtype.value_or(DType::kInt64);
    if (!is_integral(result) && result != DType::kBool) {
        throw DtypeError(fmt::format("integers: dtype {} was given; expected one of integers",
                                     dtype_name(result)));
    }
    if (endpoint ? last < first : last <= first) {
        throw ValueError(fmt::format("integers: low is {} and high is {}; expected low {} high",
                                     first,
                                     last,
                                     endpoint ? "<=" : "<"));
    }
    // Of a range of 2^64 the width is 0.
    const uint64_t width =
        static_cast<uint64_t>(last) - static_cast<uint64_t>(first) + (endpoint ? 1 : 0);
    internal::check_range("integers", first, endpoint ? last : last - 1, result);
    Device& on = device != nullptr ? *device : get_default_device();
    const Shape shape = size.value_or(Shape{});
    const int64_t n = total_size(shape);
    const Array offsets = width == 0 ? internal::random_keys(n, on, generator)
                                     : internal::below(width, n, on, generator);
    // Both wrap around, as two's complement does.
    const Array values = add(offsets.astype(DType::kInt64), first);
    return values.astype(result, false).reshape(shape);
}

Array permutation(const Operand& x, Device* device, Generator* generator) {
    const int64_t n = internal::population("permutation", x);
    return internal::elements_at(
        x, internal::random_order(n, internal::device_for(x, device), generator));
}

Array permuted(const Array& x, std::optional<int64_t> axis, Generator* generator) {
    if (!axis) {
        const Array order = internal::random_order(x.size(), x.device(), generator);
        return take(ravel(x), order, 0).reshape(x.shape());
    }
    const int along = normalize_axis("permuted", *axis, x.ndim());
    const Array keys = internal::random_keys(x.size(), x.device(), generator).reshape(x.shape());
    return take_along_axis(x, argsort(keys, along), along);
}

void shuffle(const Array& x, Generator* generator) {
    x.set_at({ArrayIndex::ellipsis()}, permutation(x, nullptr, generator));
}

Array choice(const Operand& a,
             const std::optional<Shape>& size,
             bool replace,
             const Array& p,
             Device* device,
             Generator* generator) {
    const int64_t n_elements = internal::population("choice", a);
    const Shape shape = size.value_or(Shape{});
    const int64_t n = total_size(shape);
    if (n_elements == 0 && n > 0)
        throw ValueError("choice: there are no elements; expected at least one");
    Device& on = internal::device_for(a, device);
    const Array weights = internal::weights_of(p, n_elements, on);
    Array indices;
    if (n == 0) {
        indices = zeros({0}, DType::kInt64, &on);
    } else if (!replace) {
        indices = internal::distinct_indices(n, n_elements, weights, on, generator);
    } else if (!weights.is_null()) {
        indices = internal::weighted_indices(n, weights, on, generator);
    } else {
        indices = integers(0, n_elements, Shape{n}, DType::kInt64, &on, false, generator);
    }
    return internal::elements_at(a, indices.reshape(shape));
}

}  // namespace random
}  // namespace chainerx
