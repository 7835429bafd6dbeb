// Operands with random values in several memory layouts, and comparison of results with references
// in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {

using Shape = std::vector<int64_t>;
using Values = std::vector<std::complex<double>>;

inline int64_t numel_of(const Shape& shape) {
    int64_t n = 1;
    for (int64_t extent : shape) {
        n *= extent;
    }
    return n;
}

inline bool is_integer(const std::string& dtype) { return dtype[0] == 'i' || dtype[0] == 'u'; }

// Small integers, which every dtype holds exactly, or reals of two binary digits behind the point.
inline void randomize(Tensor& x, unsigned seed, int low = -4, int high = 4) {
    std::mt19937 random(seed);
    const std::string& dtype = x.dtype_name();
    const bool whole = is_integer(dtype) || dtype == "bool";
    std::uniform_int_distribution<int> pick(dtype[0] == 'u' || dtype == "bool" ? 0 : 4 * low,
                                            dtype == "bool" ? 1 : 4 * high);
    for (int64_t i = 0; i < x.numel(); ++i) {
        const double re =
            whole && dtype != "bool" ? pick(random) / 4 : pick(random) / (whole ? 1.0 : 4.0);
        x.set(i, {re, dtype[0] == 'c' ? pick(random) / 4.0 : 0.0});
    }
}

inline Tensor random_tensor(
    const std::string& dtype, const Shape& shape, unsigned seed, int low = -4, int high = 4) {
    Tensor x(dtype, shape);
    randomize(x, seed, low, high);
    return x;
}

// Tensors of one shape: contiguous, column-major, reversed, every second element, broadcast along
// the first dimension.
inline std::vector<Tensor> layouts(
    const std::string& dtype, const Shape& shape, unsigned seed, int low = -4, int high = 4) {
    std::vector<Tensor> result{random_tensor(dtype, shape, seed, low, high)};
    const int ndim = static_cast<int>(shape.size());
    if (ndim == 0) {
        return result;
    }
    std::vector<int> axes;
    for (int d = ndim - 1; d >= 0; --d) {
        axes.push_back(d);
    }
    const Shape backwards(shape.rbegin(), shape.rend());
    result.push_back(random_tensor(dtype, backwards, seed, low, high).transposed(axes));
    result.push_back(random_tensor(dtype, shape, seed, low, high).reversed(0).reversed(ndim - 1));
    Shape doubled = shape;
    doubled.back() *= 2;
    result.push_back(random_tensor(dtype, doubled, seed, low, high).every_second(ndim - 1));
    Shape single = shape;
    single[0] = 1;
    result.push_back(random_tensor(dtype, single, seed, low, high).broadcast(shape));
    return result;
}

// A multi-index that walks a shape in row-major order.
class Index {
public:
    explicit Index(Shape shape) : shape_(std::move(shape)), at_(shape_.size(), 0) {}
    const Shape& operator*() const { return at_; }
    int64_t operator[](size_t d) const { return at_[d]; }
    void next() {
        for (size_t d = shape_.size(); d-- > 0;) {
            if (++at_[d] < shape_[d]) {
                return;
            }
            at_[d] = 0;
        }
    }

private:
    Shape shape_, at_;
};

// The row-major number of an index.
inline int64_t number_of(const Shape& shape, const Shape& index) {
    int64_t number = 0;
    for (size_t d = 0; d < shape.size(); ++d) {
        number = number * shape[d] + index[d];
    }
    return number;
}

inline double relative_tolerance(const std::string& dtype) {
    if (dtype == "f16") return 2e-3;
    if (dtype == "bf16") return 1.6e-2;
    if (dtype == "f32" || dtype == "c64") return 1e-5;
    if (dtype == "f64" || dtype == "c128") return 1e-13;
    return 0;
}

// scale: the size of the numbers that were added up.
inline void expect_close(const Tensor& actual, const Values& expected, double scale = 1) {
    ASSERT_EQ(actual.numel(), static_cast<int64_t>(expected.size()));
    const double tolerance = relative_tolerance(actual.dtype_name());
    for (int64_t i = 0; i < actual.numel(); ++i) {
        const std::complex<double> a = actual.at(i), e = expected[static_cast<size_t>(i)];
        if (std::isnan(e.real()) || std::isinf(e.real())) {
            ASSERT_EQ(std::isnan(e.real()), std::isnan(a.real())) << "element " << i;
            ASSERT_TRUE(std::isnan(a.real()) || a.real() == e.real()) << "element " << i;
            continue;
        }
        ASSERT_LE(std::abs(a - e), tolerance * (std::abs(e) + scale))
            << "element " << i << ": " << a << " not " << e;
    }
}

// Calls f with every number of threads that matters; f returns the bits of its result, which have
// to be the same.
template <class F>
void expect_same_for_all_thread_counts(F&& f) {
    set_workers(1);
    const auto once = f();
    for (int n : {2, 3, 7}) {
        set_workers(n);
        EXPECT_TRUE(once == f()) << n << " threads";
    }
    set_workers(3);
}

}  // namespace chx_test
