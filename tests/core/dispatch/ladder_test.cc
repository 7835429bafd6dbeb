// The ladder: which rung serves a call, that it is counted, and what is said when none does.
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/dispatch/fallback_checks.h"
#include "core/dispatch/fussy_device.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/test_devices.h"
#include "dispatch/dispatch.h"
#include "dispatch/op_ids.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

class Ladder : public ::testing::Test {
protected:
    void SetUp() override { reset_fallback_stats(); }
};

Array on(Device& device, const std::vector<float>& values) {
    return floats(values).to_device(device);
}

TEST_F(Ladder, AKernelThatTakesTheOperandsIsNoStep) {
    const Array x = floats({1, 2, 3});
    expect_vector(x + x * 2, {3, 6, 9});
    expect_vector(sum(transpose(doubles({1, 2, 3, 4}, {2, 2})), Axes{0}), {3, 7});
    EXPECT_EQ(count_on(native()), 0u);
}

TEST_F(Ladder, OperandsAreAdapted) {
    Device& device = primdev();
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3}).to_device(device);
    EXPECT_EQ(count_on(device), 0u) << "moving bytes is no op";

    expect_vector(sum(x, Axes{0}), {5, 7, 9});
    EXPECT_EQ(count_of("chx.sum", device, FallbackStep::kAdapted), 0u);
    expect_vector(sum(transpose(x), Axes{0}), {6, 15});
    EXPECT_EQ(count_of("chx.sum", device, FallbackStep::kAdapted), 1u);

    expect_vector(full({2}, 7, DType::kInt32, &device), {7, 7});
    EXPECT_EQ(count_of("chx.fill", device, FallbackStep::kAdapted), 1u)
        << "a host scalar became an array";
    EXPECT_EQ(count_of("chx.sum", device, FallbackStep::kHost), 0u);
}

TEST_F(Ladder, ResultsAreSpreadWhereAKernelCantWriteStrides) {
    Device& device = primdev();
    const Array x = zeros({2, 3}, DType::kFloat64, &device);
    reset_fallback_stats();
    transpose(x).at({Slice{{}, {}, 2}}).fill(7);
    EXPECT_EQ(count_of("chx.fill", device, FallbackStep::kAdapted), 1u);
    EXPECT_EQ(count_of("chx.fill", device, FallbackStep::kHost), 0u);
    expect_array(x, {2, 3}, {7, 0, 7, 7, 0, 7});
}

TEST_F(Ladder, OpsAreDecomposed) {
    Device& device = primdev();
    const Array x = on(device, {1, 2, 3});

    const Array y = x * 2 + x;

    expect_vector(y, {3, 6, 9});
    EXPECT_EQ(&y.device(), &device);
    EXPECT_EQ(count_of("chx.multiply", device, FallbackStep::kDecomposed), 1u);
    EXPECT_EQ(count_of("chx.add", device, FallbackStep::kDecomposed), 1u);
    expect_vector(softmax(x, 0), {0.0900306, 0.244728, 0.665241}, 1e-6);
    EXPECT_EQ(count_of("chx.softmax", device, FallbackStep::kDecomposed), 1u);
    for (const FallbackCount& entry : fallback_stats())
        EXPECT_NE(entry.step, FallbackStep::kHost) << entry.op;
}

TEST_F(Ladder, TheHostServesWhatIsLeft) {
    Device& device = nulldev();
    const Array x = on(device, {1, 2, 3});

    const Array y = x + x;

    EXPECT_EQ(&y.device(), &device);
    expect_vector(y, {2, 4, 6});
    EXPECT_EQ(count_of("chx.add", device, FallbackStep::kHost), 1u);
    EXPECT_EQ(count_on(native()), 0u);
    const FallbackCount entry = fallback_stats().at(0);
    EXPECT_EQ(entry.dtype, entry.op == "chx.add" ? "float32" : entry.dtype);
    reset_fallback_stats();
    EXPECT_TRUE(fallback_stats().empty());
}

TEST_F(Ladder, TheHostWritesInPlaceThroughViews) {
    Device& device = nulldev();
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3}).to_device(device);
    const uint64_t version = x.version();

    const Array column = x.at({Slice{}, 1});
    column += Scalar(10);

    expect_array(x, {2, 3}, {1, 12, 3, 4, 15, 6});
    EXPECT_GT(x.version(), version);
    flip(x, Axes{1}) *= doubles({1, 0, 2}).to_device(device);
    expect_array(x, {2, 3}, {2, 0, 3, 8, 0, 6});
}

TEST_F(Ladder, DecompositionsWriteInPlaceThroughViews) {
    Device& device = primdev();
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3}).to_device(device);
    const uint64_t version = x.version();

    x.at({Slice{}, Slice{{}, {}, -2}}) += Scalar(10);

    expect_array(x, {2, 3}, {11, 2, 13, 14, 5, 16});
    EXPECT_GT(x.version(), version);
    EXPECT_EQ(count_of("chx.add", device, FallbackStep::kDecomposed), 1u);
    EXPECT_EQ(count_of("chx.add", device, FallbackStep::kHost), 0u);
}

TEST_F(Ladder, ErrorModeForbidsTheHostBeforeAnythingHappens) {
    Device& device = nulldev();
    const Array x = on(device, {1, 2, 3});
    const Device::Memory before = device.memory();
    const uint64_t version = x.version();
    const FallbackModeScope strict(FallbackMode::kError);

    const std::string text = message_of<FallbackError>([&] { x + x; });
    EXPECT_THROW(x += x, FallbackError);

    for (const char* part : {"add: float32 (3,), float32 (3,)",
                             "nulldev:0",
                             "no kernel for float32",
                             "CHAINERX_FALLBACK=error"}) {
        expect_contains(text, part);
    }
    EXPECT_TRUE(fallback_stats().empty());
    EXPECT_EQ(device.memory().used, before.used);
    EXPECT_EQ(device.memory().plugin_allocations, before.plugin_allocations);
    EXPECT_EQ(x.version(), version);
    std::vector<float> values(3);
    x.copy_to_host(values.data());
    EXPECT_EQ(values, (std::vector<float>{1, 2, 3}));
}

TEST_F(Ladder, ErrorModeAllowsStepsOnTheDevice) {
    const FallbackModeScope strict(FallbackMode::kError);
    const Array x = on(primdev(), {1, 2, 3});
    const Array y = transpose(reshape(x + 1, {1, 3}));
    expect_array(
        matmul(y, transpose(y)).to_device(native()), {3, 3}, {4, 6, 8, 6, 9, 12, 8, 12, 16});
    EXPECT_THROW(nonzero(x), FallbackError);
}

TEST_F(Ladder, AnyStepCanBeMadeFatal) {
    const Array x = on(primdev(), {1, 2, 3});
    const Array by_parts = x + 1;  // primdev adds by fused_elementwise
    EXPECT_EQ(count_of("chx.add", primdev(), FallbackStep::kDecomposed), 1u);
    {
        const FallbackModeScope strict(FallbackMode::kError, FallbackStep::kDecomposed);
        const std::string text = message_of<FallbackError>([&] { x + 1; });
        for (const char* part : {"add: float32 (3,)",
                                 "no kernel for float32",
                                 "by decomposition",
                                 "CHAINERX_FALLBACK=error:decomposed"}) {
            expect_contains(text, part);
        }
    }
    Array negated;
    const Array contiguous_only = on(fussydev(), {1, 2, 3});
    {
        const FallbackModeScope strict(FallbackMode::kError, FallbackStep::kAdapted);
        EXPECT_THROW(x + 1, FallbackError);
        negated = negative(contiguous_only);
    }
    expect_vector(negated, {-1, -2, -3});
    EXPECT_EQ(count_of("chx.add", primdev(), FallbackStep::kDecomposed), 1u);
    expect_array(by_parts.to_device(native()), {3}, {2, 3, 4});
}

TEST(FallbackPolicy, IsReadAsItIsWritten) {
    for (const char* text : {"auto", "warn", "error", "warn:adapted", "error:decomposed"})
        EXPECT_EQ(to_string(parse_fallback_policy(text)), text);
    EXPECT_EQ(to_string(parse_fallback_policy("error:host")), "error");
    for (const char* text : {"", "never", "error:", "error:never", ":host", "error:host:host"}) {
        const std::string message = message_of<ValueError>([&] { parse_fallback_policy(text); });
        expect_contains(message, "expected auto, warn or error");
    }
}

TEST_F(Ladder, WarnModeSaysItOnce) {
    const Array x = on(nulldev(), {1, 2, 3});
    const FallbackModeScope loud(FallbackMode::kWarn);
    set_log_queue(10);
    x + x;
    x + x;
    const std::vector<LogRecord> records = take_log_records();
    set_log_queue(0);

    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].level, kLogWarning);
    EXPECT_EQ(records[0].component, "chainerx.fallback");
    EXPECT_EQ(records[0].text, "chx.add of float32 on nulldev:0 runs on the host");
}

TEST_F(Ladder, TheNextKernelTakesWhatTheFirstRefuses) {
    FussyCounts& counts = fussy_counts() = {};
    const Array x = on(fussydev(), {1, 2, 3});
    expect_vector(square(x), {1, 4, 9});
    EXPECT_EQ(counts.first_squares, 1);
    expect_array(square(reshape(x, {1, 3})), {1, 3}, {1, 4, 9});
    EXPECT_EQ(counts.second_squares, 1);
    EXPECT_EQ(count_of("chx.square", fussydev(), FallbackStep::kHost), 0u);
}

TEST_F(Ladder, SmallCallsPassByAKernelForLargeOnes) {
    FussyCounts& counts = fussy_counts() = {};
    const Array small = on(fussydev(), {-1, 2, -3}), out = on(fussydev(), {0, 0, 0});
    expect_vector(abs(small), {1, 2, 3});
    EXPECT_EQ(counts.small_magnitudes, 1);
    expect_array(abs(on(fussydev(), {-1, 2, -3, 4, 5, 6, 7, 8})), {8}, {1, 2, 3, 4, 5, 6, 7, 8});
    EXPECT_EQ(counts.large_magnitudes, 1);
    // With an output that exists.
    const Operand operand(small);
    internal::dispatch_into(internal::kOps[internal::kOpAbs], &operand, 1, nullptr, &out);
    expect_vector(out, {1, 2, 3});
    EXPECT_EQ(counts.small_magnitudes, 2);
}

TEST_F(Ladder, AnErrorListsWhatWasTried) {
    Device& device = fussydev();
    const Array x = on(device, {0, 1, 2});
    const int refusals = fussy_counts().refusals;
    expect_vector(exp(x), {1, 2.718282, 7.389056}, 1e-5);
    EXPECT_EQ(fussy_counts().refusals, refusals + 1) << "a kernel that refuses is launched once";
    EXPECT_EQ(count_of("chx.exp", device, FallbackStep::kHost), 1u);

    const FallbackModeScope strict(FallbackMode::kError);
    const std::string refused = message_of<FallbackError>([&] { exp(x); });
    expect_contains(refused, "kernel of fussydev: fussy: no exponentials today");
    expect_contains(refused, "no kernels for all parts of its decomposition");
    const std::string unadapted = message_of<FallbackError>([&] { negative(flip(x)); });
    expect_contains(unadapted,
                    "kernel of fussydev: takes contiguous operands only, and there is no chx.copy");
}

TEST_F(Ladder, WhereTheHostReachesTheMemoryNothingIsCopied) {
    Device& device = fussydev();
    const Array x = on(device, {1, 2, 3, 4});
    expect_vector(negative(flip(x)), {-4, -3, -2, -1});
    EXPECT_EQ(count_of("chx.negative", device, FallbackStep::kHost), 1u);
    x.at({Slice{{}, {}, 2}}) *= Scalar(10);
    expect_vector(x, {10, 2, 30, 4});
}

TEST_F(Ladder, AFailingKernelIsAnErrorWithEverythingInIt) {
    const Array x = on(fussydev(), {1, 2, 3});
    const std::string text = message_of<ValueError>([&] { log(x); });
    for (const char* part : {"log: float32 (3,)",
                             "fussydev:0",
                             "fussy: logarithms are forbidden",
                             "plugin fussydev 2.5"}) {
        expect_contains(text, part);
    }
    expect_contains(message_of<DeviceError>([&] { sqrt(x); }), "no reason given");
    EXPECT_EQ(count_on(fussydev()), 0u);
}

TEST_F(Ladder, ALostDeviceStaysLost) {
    Device& device = fussydev(1);
    const Array x = on(device, {1, 2, 3});
    expect_contains(message_of<DeviceError>([&] { sin(x); }), "it went up in smoke");
    expect_contains(message_of<DeviceError>([&] { square(x); }), "was lost in an earlier call");
    primdev(1);  // brings kernels for others, which must not revive the device
    EXPECT_THROW(square(x), DeviceError);
    expect_vector(square(on(fussydev(0), {3})), {9});
}

}  // namespace
}  // namespace chainerx::testing
