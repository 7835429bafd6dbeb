// Optimizers against their formulas, over several steps and parameters.
#include "chainerx/optimizer.h"

#include "chainerx/error.h"
#include "core/ops/array_checks.h"
#include "core/ops/decomposition_checks.h"

namespace chainerx::testing {
namespace {

// Two steps with the gradients 0.5 and -2, from 1.
double run(Optimizer& optimizer) {
    const Array param = doubles({1}).require_grad();
    const Array unused = doubles({7}).require_grad();
    optimizer.add_params({param, unused});
    for (const double gradient : {0.5, -2.0}) {
        optimizer.zero_grad();
        backward(multiply(param, gradient));
        optimizer.update();
    }
    EXPECT_EQ(optimizer.steps(0), 2);
    EXPECT_EQ(optimizer.steps(1), 0);
    EXPECT_TRUE(param.is_grad_required());
    expect_vector(unused, {7});
    return static_cast<double>(param.at({0}).as_grad_stopped().item());
}

TEST(Optimizer, SGD) {
    SGD optimizer(0.1);
    EXPECT_NEAR(run(optimizer), 1 - 0.1 * 0.5 + 0.1 * 2, 1e-12);
}

TEST(Optimizer, MomentumSGD) {
    MomentumSGD optimizer(0.1, 0.9);
    const double v1 = -0.1 * 0.5;
    const double v2 = 0.9 * v1 + 0.1 * 2;
    EXPECT_NEAR(run(optimizer), 1 + v1 + v2, 1e-12);
    expect_vector(optimizer.state(0)[0], {v2}, 1e-12);
    EXPECT_TRUE(optimizer.state(1)[0].is_null());
}

double adam(double decay) {
    double p = 1;
    double m = 0;
    double v = 0;
    int t = 0;
    for (const double g : {0.5, -2.0}) {
        ++t;
        p -= 0.1 * decay * p;
        m = 0.9 * m + 0.1 * g;
        v = 0.99 * v + 0.01 * g * g;
        p -= 0.1 * std::sqrt(1 - std::pow(0.99, t)) / (1 - std::pow(0.9, t)) * m /
             (std::sqrt(v) + 1e-8);
    }
    return p;
}

TEST(Optimizer, Adam) {
    Adam optimizer(0.1, 0.9, 0.99);
    EXPECT_NEAR(run(optimizer), adam(0), 1e-12);
    Adam decaying(0.1, 0.9, 0.99, 1e-8, 0.5);
    EXPECT_NEAR(run(decaying), adam(0.5), 1e-12);
}

TEST(Optimizer, StateCanBeSavedAndLoaded) {
    const auto step = [](Optimizer& optimizer, const Array& param) {
        optimizer.zero_grad();
        backward(sum(square(param)));
        optimizer.update();
    };
    const Array first = doubles({1, -2}).require_grad();
    Adam original(0.1);
    original.add_param(first);
    step(original, first);

    const Array second = first.as_grad_stopped().copy().require_grad();
    Adam restored(0.1);
    restored.add_param(second);
    restored.set_state(0, original.state(0), original.steps(0));
    step(original, first);
    step(restored, second);
    expect_vector(second, values_of(first));
    EXPECT_EQ(original.state_names(), (std::vector<std::string>{"m", "v"}));
    EXPECT_THROW(restored.set_state(0, {}, 1), ValueError);
    EXPECT_THROW(restored.set_state(0, {doubles({1}), doubles({1})}, 1), DimensionError);
    EXPECT_THROW(restored.set_state(1, {}, 1), IndexError);
}

TEST(Optimizer, WritesInPlaceAndCountsAsAWrite) {
    const Array param = floats({1, 2}).require_grad();
    const uint64_t version = param.version();
    const void* memory = param.raw_data();
    SGD optimizer(0.5);
    optimizer.add_param(param);
    const Array loss = sum(square(param));
    backward(loss);
    optimizer.update();
    EXPECT_GT(param.version(), version);
    EXPECT_EQ(param.raw_data(), memory);
    expect_vector(param, {0, 0});
    EXPECT_THROW(optimizer.add_param(param), ValueError);
    EXPECT_THROW(optimizer.add_param(floats({1})), GradientError);
}

// Parameters on the short way to a kernel among others that have to take the long one.
TEST(Optimizer, ParametersMayBeOfAnyKind) {
    const Array matrix = some_doubles({3, 2});
    const std::vector<Array> params = {
        floats({1, -2}).require_grad(),
        doubles({0.5, 3}).require_grad(),
        matrix.transpose().require_grad(),
        astype(doubles({1, 2, 4}), DType::kFloat16).require_grad(),
        floats({3, 1}).require_grad(),
        ones({0}, DType::kFloat32).require_grad(),
    };
    MomentumSGD optimizer(0.25, 0.5);
    optimizer.add_params(params);
    std::vector<std::vector<double>> expected, velocities;
    for (const Array& param : params) {
        expected.push_back(values_of(param));
        velocities.emplace_back(expected.back().size());
    }
    for (const double rate : {0.25, 0.125, 0.125}) {
        optimizer.lr = rate;
        for (size_t k = 0; k < params.size(); ++k) {
            // A gradient may share its parameter's memory, or have strides of its own.
            const Array own = params[k].as_grad_stopped();
            params[k].set_grad(k == 4   ? own
                               : k == 1 ? diagonal(ones({2, 2}, DType::kFloat64))
                                        : ones_like(own));
            for (size_t i = 0; i < expected[k].size(); ++i) {
                const double gradient = k == 4 ? expected[k][i] : 1;
                velocities[k][i] = 0.5 * velocities[k][i] - rate * gradient;
                expected[k][i] += velocities[k][i];
            }
        }
        optimizer.update();
    }
    for (size_t k = 0; k < params.size(); ++k)
        expect_array(params[k], Shape(params[k].shape()), expected[k], 1e-6);
}

TEST(Optimizer, RefusesToWriteWhatIsReadOnly) {
    const Array param = doubles({1}).require_grad();
    param.body()->tensor.flags |= CHX_T_READONLY;
    SGD optimizer(0.5);
    optimizer.add_param(param);
    backward(sum(square(param)));
    EXPECT_THROW(optimizer.update(), ValueError);
    expect_vector(param, {1});
}

TEST(Optimizer, OpsDecomposeIntoTheSame) {
    const Array p = some_doubles({5});
    const Array g = square(p);
    expect_decomposes(internal::kOpSgd, {p, g, doubles({0.1}, {})});
    expect_decomposes(internal::kOpMomentumSgd,
                      {p, g, add(p, 1), doubles({0.1}, {}), doubles({0.9}, {})});
    expect_decomposes(internal::kOpAdam,
                      {p,
                       g,
                       add(p, 1),
                       add(p, 2),
                       doubles({0.1}, {}),
                       doubles({0.9}, {}),
                       doubles({0.99}, {}),
                       doubles({1e-8}, {})});
}

}  // namespace
}  // namespace chainerx::testing
