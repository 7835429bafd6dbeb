// Optimizer kernels against the formulas of their rows, apart and in place, over dtypes and
// layouts.
#include <cmath>

#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

Tensor ramp(const std::string& name, std::vector<int64_t> shape, double from, double step) {
    Tensor x(name, std::move(shape));
    for (int64_t i = 0; i < x.numel(); ++i) {
        x.set(i, from + step * static_cast<double>(i % 97));
    }
    return x;
}

Tensor scalar(const std::string& name, double value) {
    return Tensor(name, {1}, std::vector<double>{value}).as_host_scalar();
}

struct Case {
    std::string dtype;
    double tolerance;
};
const std::vector<Case>& cases() {
    static const std::vector<Case> kCases = {
        {"f16", 2e-3}, {"bf16", 2e-2}, {"f32", 1e-6}, {"f64", 1e-14}};
    return kCases;
}

TEST(Optimizer, Sgd) {
    for (const auto& [name, tolerance] : cases()) {
        for (int64_t n : {0, 3, 1000, 70000}) {
            const Tensor p = ramp(name, {n}, 1, 0.25), g = ramp(name, {n}, -2, 0.5),
                         lr = scalar(name, 0.125);
            const Tensor next(name, {n});
            ASSERT_EQ(Plugin::instance().launch("chx.sgd", name, {&p, &g, &lr}, {&next}), CHX_OK)
                << last_error();
            for (int64_t i = 0; i < n; ++i) {
                ASSERT_NEAR(next.real(i), p.real(i) - 0.125 * g.real(i), tolerance * 30) << name;
            }
            ASSERT_EQ(Plugin::instance().launch("chx.sgd", name, {&p, &g, &lr}, {&p}), CHX_OK);
            EXPECT_EQ(p.values(), next.values());
        }
    }
}

TEST(Optimizer, MomentumSgd) {
    for (const auto& [name, tolerance] : cases()) {
        const Tensor p = ramp(name, {30, 40}, 1, 0.25),
                     g = ramp(name, {40, 30}, -2, 0.5).transposed({1, 0});
        const Tensor v = ramp(name, {30, 80}, 0, 0.125).every_second(1);
        const Tensor lr = scalar(name, 0.125),
                     momentum = scalar(name, 0.875).reshaped({1}).broadcast({30, 40});
        const Tensor p_next(name, {30, 40}), v_next(name, {30, 40});
        ASSERT_EQ(Plugin::instance().launch(
                      "chx.momentum_sgd", name, {&p, &g, &v, &lr, &momentum}, {&p_next, &v_next}),
                  CHX_OK);
        for (int64_t i = 0; i < p.numel(); ++i) {
            const double velocity = 0.875 * v.real(i) - 0.125 * g.real(i);
            ASSERT_NEAR(v_next.real(i), velocity, tolerance * 30) << name;
            ASSERT_NEAR(p_next.real(i), p.real(i) + velocity, tolerance * 30) << name;
        }
        const std::vector<double> expected = v_next.values();
        ASSERT_EQ(Plugin::instance().launch(
                      "chx.momentum_sgd", name, {&p, &g, &v, &lr, &momentum}, {&p, &v}),
                  CHX_OK);
        EXPECT_EQ(p.values(), p_next.values());
        EXPECT_EQ(v.values(), expected);
    }
}

TEST(Optimizer, Adam) {
    for (const auto& [name, tolerance] : cases()) {
        for (int64_t n : {5, 40000}) {
            const Tensor p = ramp(name, {n}, 1, 0.25), g = ramp(name, {n}, -2, 0.0625);
            const Tensor m = ramp(name, {n}, -1, 0.03125), v = ramp(name, {n}, 0, 0.125);
            const Tensor lr = scalar(name, 0.125), beta1 = scalar(name, 0.875),
                         beta2 = scalar(name, 0.75), eps = scalar(name, 0.0625);
            const Tensor p_next(name, {n}), m_next(name, {n}), v_next(name, {n});
            const std::vector<const Tensor*> in = {&p, &g, &m, &v, &lr, &beta1, &beta2, &eps};
            ASSERT_EQ(Plugin::instance().launch("chx.adam", name, in, {&p_next, &m_next, &v_next}),
                      CHX_OK);
            for (int64_t i = 0; i < n; ++i) {
                const double mean = 0.875 * m.real(i) + 0.125 * g.real(i);
                const double square = 0.75 * v.real(i) + 0.25 * g.real(i) * g.real(i);
                const double expected = p.real(i) - 0.125 * mean / (std::sqrt(square) + 0.0625);
                ASSERT_NEAR(m_next.real(i), mean, tolerance * 4) << name;
                ASSERT_NEAR(v_next.real(i), square, tolerance * 30) << name;
                ASSERT_NEAR(p_next.real(i), expected, tolerance * 30) << name;
            }
            // Only the parameter, then everything in place.
            const Tensor alone(name, {n});
            ASSERT_EQ(Plugin::instance().launch("chx.adam", name, in, {&alone, nullptr, nullptr}),
                      CHX_OK);
            EXPECT_EQ(alone.values(), p_next.values());
            ASSERT_EQ(Plugin::instance().launch("chx.adam", name, in, {&p, &m, &v}), CHX_OK);
            EXPECT_EQ(p.values(), p_next.values());
            EXPECT_EQ(v.values(), v_next.values());
        }
    }
}

}  // namespace
}  // namespace chx_test
