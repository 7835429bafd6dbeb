// batch_norm and its gradient against the definition, over several choices of axes.
#include <chx/ops/normalization.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

struct Case {
    Shape shape;
    std::vector<int> axes;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> cases = {{{8, 5}, {0}},
                                            {{4, 3, 5, 6}, {0, 2, 3}},
                                            {{4, 5, 6, 3}, {0, 1, 2}},
                                            {{3, 4, 5}, {1}},
                                            {{3, 4, 5, 2}, {0, 2}},
                                            {{6}, {0}},
                                            {{2, 3}, {}},
                                            {{3000, 40}, {0}},
                                            {{8, 4, 70, 70}, {0, 2, 3}},
                                            {{50, 700}, {0}}};
    return cases;
}

struct Reference {
    std::vector<size_t> channel;  // of each element
    Shape channels;
    double n = 0;
    Values mean, var;

    Reference(const Tensor& x, const std::vector<int>& axes) {
        for (size_t d = 0; d < x.shape().size(); ++d) {
            if (std::find(axes.begin(), axes.end(), static_cast<int>(d)) == axes.end()) {
                channels.push_back(x.shape()[d]);
            }
        }
        const auto n_channels = static_cast<size_t>(numel_of(channels));
        n = static_cast<double>(x.numel()) / static_cast<double>(n_channels);
        Index index(x.shape());
        for (int64_t i = 0; i < x.numel(); ++i, index.next()) {
            Shape kept;
            for (size_t d = 0; d < x.shape().size(); ++d) {
                if (std::find(axes.begin(), axes.end(), static_cast<int>(d)) == axes.end()) {
                    kept.push_back(index[d]);
                }
            }
            channel.push_back(static_cast<size_t>(number_of(channels, kept)));
        }
        mean = sum([&](int64_t i) { return x.real(i); });
        for (auto& m : mean) m /= n;
        var = sum([&](int64_t i) { return std::pow(x.real(i) - mean[channel[i]].real(), 2); });
        for (auto& v : var) v /= n;
    }
    template <class F>
    Values sum(F f) const {
        Values total(static_cast<size_t>(numel_of(channels)));
        for (size_t i = 0; i < channel.size(); ++i) {
            total[channel[i]] += f(static_cast<int64_t>(i));
        }
        return total;
    }
};

constexpr double kEps = 1e-2;

template <class A>
A attrs_of(const Case& c) {
    A attrs = make_attrs<A>();
    for (int axis : c.axes) {
        attrs.axes[attrs.n_axes++] = axis;
    }
    attrs.eps = kEps;
    return attrs;
}

TEST(BatchNorm, Forward) {
    for (const std::string& dtype : dtype_names("float")) {
        for (const Case& c : cases()) {
            SCOPED_TRACE(dtype);
            const Tensor x = random_tensor(dtype, c.shape, 1);
            const Reference r(x, c.axes);
            const Tensor gamma = random_tensor(dtype, r.channels, 2),
                         beta = random_tensor(dtype, r.channels, 3);
            Tensor y(dtype, c.shape), mean(dtype, r.channels), var(dtype, r.channels),
                again(dtype, c.shape);
            const auto attrs = attrs_of<chx_attrs_batch_norm>(c);
            const Plugin& plugin = Plugin::instance();
            ASSERT_EQ(CHX_OK,
                      plugin.launch_with(
                          "chx.batch_norm", dtype, {&x, &gamma, &beta}, {&y, &mean, &var}, attrs));
            Values expected;
            for (int64_t i = 0; i < x.numel(); ++i) {
                const auto k = r.channel[i];
                expected.push_back((x.real(i) - r.mean[k]) / std::sqrt(r.var[k] + kEps) *
                                       gamma.real(static_cast<int64_t>(k)) +
                                   beta.real(static_cast<int64_t>(k)));
            }
            expect_close(y, expected, 10);
            expect_close(mean, r.mean);
            expect_close(var, r.var);
            ASSERT_EQ(CHX_OK,
                      plugin.launch_with("chx.batch_norm",
                                         dtype,
                                         {&x, &gamma, &beta},
                                         {&again, nullptr, nullptr},
                                         attrs));
            EXPECT_EQ(y.values(), again.values());
        }
    }
}

TEST(BatchNorm, Gradient) {
    for (const std::string& dtype : dtype_names("float")) {
        for (const Case& c : cases()) {
            SCOPED_TRACE(dtype);
            const Tensor x = random_tensor(dtype, c.shape, 1),
                         gy = random_tensor(dtype, c.shape, 4);
            const Reference r(x, c.axes);
            const Tensor gamma = random_tensor(dtype, r.channels, 2);
            Tensor mean(dtype, r.channels), var(dtype, r.channels);
            for (int64_t k = 0; k < mean.numel(); ++k) {
                mean.set(k, r.mean[k]);
                var.set(k, r.var[k]);
            }
            const auto hat = [&](int64_t i) {
                const auto k = static_cast<int64_t>(r.channel[i]);
                return (x.real(i) - mean.real(k)) / std::sqrt(var.real(k) + kEps);
            };
            const Values gbeta = r.sum([&](int64_t i) { return gy.real(i); });
            const Values ggamma = r.sum([&](int64_t i) { return gy.real(i) * hat(i); });
            Values gx;
            for (int64_t i = 0; i < x.numel(); ++i) {
                const auto k = r.channel[i];
                const auto scale = gamma.real(static_cast<int64_t>(k)) /
                                   std::sqrt(var.real(static_cast<int64_t>(k)) + kEps);
                gx.push_back(scale * (gy.real(i) - gbeta[k] / r.n - hat(i) * ggamma[k] / r.n));
            }
            Tensor gx_result(dtype, c.shape), ggamma_result(dtype, r.channels),
                gbeta_result(dtype, r.channels);
            ASSERT_EQ(CHX_OK,
                      Plugin::instance().launch_with("chx.batch_norm_grad",
                                                     dtype,
                                                     {&gy, &x, &gamma, &mean, &var},
                                                     {&gx_result, &ggamma_result, &gbeta_result},
                                                     attrs_of<chx_attrs_batch_norm_grad>(c)));
            expect_close(gx_result, gx, 100);
            expect_close(ggamma_result, ggamma, 10 + r.n);
            expect_close(gbeta_result, gbeta, 10 + r.n);
        }
    }
}

TEST(BatchNorm, LargeMeansCostNoAccuracy) {
    for (const Case& c : {Case{{1000, 4}, {0}}, Case{{4, 3, 20, 20}, {0, 2, 3}}}) {
        Tensor x = random_tensor("f32", c.shape, 1);
        for (int64_t i = 0; i < x.numel(); ++i) {
            x.set(i, x.real(i) + 10000);
        }
        const Reference r(x, c.axes);
        const Tensor gamma = random_tensor("f32", r.channels, 2),
                     beta = random_tensor("f32", r.channels, 3);
        Tensor y("f32", c.shape), mean("f32", r.channels), var("f32", r.channels);
        ASSERT_EQ(CHX_OK,
                  Plugin::instance().launch_with("chx.batch_norm",
                                                 "f32",
                                                 {&x, &gamma, &beta},
                                                 {&y, &mean, &var},
                                                 attrs_of<chx_attrs_batch_norm>(c)));
        for (int64_t k = 0; k < var.numel(); ++k) {
            EXPECT_NEAR(var.real(k), r.var[k].real(), 1e-4 * r.var[k].real());
        }
    }
}

TEST(BatchNorm, ResultsDoNotDependOnThreads) {
    for (const Case& c : cases()) {
        const Tensor x = random_tensor("f32", c.shape, 1);
        const Reference r(x, c.axes);
        const Tensor gamma = random_tensor("f32", r.channels, 2),
                     beta = random_tensor("f32", r.channels, 3);
        expect_same_for_all_thread_counts([&] {
            Tensor y("f32", c.shape), mean("f32", r.channels), var("f32", r.channels);
            EXPECT_EQ(CHX_OK,
                      Plugin::instance().launch_with("chx.batch_norm",
                                                     "f32",
                                                     {&x, &gamma, &beta},
                                                     {&y, &mean, &var},
                                                     attrs_of<chx_attrs_batch_norm>(c)));
            return y.values();
        });
    }
}

}  // namespace
}  // namespace chx_test
