// Accuracy of the mathematical functions, in units in the last place, and their special values.
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

struct Function {
    const char* op;
    long double (*reference)(long double);
    double max_ulp;
};

// Errors beyond 4 ulp: tan is a quotient of two functions of 2 ulp each.
const std::vector<Function>& functions() {
    static const std::vector<Function> kFunctions = {
        {"exp", std::exp, 2},
        {"expm1", std::expm1, 4},
        {"exp2", std::exp2, 2},
        {"log", std::log, 2},
        {"log1p", std::log1p, 4},
        {"log2", std::log2, 3},
        {"log10", std::log10, 3},
        {"erf", std::erf, 3},
        {"sin", std::sin, 3},
        {"cos", std::cos, 3},
        {"tan", std::tan, 5},
        {"arcsin", std::asin, 3},
        {"arccos", std::acos, 3},
        {"arctan", std::atan, 3},
        {"sinh", std::sinh, 4},
        {"cosh", std::cosh, 3},
        {"tanh", std::tanh, 4},
        {"arcsinh", std::asinh, 4},
        {"arccosh", std::acosh, 4},
        {"arctanh", std::atanh, 4},
        {"sqrt", std::sqrt, 0.51},
        {"sigmoid", [](long double x) { return 1 / (1 + std::exp(-x)); }, 3},
    };
    return kFunctions;
}

template <class T>
std::string name_of() {
    return sizeof(T) == 4 ? "f32" : "f64";
}

// Bit patterns of all kinds, numbers of everyday size, and the special ones.
template <class T>
std::vector<T> operands() {
    std::vector<T> values;
    std::mt19937_64 generator(1);
    for (int i = 0; i < 200000; ++i) {
        const uint64_t bits = generator();
        T x;
        std::memcpy(&x, &bits, sizeof(T));
        values.push_back(x);
    }
    for (double scale : {0.01, 1.0, 3.0, 20.0, 100.0, 800.0, 40000.0, 1e6}) {
        std::uniform_real_distribution<double> uniform(-scale, scale);
        for (int i = 0; i < 30000; ++i) {
            values.push_back(static_cast<T>(uniform(generator)));
        }
    }
    using Limits = std::numeric_limits<T>;
    for (T x : {T{0},
                T{1},
                T{2},
                T{0.5},
                T{88.5},
                T{709.5},
                T{1024},
                T{128},
                Limits::infinity(),
                Limits::max(),
                Limits::min(),
                Limits::denorm_min(),
                Limits::epsilon(),
                Limits::quiet_NaN()}) {
        values.push_back(x);
        values.push_back(-x);
    }
    return values;
}

template <class T>
double error_in_ulp(T got, long double exact) {
    const T expected = static_cast<T>(exact);
    if (std::isnan(expected) || std::isnan(got)) {
        return std::isnan(expected) && std::isnan(got) ? 0 : HUGE_VAL;
    }
    if (std::isinf(expected) || std::isinf(got)) {
        return got == expected ? 0 : HUGE_VAL;
    }
    if (got == expected) {
        return got == 0 && std::signbit(got) != std::signbit(expected) ? HUGE_VAL : 0;
    }
    const T size = std::abs(expected);
    const long double ulp = std::nextafter(size, std::numeric_limits<T>::infinity()) - size;
    return static_cast<double>(std::abs(static_cast<long double>(got) - exact) / ulp);
}

template <class T>
void check_accuracy() {
    const std::vector<T> x = operands<T>();
    const Tensor a(name_of<T>(), {static_cast<int64_t>(x.size())});
    std::memcpy(a.address(0), x.data(), x.size() * sizeof(T));
    for (const Function& function : functions()) {
        const Tensor y(name_of<T>(), a.shape());
        ASSERT_EQ(
            Plugin::instance().launch(std::string("chx.") + function.op, name_of<T>(), {&a}, {&y}),
            CHX_OK);
        double worst = 0;
        size_t where = 0;
        for (size_t i = 0; i < x.size(); ++i) {
            T got;
            std::memcpy(&got, static_cast<const T*>(y.address(0)) + i, sizeof(T));
            const double error = error_in_ulp(got, function.reference(x[i]));
            if (error > worst) {
                worst = error;
                where = i;
            }
        }
        EXPECT_LE(worst, function.max_ulp)
            << function.op << " " << name_of<T>() << " of " << std::hexfloat << x[where] << " gave "
            << y.real(static_cast<int64_t>(where)) << ", not " << function.reference(x[where]);
    }
}

TEST(MathFunctions, SinglePrecisionIsAccurate) { check_accuracy<float>(); }
TEST(MathFunctions, DoublePrecisionIsAccurate) { check_accuracy<double>(); }

// Powers of four change nothing but the exponent of the result.
TEST(MathFunctions, SqrtOfFloatsIsRoundedCorrectly) {
    constexpr uint32_t kOne = 0x3f800000, kFour = 0x40800000, kTogether = 1 << 20;
    const Tensor x("f32", {kTogether}), y("f32", {kTogether});
    auto* operands = static_cast<float*>(x.address(0));
    const auto* roots = static_cast<const float*>(y.address(0));
    for (uint32_t first = kOne; first < kFour; first += kTogether) {
        for (uint32_t i = 0; i < kTogether; ++i) {
            const uint32_t bits = first + i;
            std::memcpy(operands + i, &bits, sizeof(bits));
        }
        ASSERT_EQ(Plugin::instance().launch("chx.sqrt", "f32", {&x}, {&y}), CHX_OK);
        for (uint32_t i = 0; i < kTogether; ++i) {
            ASSERT_EQ(roots[i], std::sqrt(operands[i])) << std::hexfloat << operands[i];
        }
    }
}

TEST(MathFunctions, ResultsDoNotDependOnThePlaceInTheArray) {
    for (const Function& function : functions()) {
        const int64_t n = 37;
        Tensor all("f32", {n});
        for (int64_t i = 0; i < n; ++i) {
            all.set(i, 0.05 + 0.02 * static_cast<double>(i));
        }
        const Tensor y("f32", {n});
        const std::string op = std::string("chx.") + function.op;
        ASSERT_EQ(Plugin::instance().launch(op, "f32", {&all}, {&y}), CHX_OK);
        for (int64_t i = 0; i < n; ++i) {
            const Tensor x("f32", {1}, std::vector<double>{all.real(i)}), one("f32", {1});
            ASSERT_EQ(Plugin::instance().launch(op, "f32", {&x}, {&one}), CHX_OK);
            const bool equal =
                one.real(0) == y.real(i) || (std::isnan(one.real(0)) && std::isnan(y.real(i)));
            ASSERT_TRUE(equal) << function.op;
        }
    }
}

TEST(MathFunctions, AnyNumberOfElementsIsComputedInPlace) {
    const int64_t most = 37;
    for (const Function& function : functions()) {
        const std::string op = std::string("chx.") + function.op;
        for (const char* name : {"f32", "f64"}) {
            Tensor all(name, {most});
            for (int64_t i = 0; i < most; ++i) {
                all.set(i, 0.05 + 0.02 * static_cast<double>(i));
            }
            const Tensor y(name, {most});
            ASSERT_EQ(Plugin::instance().launch(op, name, {&all}, {&y}), CHX_OK);
            for (int64_t n = 0; n <= most; ++n) {
                const std::vector<double> values = all.values();
                const Tensor x(name, {n}, std::vector<double>(values.begin(), values.begin() + n));
                ASSERT_EQ(Plugin::instance().launch(op, name, {&x}, {&x}), CHX_OK);
                for (int64_t i = 0; i < n; ++i) {
                    const bool equal = x.real(i) == y.real(i) || std::isnan(y.real(i));
                    ASSERT_TRUE(equal) << function.op << " " << name << " " << i << " of " << n;
                }
            }
        }
    }
}

TEST(MathFunctions, PowerOfFloatsIsAccurate) {
    std::vector<double> bases, exponents;
    for (const float base : operands<float>()) {
        bases.push_back(base);
        exponents.push_back(bases.size() % 3 == 0 ? 2.5 : bases.size() % 3 == 1 ? -0.7 : 31);
    }
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (const double base :
         {0.0, -0.0, 1.0, -1.0, -2.0, 3.0, kInfinity, -kInfinity, -kInfinity / kInfinity}) {
        for (const double exponent : {0.0, 1.0, 3.0, -3.0, 0.5, 200.0, kInfinity, -kInfinity}) {
            bases.push_back(base);
            exponents.push_back(exponent);
        }
    }
    const auto n = static_cast<int64_t>(bases.size());
    const Tensor a("f32", {n}, bases), b("f32", {n}, exponents), y("f32", {n});
    ASSERT_EQ(Plugin::instance().launch("chx.power", "f32", {&a, &b}, {&y}), CHX_OK);
    for (int64_t i = 0; i < n; ++i) {
        const double exact = std::pow(a.real(i), b.real(i));
        const auto expected = static_cast<float>(exact);
        const double ulp = std::nextafter(std::abs(expected), HUGE_VALF) - std::abs(expected);
        const bool equal = y.real(i) == expected || (std::isnan(exact) && std::isnan(y.real(i)));
        ASSERT_TRUE(equal || std::abs(y.real(i) - exact) <= 0.51 * ulp)
            << a.real(i) << " to the power of " << b.real(i) << " is " << y.real(i);
    }
}

TEST(MathFunctions, HalfPrecisionIsComputedInSingle) {
    for (const char* name : {"f16", "bf16"}) {
        Tensor x(name, {401});
        for (int64_t i = 0; i < x.numel(); ++i) {
            x.set(i, 0.02 * static_cast<double>(i - 200));
        }
        const Tensor y(name, x.shape());
        ASSERT_EQ(Plugin::instance().launch("chx.tanh", name, {&x}, {&y}), CHX_OK);
        for (int64_t i = 0; i < x.numel(); ++i) {
            Tensor expected(name, {1});
            expected.set(0, static_cast<float>(std::tanh(x.real(i))));
            const double ulp = std::abs(expected.real(0)) * (name[0] == 'f' ? 0x1p-10 : 0x1p-7);
            ASSERT_NEAR(y.real(i), expected.real(0), ulp) << x.real(i);
        }
    }
}

}  // namespace
}  // namespace chx_test
