// Whole training steps as one Program, against the same steps run eagerly.
#include <memory>

#include "chainerx/error.h"
#include "chainerx/operators.h"
#include "chainerx/optimizer.h"
#include "chainerx/program.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

struct Network {
    explicit Network(Device& device)
        : w1{astype(some_doubles({3, 4}), DType::kFloat32).to_device(device)},
          b1{zeros({4}, DType::kFloat32, &device)},
          w2{astype(some_doubles({4, 2}), DType::kFloat32).to_device(device)} {
        for (const Array* param : {&w1, &b1, &w2}) param->require_grad();
    }
    std::vector<Array> params() const { return {w1, b1, w2}; }
    Array loss(const Array& x, const Array& t) const {
        return mean(softmax_cross_entropy(matmul(tanh(matmul(x, w1) + b1), w2), t));
    }
    Array w1, b1, w2;
};

enum class Zeroing { kBefore, kAfter };

class TrainingStep {
public:
    TrainingStep(Device& device, std::unique_ptr<Optimizer> rule, Zeroing zeroing)
        : network{device}, optimizer{std::move(rule)}, zeroing_{zeroing} {
        optimizer->add_params(network.params());
    }
    std::vector<Array> operator()(const std::vector<Array>& in) {
        if (zeroing_ == Zeroing::kBefore) optimizer->zero_grad();
        const Array loss = network.loss(in[0], in[1]);
        loss.backward();
        optimizer->update();
        if (zeroing_ == Zeroing::kAfter) optimizer->zero_grad();
        return {loss};
    }
    Network network;
    std::unique_ptr<Optimizer> optimizer;

private:
    Zeroing zeroing_;
};

using MakeRule = std::unique_ptr<Optimizer> (*)();

struct Case {
    const char* name;
    MakeRule make_rule;
    Zeroing zeroing;
};

class Training : public ::testing::TestWithParam<std::tuple<Case, const char*>> {};

Device& device_named(const std::string& name) {
    return name == "native" ? native() : test_device(name);
}

TEST_P(Training, RecordedStepsAreTheEagerOnes) {
    const auto& [c, device_name] = GetParam();
    Device& device = device_named(device_name);
    TrainingStep eager(device, c.make_rule(), c.zeroing);
    TrainingStep recorded(device, c.make_rule(), c.zeroing);
    const auto compiled = compile([&](const std::vector<Array>& in) { return recorded(in); });
    for (int i = 0; i < 5; ++i) {
        const Array x =
            astype(some_doubles({6, 3}) * (1 + 0.1 * i), DType::kFloat32).to_device(device);
        const Array t = integers({0, 1, 1, 0, 1, 0}).to_device(device);
        const Array expected = eager({x, t})[0];
        const Array loss = compiled({x, t})[0];
        expect_array(loss.as_grad_stopped(), {}, values_of(expected.as_grad_stopped()), 1e-6);
        EXPECT_EQ(recorded.optimizer->steps(0), i + 1);
    }
    for (size_t i = 0; i < 3; ++i) {
        const Array expected = eager.network.params()[i];
        const Array param = recorded.network.params()[i];
        expect_array(
            param.as_grad_stopped(), param.shape(), values_of(expected.as_grad_stopped()), 1e-6);
        ASSERT_EQ(param.grad().is_null(), expected.grad().is_null());
        if (!param.grad().is_null())
            expect_array(param.grad(), param.shape(), values_of(expected.grad()), 1e-6);
    }
    // With gradients left from the step before there is nothing else to be different.
    EXPECT_EQ(compiled.programs().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Devices,
    Training,
    ::testing::Combine(
        ::testing::Values(
            Case{"SGD",
                 []() -> std::unique_ptr<Optimizer> { return std::make_unique<SGD>(0.1); },
                 Zeroing::kAfter},
            Case{"SGDZeroingBefore",
                 []() -> std::unique_ptr<Optimizer> { return std::make_unique<SGD>(0.1); },
                 Zeroing::kBefore},
            Case{"MomentumSGD",
                 []() -> std::unique_ptr<Optimizer> { return std::make_unique<MomentumSGD>(0.1); },
                 Zeroing::kAfter},
            Case{"Adam",
                 []() -> std::unique_ptr<Optimizer> { return std::make_unique<Adam>(0.1); },
                 Zeroing::kAfter}),
        ::testing::Values("native", "primdev", "nulldev")),
    [](const auto& info) {
        return std::string(std::get<0>(info.param).name) + "_" + std::get<1>(info.param);
    });

TEST(Training, ALearningRateMayChangeBetweenRuns) {
    const Array w = doubles({1}).require_grad();
    SGD optimizer(0.5);
    optimizer.add_param(w);
    const auto step = compile([&](const std::vector<Array>&) {
        sum(w).backward();
        optimizer.update();
        optimizer.zero_grad();
        return std::vector<Array>{};
    });
    step({});
    step({});
    optimizer.lr = 2;
    step({});
    expect_vector(w.as_grad_stopped(), {-2});
}

TEST(Training, OtherNumbersAreRecordedAnew) {
    const Array w = doubles({1}).require_grad();
    MomentumSGD optimizer(1, 0.5);
    optimizer.add_param(w);
    const auto step = compile([&](const std::vector<Array>&) {
        sum(w).backward();
        optimizer.update();
        optimizer.zero_grad();
        return std::vector<Array>{};
    });
    step({});
    step({});
    expect_vector(optimizer.state(0)[0], {-1.5});
    optimizer.momentum = 0;
    step({});
    expect_vector(optimizer.state(0)[0], {-1});
    EXPECT_EQ(step.programs().size(), 2u);
}

TEST(Training, StateThatIsLoadedIsUsed) {
    const Array w = doubles({1}).require_grad();
    MomentumSGD optimizer(1, 0.5);
    optimizer.add_param(w);
    const auto step = compile([&](const std::vector<Array>&) {
        sum(w).backward();
        optimizer.update();
        optimizer.zero_grad();
        return std::vector<Array>{};
    });
    step({});
    step({});
    optimizer.set_state(0, {doubles({8})}, 5);
    step({});
    expect_vector(optimizer.state(0)[0], {3});
    EXPECT_EQ(optimizer.steps(0), 6);
}

TEST(Training, GradientsThatAreAddedUpDependOnWhatIsThere) {
    const Array w = doubles({1}).require_grad();
    const auto step = compile([&](const std::vector<Array>&) {
        sum(w * 3).backward();
        return std::vector<Array>{};
    });
    for (int i = 1; i <= 4; ++i) {
        step({});
        expect_vector(w.grad(), {3.0 * i});
    }
    EXPECT_EQ(step.programs().size(), 2u);
    w.clear_grad();
    step({});
    expect_vector(w.grad(), {3});
    EXPECT_EQ(step.programs().size(), 2u);
}

TEST(Training, AnOptimizerThatIsGoneIsAnError) {
    const Array w = doubles({1}).require_grad();
    auto optimizer = std::make_unique<SGD>(0.5);
    optimizer->add_param(w);
    const auto step = compile([&](const std::vector<Array>&) {
        sum(w).backward();
        optimizer->update();
        optimizer->zero_grad();
        return std::vector<Array>{};
    });
    step({});
    optimizer.reset();
    EXPECT_THROW(step({}), ProgramError);
}

}  // namespace
}  // namespace chainerx::testing
