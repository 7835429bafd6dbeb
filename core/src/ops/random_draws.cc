// A call of a random function: its parameters, and the shape, dtype and device of its result.
#include "ops/random_draws.h"

#include <cmath>
#include <numbers>

#include "ops/op_support.h"

namespace chainerx::internal {

Array standard_normals(int64_t n, int digits, Device& device, random::Generator* generator) {
    const int64_t pairs = (n + 1) / 2;
    const Array numbers = unit_uniform(2 * pairs, digits, device, generator);
    // In (0, 1], where the logarithm is finite.
    const Array first = subtract(1, slice_view(numbers, {{0}, {1}, {pairs}}));
    const Array second = slice_view(numbers, {{pairs}, {1}, {pairs}});
    const Array radius = sqrt(multiply(log(first), -2.0));
    const Array angle = multiply(second, 2 * std::numbers::pi);
    const Array both = concatenate({multiply(radius, cos(angle)), multiply(radius, sin(angle))}, 0);
    return slice_view(both, {{0}, {1}, {n}});
}

namespace {

DType default_dtype(Draw::Result result, const std::vector<Operand>& parameters) {
    if (result == Draw::Result::kInteger) return DType::kInt64;
    if (result == Draw::Result::kBool) return DType::kBool;
    std::optional<DType> dtype;
    for (const Operand& parameter : parameters) {
        if (!parameter.is_array() || !is_floating(parameter.body()->dtype)) continue;
        dtype = dtype ? promote_types(*dtype, parameter.body()->dtype) : parameter.body()->dtype;
    }
    return dtype.value_or(DType::kFloat32);
}

Shape common_shape(const char* op,
                   const std::vector<Operand>& parameters,
                   const std::optional<Shape>& size) {
    Shape shape;
    for (const Operand& parameter : parameters) {
        if (parameter.is_array()) shape = broadcast_shapes(op, shape, array_of(parameter).shape());
    }
    if (!size) return shape;
    if (broadcast_shapes(op, shape, *size) != *size) {
        throw DimensionError(fmt::format(
            "{}: parameters of shape {} do not broadcast to size {}; leave size out, or "
            "give one that ends in their shape",
            op,
            to_string(shape),
            to_string(*size)));
    }
    return *size;
}

}  // namespace

Draw::Draw(const char* op,
           Result result,
           std::initializer_list<Operand> parameters,
           const std::optional<Shape>& size,
           std::optional<DType> dtype,
           Device* device,
           random::Generator* generator)
    : op_{op},
      parameters_{parameters},
      shape_{common_shape(op, parameters_, size)},
      dtype_{dtype.value_or(default_dtype(result, parameters_))},
      compute_{dtype_ == DType::kFloat64 ? DType::kFloat64 : DType::kFloat32},
      device_{device},
      generator_{generator} {
    for (const Operand& parameter : parameters_) {
        if (parameter.is_scalar()) continue;
        const Array array = array_of(parameter);
        if (kind(array.dtype()) == DTypeKind::kComplex) {
            throw DtypeError(fmt::format(
                "{}: a parameter is {}; expected real numbers", op, dtype_name(array.dtype())));
        }
        if (device_ == nullptr) device_ = &array.device();
    }
    if (device_ == nullptr) device_ = &get_default_device();
    const bool fits =
        result == Result::kFloating ? is_floating(dtype_) : kind(dtype_) != DTypeKind::kComplex;
    if (!fits) {
        throw DtypeError(fmt::format(
            "{}: dtype {} was given; expected {}",
            op,
            dtype_name(dtype_),
            result == Result::kFloating ? "a floating-point dtype" : "a dtype of real numbers"));
    }
}

void Draw::throw_parameter(const char* name, const Scalar& given, const char* expected) const {
    throw ValueError(
        fmt::format("{}: {} is {}; expected {}", op_, name, given.to_string(), expected));
}

void Draw::require_positive(int i, const char* name) const {
    require(i, name, [](double x) { return x > 0; }, "a number above 0");
}

void Draw::require_not_negative(int i, const char* name) const {
    require(i, name, [](double x) { return x >= 0; }, "a number not below 0");
}

void Draw::require_probability(int i, const char* name) const {
    require(i, name, [](double x) { return x >= 0 && x <= 1; }, "a probability, 0 to 1");
}

Array Draw::parameter(int i) const {
    const Operand& given = parameters_[static_cast<size_t>(i)];
    if (given.is_scalar()) return full({}, given, compute_, device_);
    return array_of(given).as_grad_stopped().to_device(*device_).astype(compute_, false);
}

std::optional<double> Draw::number(int i) const {
    const Operand& given = parameters_[static_cast<size_t>(i)];
    return given.is_scalar() ? std::optional<double>(static_cast<double>(given.scalar()))
                             : std::nullopt;
}

Array Draw::uniform() const {
    return unit_uniform(total_size(shape_), digits(), *device_, generator_).reshape(shape_);
}

Array Draw::open_uniform() const {
    // The middles of 2 ** (digits - 1) intervals: exact, and as far from 0 as from 1.
    const int kept = digits() - 1;
    const Array intervals = floor(multiply(uniform(), std::ldexp(1.0, kept)));
    return multiply(add(intervals, 0.5), std::ldexp(1.0, -kept));
}

Array Draw::normal() const {
    return standard_normals(total_size(shape_), digits(), *device_, generator_).reshape(shape_);
}

Array Draw::exponential() const { return negative(log1p(negative(uniform()))); }

Array Draw::finish(const Array& values) const { return values.astype(dtype_, false); }

}  // namespace chainerx::internal
