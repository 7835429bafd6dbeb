// What random functions draw from a generator: words, and uniform and normal numbers made of them.
#pragma once

#include <initializer_list>
#include <optional>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/random.h"

namespace chainerx::internal {

// n words of 32 random bits, uint32. generator: nullptr for the process-wide one.
Array random_words(int64_t n, Device& device, random::Generator* generator);

// Digits of the significand, the implied one included.
int precision(DType dtype);

// n multiples of 2 ** -digits in [0, 1), float32 up to 24 digits and float64 for 53.
Array unit_uniform(int64_t n, int digits, Device& device, random::Generator* generator);

// n numbers of the standard normal distribution (Box and Muller, 1958), of float32 for 24 digits and
// float64 for 53.
Array standard_normals(int64_t n, int digits, Device& device, random::Generator* generator);

// A call of a random function: its parameters, and the shape, dtype and device of its result.
class Draw {
public:
    enum class Result { kFloating, kInteger, kBool };

    // The result's shape is size, or that to which the parameters broadcast; its dtype unless given that
    // of floating-point parameters, or float32; int64; bool. It is on the device of the first array.
    Draw(const char* op,
         Result result,
         std::initializer_list<Operand> parameters,
         const std::optional<Shape>& size,
         std::optional<DType> dtype,
         Device* device,
         random::Generator* generator);

    // Computes in float64 whatever the result's dtype.
    void compute_in_float64() { compute_ = DType::kFloat64; }

    // Throws ValueError unless parameter i, if it is a number, holds. Those in arrays would have to be
    // waited for.
    template <typename Holds>
    void require(int i, const char* name, Holds holds, const char* expected) const {
        const Operand& parameter = parameters_[static_cast<size_t>(i)];
        if (parameter.is_scalar() && !holds(static_cast<double>(parameter.scalar())))
            throw_parameter(name, parameter.scalar(), expected);
    }
    void require_positive(int i, const char* name) const;
    void require_not_negative(int i, const char* name) const;
    void require_probability(int i, const char* name) const;

    // Parameter i as an array, of no dimension if it is a number.
    Array parameter(int i) const;
    // The number that parameter i is, if it is one.
    std::optional<double> number(int i) const;

    // Random numbers in the result's shape: in [0, 1), in (0, 1), normal, and exponential.
    Array uniform() const;
    Array open_uniform() const;
    Array normal() const;
    Array exponential() const;

    // values in the result's dtype.
    Array finish(const Array& values) const;

    const Shape& shape() const { return shape_; }
    DType dtype() const { return dtype_; }
    Device& device() const { return *device_; }
    random::Generator* generator() const { return generator_; }

private:
    int digits() const { return compute_ == DType::kFloat64 ? 53 : 24; }
    [[noreturn]] void throw_parameter(const char* name,
                                      const Scalar& given,
                                      const char* expected) const;

    const char* op_;
    std::vector<Operand> parameters_;
    Shape shape_;
    DType dtype_, compute_;
    Device* device_;
    random::Generator* generator_;
};

}  // namespace chainerx::internal
