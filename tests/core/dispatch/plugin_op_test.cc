// Ops that plugins define: values, gradients and errors, on the plugin's own device and on others.
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/dispatch/fallback_checks.h"
#include "core/dispatch/fussy_device.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

Array affine(const Array& x, const Array& w, double scale = 1) {
    return call_op("primdev.affine", {x, w}, {{"scale", scale}})[0];
}

class PluginOp : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        primdev();
        nulldev();
        reset_fallback_stats();
    }
    Device& device() { return get_device(GetParam()); }
    Array on_device(const std::vector<double>& values) {
        return doubles(values).to_device(device());
    }
};

TEST_P(PluginOp, ComputesWhereItsOperandsAre) {
    const Array x = on_device({1, 2, 3}), w = on_device({4, 5, 6});
    const Array y = affine(x, w, 0.5);
    EXPECT_EQ(&y.device(), &device());
    expect_vector(y, {2, 5, 9});
    expect_vector(affine(x.astype(DType::kFloat32), w.astype(DType::kFloat32)), {4, 10, 18});
    expect_vector(call_op("primdev.affine", {x, w})[0], {4, 10, 18});
    expect_vector(call_op("primdev.affine", {x, w}, {{"scale", int64_t{2}}})[0], {8, 20, 36});
    const bool is_on_host = count_of("primdev.affine", device(), FallbackStep::kHost) > 0;
    EXPECT_EQ(is_on_host, GetParam() == "nulldev:0");
}

TEST_P(PluginOp, AdaptsStridedOperands) {
    const Array x = on_device({1, 2, 3});
    expect_vector(affine(flip(x), x), {3, 4, 3});
}

TEST_P(PluginOp, HasAGradient) {
    const Array x = on_device({1, 2, 3}).require_grad();
    const Array w = on_device({4, 5, 6}).require_grad();
    backward(sum(affine(x, affine(x, w, 2), 0.5)));  // x * x * w
    expect_vector(x.grad(), {8, 20, 36});
    expect_vector(w.grad(), {1, 4, 9});
    EXPECT_EQ(&x.grad().device(), &device());
}

TEST_P(PluginOp, GradientsAgreeWithDifferences) {
    const DeviceScope scope(device());
    const CheckedFunction function = [](const std::vector<Array>& in) {
        return std::vector<Array>{affine(in[0], in[1], 1.5)};
    };
    expect_gradients(function, {on_device({1, -2, 3}), on_device({0.5, 0.25, -1})});
}

TEST_P(PluginOp, IsNotRecordedWhereNothingIs) {
    const Array x = on_device({1}).require_grad();
    const NoBackpropModeScope unrecorded;
    EXPECT_FALSE(affine(x, x).is_connected());
}

TEST_P(PluginOp, SavedOperandsMustNotChange) {
    const Array x = on_device({1, 2}), w = on_device({3, 4}).require_grad();
    const Array y = affine(x, w);
    x += Scalar(1);
    EXPECT_THROW(backward(y), GradientError);
}

std::string name_of_device(const ::testing::TestParamInfo<std::string>& info) {
    return info.param.substr(0, info.param.find(':'));
}

INSTANTIATE_TEST_SUITE_P(Devices,
                         PluginOp,
                         ::testing::Values("native:0", "primdev:0", "nulldev:0"),
                         name_of_device);

TEST(PluginOpErrors, SayWhatIsWrong) {
    primdev();
    const Array x = doubles({1, 2}), y = doubles({1, 2, 3});
    expect_contains(message_of<NotImplementedError>([] { call_op("primdev.nothing", {}); }),
                    "no plugin that was loaded defines 'primdev.nothing'");
    EXPECT_THROW(call_op("chx.no_such_op", {}), NotImplementedError);
    expect_contains(message_of<ValueError>([&] { call_op("primdev.affine", {x}); }),
                    "1 operands were given; expected 2");
    expect_contains(
        message_of<ValueError>([&] { call_op("primdev.affine", {x, x}, {{"scales", 1.0}}); }),
        "no attribute 'scales'");
    expect_contains(message_of<ValueError>(
                        [&] { call_op("primdev.affine", {x, x}, {{"scale", DType::kInt8}}); }),
                    "wrong type");
    expect_contains(message_of<DimensionError>([&] { affine(x, y); }),
                    "primdev.affine: operands of several shapes or dtypes were given");
    EXPECT_THROW(affine(integers({1}), integers({1})), DimensionError);
    EXPECT_THROW(affine(x, x.to_device(primdev())), DeviceError);
}

TEST(PluginOpErrors, ADifferentiationTooMany) {
    primdev();
    const Array x = doubles({1, 2}).require_grad();
    const Array five = call_op("primdev.affine_grad_grad", {x, x, x, x, x})[0];
    EXPECT_FALSE(five.is_connected()) << "it has no backward op";
}

TEST(PluginOpCatalogue, DescribesWhatWasLoaded) {
    primdev();
    fussydev();
    bool has_affine = false;
    for (const OpDescription& op : plugin_ops()) {
        EXPECT_NE(op.name, "acme.answer") << "a name in somebody else's space";
        if (op.name != "primdev.affine") continue;
        has_affine = true;
        EXPECT_EQ(op.doc, "x * w * scale.");
        EXPECT_EQ(op.n_inputs, 2);
        EXPECT_EQ(op.n_outputs, 1);
        EXPECT_EQ(op.attributes, std::vector<std::string>{"scale"});
        EXPECT_TRUE(op.is_differentiable);
    }
    EXPECT_TRUE(has_affine);
}

TEST(PluginOpWithoutOperands, RunsOnTheDeviceNamed) {
    const Array answer = call_op("fussydev.answer", {}, {}, &fussydev())[0];
    EXPECT_EQ(answer.dtype(), DType::kInt64);
    EXPECT_EQ(static_cast<int64_t>(answer.item()), 42);
}

}  // namespace
}  // namespace chainerx::testing
