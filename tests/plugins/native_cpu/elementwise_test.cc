// Element-wise kernels against scalar references, for every op, dtype and pair of interesting
// values.
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

using Int = __int128;

// A product modulo 2^128, which keeps the bits that wrap() looks at.
Int product(Int a, Int b) {
    return static_cast<Int>(static_cast<unsigned __int128>(a) * static_cast<unsigned __int128>(b));
}
using Complex = std::complex<double>;

constexpr double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::nan("");

double tolerance(const std::string& name) {
    static const std::map<std::string, double> kTolerances = {{"f16", 1e-3},
                                                              {"bf16", 8e-3},
                                                              {"f32", 4e-7},
                                                              {"f64", 2e-15},
                                                              {"c64", 4e-7},
                                                              {"c128", 2e-15}};
    return kTolerances.at(name);
}

bool is_signed(const std::string& name) { return name[0] == 'i'; }
int width(const std::string& name) { return static_cast<int>(item_size(dtype(name)) * 8); }

// n modulo 2^width, as the dtype would hold it.
Int wrap(Int n, const std::string& name) {
    const Int modulus = Int{1} << width(name);
    n %= modulus;
    if (n < 0) {
        n += modulus;
    }
    return is_signed(name) && n >= modulus / 2 ? n - modulus : n;
}

Int integer_at(const Tensor& x, int64_t i) {
    const Int n = x.get_i64(i);
    return x.dtype_name() == "u64" && n < 0 ? n + (Int{1} << 64) : n;
}

Int floor_divide(Int a, Int b) {
    return b == 0 ? 0 : a / b - ((a % b != 0) && ((a < 0) != (b < 0)) ? 1 : 0);
}

Int gcd(Int a, Int b) { return b == 0 ? (a < 0 ? -a : a) : gcd(b, a % b); }

Int power(Int base, Int exponent, const std::string& name) {
    if (exponent < 0) {
        return base == 1 ? 1 : base == -1 ? (exponent % 2 != 0 ? -1 : 1) : 0;
    }
    uint64_t result = 1;
    uint64_t square = static_cast<uint64_t>(base);
    for (; exponent > 0; exponent /= 2, square *= square) {
        result *= exponent % 2 != 0 ? square : 1;
    }
    return wrap(static_cast<Int>(result), name);
}

using IntFunction = std::function<Int(Int, Int, const std::string&)>;
const std::map<std::string, IntFunction>& binary_int_ops() {
    static const std::map<std::string, IntFunction> kOps = {
        {"add", [](Int a, Int b, auto&) { return a + b; }},
        {"subtract", [](Int a, Int b, auto&) { return a - b; }},
        {"multiply", [](Int a, Int b, auto&) { return product(a, b); }},
        {"floor_divide", [](Int a, Int b, auto&) { return floor_divide(a, b); }},
        {"remainder", [](Int a, Int b, auto&) { return b == 0 ? 0 : a - floor_divide(a, b) * b; }},
        {"fmod", [](Int a, Int b, auto&) { return b == 0 ? 0 : a % b; }},
        {"power", power},
        {"maximum", [](Int a, Int b, auto&) { return std::max(a, b); }},
        {"minimum", [](Int a, Int b, auto&) { return std::min(a, b); }},
        {"gcd", [](Int a, Int b, auto&) { return gcd(a, b); }},
        {"bitwise_and", [](Int a, Int b, auto&) { return a & b; }},
        {"bitwise_or", [](Int a, Int b, auto&) { return a | b; }},
        {"bitwise_xor", [](Int a, Int b, auto&) { return a ^ b; }},
        {"left_shift",
         [](Int a, Int b, auto& name) {
             return b < 0 || b >= width(name) ? 0 : product(a, Int{1} << b);
         }},
        {"right_shift",
         [](Int a, Int b, auto& name) {
             return b < 0 || b >= width(name) ? (a < 0 ? -1 : 0) : a >> b;
         }},
    };
    return kOps;
}
const std::map<std::string, IntFunction>& unary_int_ops() {
    static const std::map<std::string, IntFunction> kOps = {
        {"negative", [](Int a, Int, auto&) { return -a; }},
        {"abs", [](Int a, Int, auto&) { return a < 0 ? -a : a; }},
        {"sign", [](Int a, Int, auto&) { return Int{a > 0} - Int{a < 0}; }},
        {"square", [](Int a, Int, auto&) { return product(a, a); }},
        {"ceil", [](Int a, Int, auto&) { return a; }},
        {"floor", [](Int a, Int, auto&) { return a; }},
        {"trunc", [](Int a, Int, auto&) { return a; }},
        {"round", [](Int a, Int, auto&) { return a; }},
        {"bitwise_not", [](Int a, Int, auto&) { return ~a; }},
        {"relu", [](Int a, Int, auto&) { return std::max<Int>(a, 0); }},
    };
    return kOps;
}

std::vector<int64_t> interesting_integers(const std::string& name) {
    const int bits = width(name);
    // The sign bit; its neighbours wrap around where the type is 64 bits wide.
    const uint64_t top = uint64_t{1} << (bits - 1);
    std::vector<int64_t> values = {0, 1, 2, 3, 7, 10, 31, 64, 100};
    for (const uint64_t n : {top - 1, top, top + 1}) {
        values.push_back(static_cast<int64_t>(n));
    }
    for (int64_t n : {-1, -2, -3, -7, -8, -100}) {
        values.push_back(n);
    }
    return values;
}

// All pairs of the values as two operands.
void fill_pairs(const std::vector<int64_t>& values, Tensor& a, Tensor& b) {
    const auto n = static_cast<int64_t>(values.size());
    for (int64_t i = 0; i < n * n; ++i) {
        a.set_i64(i, values[i / n]);
        b.set_i64(i, values[i % n]);
    }
}

TEST(Elementwise, IntegersAreExact) {
    for (const std::string& name : dtype_names("int")) {
        const std::vector<int64_t> values = interesting_integers(name);
        const auto n = static_cast<int64_t>(values.size() * values.size());
        Tensor a(name, {n}), b(name, {n});
        fill_pairs(values, a, b);
        for (const auto& [op, function] : binary_int_ops()) {
            const Tensor y(name, {n});
            ASSERT_EQ(Plugin::instance().launch("chx." + op, name, {&a, &b}, {&y}), CHX_OK)
                << op << last_error();
            for (int64_t i = 0; i < n; ++i) {
                const Int expected = wrap(function(integer_at(a, i), integer_at(b, i), name), name);
                ASSERT_TRUE(integer_at(y, i) == expected)
                    << op << " " << name << ": " << a.get_i64(i) << ", " << b.get_i64(i) << " gave "
                    << y.get_i64(i);
            }
        }
        for (const auto& [op, function] : unary_int_ops()) {
            const Tensor y(name, {n});
            ASSERT_EQ(Plugin::instance().launch("chx." + op, name, {&a}, {&y}), CHX_OK)
                << op << last_error();
            for (int64_t i = 0; i < n; ++i) {
                ASSERT_TRUE(integer_at(y, i) == wrap(function(integer_at(a, i), 0, name), name))
                    << op << " " << name << ": " << a.get_i64(i) << " gave " << y.get_i64(i);
            }
        }
    }
}

using RealFunction = std::function<double(double, double)>;
double remainder_of(double a, double b) {
    const double r = std::fmod(a, b);
    if (r == 0) {
        return std::copysign(0.0, b);
    }
    return (r < 0) != (b < 0) ? r + b : r;
}
double quotient_of(double a, double b) {
    if (std::isinf(a) || std::isinf(b)) {
        return a / b;
    }
    return b == 0 ? a / b : std::round((a - remainder_of(a, b)) / b);
}
double nan_aware(double a, double b, bool first) {
    return std::isnan(a) ? a : std::isnan(b) ? b : first ? a : b;
}

const std::map<std::string, RealFunction>& binary_real_ops() {
    static const std::map<std::string, RealFunction> kOps = {
        {"add", [](double a, double b) { return a + b; }},
        {"subtract", [](double a, double b) { return a - b; }},
        {"multiply", [](double a, double b) { return a * b; }},
        {"divide", [](double a, double b) { return a / b; }},
        {"floor_divide", quotient_of},
        {"remainder", remainder_of},
        {"fmod", [](double a, double b) { return std::fmod(a, b); }},
        {"power", [](double a, double b) { return std::pow(a, b); }},
        {"maximum", [](double a, double b) { return nan_aware(a, b, a > b); }},
        {"minimum", [](double a, double b) { return nan_aware(a, b, a < b); }},
        {"arctan2", [](double a, double b) { return std::atan2(a, b); }},
        {"hypot", [](double a, double b) { return std::hypot(a, b); }},
        {"copysign", [](double a, double b) { return std::copysign(a, b); }},
        {"logaddexp",
         [](double a, double b) {
             if (std::isnan(a) || std::isnan(b)) return kNan;
             return a == b ? a + std::log(2.0)
                           : std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
         }},
        {"relu_grad", [](double y, double gy) { return y > 0 ? gy : 0; }},
    };
    return kOps;
}
const std::map<std::string, RealFunction>& unary_real_ops() {
    static const std::map<std::string, RealFunction> kOps = {
        {"negative", [](double a, double) { return -a; }},
        {"abs", [](double a, double) { return std::abs(a); }},
        {"sign", [](double a, double) { return std::isnan(a) ? a : (a > 0) - (a < 0); }},
        {"square", [](double a, double) { return a * a; }},
        {"reciprocal", [](double a, double) { return 1 / a; }},
        {"sqrt", [](double a, double) { return std::sqrt(a); }},
        {"ceil", [](double a, double) { return std::ceil(a); }},
        {"floor", [](double a, double) { return std::floor(a); }},
        {"trunc", [](double a, double) { return std::trunc(a); }},
        {"round", [](double a, double) { return std::nearbyint(a); }},
        {"relu", [](double a, double) { return a < 0 ? 0 : a; }},
        {"sigmoid", [](double a, double) { return 1 / (1 + std::exp(-a)); }},
    };
    return kOps;
}
const std::vector<double>& interesting_reals() {
    static const std::vector<double> kValues = {0,     -0.0, 0.5,   -0.5, 1,    -1, 1.5,   2.5,
                                                -2.5,  3,    -3,    0.25, 7,    -7, 0.125, 100,
                                                -1000, kInf, -kInf, kNan, 0.75, 6};
    return kValues;
}

void expect_close(double got, double expected, const std::string& name, const std::string& what) {
    if (std::isnan(expected)) {
        ASSERT_TRUE(std::isnan(got)) << what << " gave " << got;
    } else if (std::isinf(expected)) {
        ASSERT_EQ(got, expected) << what;
    } else {
        ASSERT_NEAR(
            got, expected, tolerance(name) * std::abs(expected) + (name == "f16" ? 1e-7 : 1e-38))
            << what;
    }
}

// The value that the dtype holds for a double.
double rounded(double x, const std::string& name) {
    return Tensor(name, {1}, std::vector<double>{x}).real(0);
}

TEST(Elementwise, RealNumbersMatchReference) {
    const std::vector<double>& values = interesting_reals();
    const auto n = static_cast<int64_t>(values.size());
    for (const std::string& name : dtype_names("float")) {
        Tensor a(name, {n * n}), b(name, {n * n});
        for (int64_t i = 0; i < n * n; ++i) {
            a.set(i, values[i / n]);
            b.set(i, values[i % n]);
        }
        for (const auto& [op, function] : binary_real_ops()) {
            const Tensor y(name, {n * n});
            ASSERT_EQ(Plugin::instance().launch("chx." + op, name, {&a, &b}, {&y}), CHX_OK)
                << op << last_error();
            for (int64_t i = 0; i < n * n; ++i) {
                const std::string what = op + " " + name + " " + std::to_string(a.real(i)) + ", " +
                                         std::to_string(b.real(i));
                ASSERT_NO_FATAL_FAILURE(expect_close(
                    y.real(i), rounded(function(a.real(i), b.real(i)), name), name, what));
            }
        }
        for (const auto& [op, function] : unary_real_ops()) {
            const Tensor y(name, {n * n});
            ASSERT_EQ(Plugin::instance().launch("chx." + op, name, {&a}, {&y}), CHX_OK)
                << op << last_error();
            for (int64_t i = 0; i < n * n; i += n) {
                const std::string what = op + " " + name + " " + std::to_string(a.real(i));
                ASSERT_NO_FATAL_FAILURE(
                    expect_close(y.real(i), rounded(function(a.real(i), 0), name), name, what));
            }
        }
    }
}

TEST(Elementwise, PowerOfAScalarExponentIsPower) {
    const std::vector<double>& values = interesting_reals();
    const auto n = static_cast<int64_t>(values.size());
    for (const std::string& name : {std::string("f32"), std::string("f64"), std::string("bf16")}) {
        const Tensor a(name, {n}, values);
        for (double exponent : {2.0, 3.0, -1.0, 0.5, 0.0, 1.0, 2.5, -2.0}) {
            const Tensor b = Tensor(name, {1}, std::vector<double>{exponent}).as_host_scalar();
            const Tensor y(name, {n});
            ASSERT_EQ(Plugin::instance().launch("chx.power", name, {&a, &b}, {&y}), CHX_OK);
            for (int64_t i = 0; i < n; ++i) {
                const std::string what =
                    std::to_string(values[i]) + " to the " + std::to_string(exponent);
                ASSERT_NO_FATAL_FAILURE(expect_close(
                    y.real(i), rounded(std::pow(values[i], exponent), name), name, what));
            }
        }
    }
}

TEST(Elementwise, SignsAndNeighbours) {
    for (const std::string& name : dtype_names("float")) {
        const Tensor x(name, {6}, std::vector<double>{0, -0.0, 1.5, -1.5, kNan, -kInf});
        const Tensor is_negative("bool", {6});
        ASSERT_EQ(Plugin::instance().launch("chx.signbit", name, {&x}, {&is_negative}), CHX_OK);
        for (int64_t i = 0; i < 6; ++i)
            EXPECT_EQ(is_negative.real(i), std::signbit(x.real(i))) << name << " " << x.real(i);
    }
    const std::vector<double> from = {1, 1, 0, kInf, 2, kNan}, to = {2, 0, -1, 0, 2, 1};
    const Tensor x("f64", {6}, from), x2("f64", {6}, to), y("f64", {6});
    ASSERT_EQ(Plugin::instance().launch("chx.nextafter", "f64", {&x, &x2}, {&y}), CHX_OK);
    const Tensor xf("f32", {6}, from), xf2("f32", {6}, to), yf("f32", {6});
    ASSERT_EQ(Plugin::instance().launch("chx.nextafter", "f32", {&xf, &xf2}, {&yf}), CHX_OK);
    for (int64_t i = 0; i < 5; ++i) {
        const auto at = static_cast<size_t>(i);
        EXPECT_EQ(y.real(i), std::nextafter(from[at], to[at]));
        EXPECT_EQ(yf.real(i),
                  std::nextafter(static_cast<float>(from[at]), static_cast<float>(to[at])));
    }
    EXPECT_TRUE(std::isnan(y.real(5)));
}

using ComplexFunction = std::function<Complex(Complex, Complex)>;
TEST(Elementwise, ComplexNumbersMatchReference) {
    const std::map<std::string, std::pair<int, ComplexFunction>> ops = {
        {"add", {2, [](Complex a, Complex b) { return a + b; }}},
        {"subtract", {2, [](Complex a, Complex b) { return a - b; }}},
        {"multiply", {2, [](Complex a, Complex b) { return a * b; }}},
        {"divide", {2, [](Complex a, Complex b) { return a / b; }}},
        {"power", {2, [](Complex a, Complex b) { return std::pow(a, b); }}},
        {"negative", {1, [](Complex a, Complex) { return -a; }}},
        {"sign", {1, [](Complex a, Complex) { return a / std::abs(a); }}},
        {"square", {1, [](Complex a, Complex) { return a * a; }}},
        {"reciprocal", {1, [](Complex a, Complex) { return 1.0 / a; }}},
        {"conj", {1, [](Complex a, Complex) { return std::conj(a); }}},
        {"sqrt", {1, [](Complex a, Complex) { return std::sqrt(a); }}},
        {"exp", {1, [](Complex a, Complex) { return std::exp(a); }}},
        {"expm1", {1, [](Complex a, Complex) { return std::exp(a) - 1.0; }}},
        {"exp2", {1, [](Complex a, Complex) { return std::pow(2.0, a); }}},
        {"log", {1, [](Complex a, Complex) { return std::log(a); }}},
        {"log1p", {1, [](Complex a, Complex) { return std::log(a + 1.0); }}},
        {"log2", {1, [](Complex a, Complex) { return std::log(a) / std::log(2.0); }}},
        {"log10", {1, [](Complex a, Complex) { return std::log(a) / std::log(10.0); }}},
        {"sin", {1, [](Complex a, Complex) { return std::sin(a); }}},
        {"cos", {1, [](Complex a, Complex) { return std::cos(a); }}},
        {"tan", {1, [](Complex a, Complex) { return std::tan(a); }}},
        {"arcsin", {1, [](Complex a, Complex) { return std::asin(a); }}},
        {"arccos", {1, [](Complex a, Complex) { return std::acos(a); }}},
        {"arctan", {1, [](Complex a, Complex) { return std::atan(a); }}},
        {"sinh", {1, [](Complex a, Complex) { return std::sinh(a); }}},
        {"cosh", {1, [](Complex a, Complex) { return std::cosh(a); }}},
        {"tanh", {1, [](Complex a, Complex) { return std::tanh(a); }}},
        {"arcsinh", {1, [](Complex a, Complex) { return std::asinh(a); }}},
        {"arccosh", {1, [](Complex a, Complex) { return std::acosh(a); }}},
        {"arctanh", {1, [](Complex a, Complex) { return std::atanh(a); }}},
        {"round",
         {1,
          [](Complex a, Complex) {
              return Complex(std::nearbyint(a.real()), std::nearbyint(a.imag()));
          }}},
    };
    const std::vector<Complex> values = {
        {1, 2}, {-0.5, 0.75}, {3, -1.25}, {-2, -0.5}, {0.25, 0}, {0, 1.5}};
    const auto n = static_cast<int64_t>(values.size());
    for (const std::string& name : dtype_names("complex")) {
        Tensor a(name, {n * n}), b(name, {n * n});
        for (int64_t i = 0; i < n * n; ++i) {
            a.set(i, values[i / n]);
            b.set(i, values[i % n]);
        }
        for (const auto& [op, entry] : ops) {
            const Tensor y(name, {n * n});
            const std::vector<const Tensor*> in = entry.first == 2
                                                      ? std::vector<const Tensor*>{&a, &b}
                                                      : std::vector<const Tensor*>{&a};
            ASSERT_EQ(Plugin::instance().launch("chx." + op, name, in, {&y}), CHX_OK)
                << op << last_error();
            for (int64_t i = 0; i < n * n; ++i) {
                const Complex expected = entry.second(a.at(i), b.at(i));
                ASSERT_LE(std::abs(y.at(i) - expected),
                          4 * tolerance(name) * std::abs(expected) + 1e-15)
                    << op << " " << name << a.at(i) << b.at(i) << y.at(i) << expected;
            }
        }
        const Tensor modulus(name == "c64" ? "f32" : "f64", {n * n});
        ASSERT_EQ(Plugin::instance().launch("chx.abs", name, {&a}, {&modulus}), CHX_OK);
        for (int64_t i = 0; i < n * n; ++i) {
            ASSERT_NEAR(modulus.real(i), std::abs(a.at(i)), tolerance(name) * std::abs(a.at(i)));
        }
        const Tensor re(name == "c64" ? "f32" : "f64", {n * n});
        const Tensor im(name == "c64" ? "f32" : "f64", {n * n});
        ASSERT_EQ(Plugin::instance().launch("chx.real", name, {&a}, {&re}), CHX_OK);
        ASSERT_EQ(Plugin::instance().launch("chx.imag", name, {&a}, {&im}), CHX_OK);
        for (int64_t i = 0; i < n * n; ++i) ASSERT_EQ(Complex(re.real(i), im.real(i)), a.at(i));
    }
}

TEST(Elementwise, ComplexSpecialValues) {
    const Tensor x(
        "c64", {4}, std::vector<Complex>{{kInf, kNan}, {3e38, 3e38}, {1e-40, 0}, {0, 0}});
    const Tensor modulus("f32", {4}), sign("c64", {4});
    ASSERT_EQ(Plugin::instance().launch("chx.abs", "c64", {&x}, {&modulus}), CHX_OK);
    EXPECT_EQ(modulus.real(0), kInf);
    EXPECT_EQ(modulus.real(1), kInf);
    EXPECT_EQ(modulus.real(2), x.real(2));
    ASSERT_EQ(Plugin::instance().launch("chx.sign", "c64", {&x}, {&sign}), CHX_OK);
    EXPECT_EQ(sign.at(3), Complex(0, 0));
    const Tensor zero = Tensor("c64", {1}, std::vector<Complex>{{0, 0}}).broadcast({4});
    ASSERT_EQ(Plugin::instance().launch("chx.divide", "c64", {&x, &zero}, {&sign}), CHX_OK);
    EXPECT_EQ(sign.at(1).real(), kInf);
}

TEST(Elementwise, ComparisonsAndLogicGiveBool) {
    const std::map<std::string, std::function<bool(Complex, Complex)>> ordered = {
        {"less", [](Complex a, Complex b) { return a.real() < b.real(); }},
        {"less_equal", [](Complex a, Complex b) { return a.real() <= b.real(); }},
        {"greater", [](Complex a, Complex b) { return a.real() > b.real(); }},
        {"greater_equal", [](Complex a, Complex b) { return a.real() >= b.real(); }},
    };
    const std::map<std::string, std::function<bool(Complex, Complex)>> others = {
        {"equal", [](Complex a, Complex b) { return a == b; }},
        {"not_equal", [](Complex a, Complex b) { return a != b; }},
        {"logical_and", [](Complex a, Complex b) { return a != 0.0 && b != 0.0; }},
        {"logical_or", [](Complex a, Complex b) { return a != 0.0 || b != 0.0; }},
        {"logical_xor", [](Complex a, Complex b) { return (a != 0.0) != (b != 0.0); }},
    };
    const std::vector<double> values = {0, 1, 2, 3, kNan, kInf, 100, -1};
    const auto n = static_cast<int64_t>(values.size());
    for (const std::string& name : dtype_names("bool int float complex")) {
        Tensor a(name, {n * n}), b(name, {n * n});
        const bool integral = name == "bool" || is_signed(name) || name[0] == 'u';
        for (int64_t i = 0; i < n * n; ++i) {
            a.set(i, integral && !std::isfinite(values[i / n]) ? 5 : values[i / n]);
            b.set(i, integral && !std::isfinite(values[i % n]) ? 5 : values[i % n]);
        }
        auto all = others;
        if (name[0] != 'c') {
            all.insert(ordered.begin(), ordered.end());
        }
        for (const auto& [op, function] : all) {
            const Tensor y("bool", {n * n});
            ASSERT_EQ(Plugin::instance().launch("chx." + op, name, {&a, &b}, {&y}), CHX_OK)
                << op << last_error();
            for (int64_t i = 0; i < n * n; ++i) {
                ASSERT_EQ(y.real(i), function(a.at(i), b.at(i)))
                    << op << " " << name << a.at(i) << b.at(i);
            }
        }
        const Tensor y("bool", {n * n});
        for (const char* op : {"isnan", "isinf", "isfinite", "logical_not"}) {
            ASSERT_EQ(Plugin::instance().launch(std::string("chx.") + op, name, {&a}, {&y}),
                      CHX_OK);
            for (int64_t i = 0; i < n * n; ++i) {
                const double x = a.real(i);
                const bool expected = op == std::string("isnan")      ? std::isnan(x)
                                      : op == std::string("isinf")    ? std::isinf(x)
                                      : op == std::string("isfinite") ? std::isfinite(x)
                                                                      : a.at(i) == 0.0;
                ASSERT_EQ(y.real(i), expected) << op << " " << name << x;
            }
        }
    }
}

TEST(Elementwise, BoolArithmetic) {
    const Tensor a("bool", {4}, std::vector<double>{0, 0, 1, 1}),
        b("bool", {4}, std::vector<double>{0, 1, 0, 1});
    const std::map<std::string, std::vector<double>> expected = {{"multiply", {0, 0, 0, 1}},
                                                                 {"maximum", {0, 1, 1, 1}},
                                                                 {"minimum", {0, 0, 0, 1}},
                                                                 {"bitwise_and", {0, 0, 0, 1}},
                                                                 {"bitwise_or", {0, 1, 1, 1}},
                                                                 {"bitwise_xor", {0, 1, 1, 0}}};
    for (const auto& [op, values] : expected) {
        const Tensor y("bool", {4});
        ASSERT_EQ(Plugin::instance().launch("chx." + op, "bool", {&a, &b}, {&y}), CHX_OK);
        EXPECT_EQ(y.values(), values) << op;
    }
    const Tensor y("bool", {4});
    ASSERT_EQ(Plugin::instance().launch("chx.bitwise_not", "bool", {&a}, {&y}), CHX_OK);
    EXPECT_EQ(y.values(), (std::vector<double>{1, 1, 0, 0}));
}

TEST(Elementwise, FloorDivideIsExactNearIntegers) {
    // 1 / 0.1 rounds to 10, but 0.1 is a little more than a tenth.
    const Tensor a("f64", {3}, std::vector<double>{1, -1, 0.3}),
        b("f64", {3}, std::vector<double>{0.1, 0.1, 0.1});
    const Tensor y("f64", {3});
    ASSERT_EQ(Plugin::instance().launch("chx.floor_divide", "f64", {&a, &b}, {&y}), CHX_OK);
    EXPECT_EQ(y.values(), (std::vector<double>{9, -10, 2}));
}

}  // namespace
}  // namespace chx_test
