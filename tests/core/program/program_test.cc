// Recorded functions against the functions themselves.
#include "chainerx/program.h"

#include <atomic>
#include <thread>

#include "chainerx/error.h"
#include "chainerx/fallback.h"
#include "chainerx/operators.h"
#include "chainerx/optimizer.h"
#include "chainerx/random.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"
#include "device/device_state.h"
#include "dispatch/call_watcher.h"

namespace chainerx::testing {
namespace {

std::vector<Array> one(Array array) { return {std::move(array)}; }

TEST(Program, RunsAgainOnOtherValues) {
    const auto f = compile([](const std::vector<Array>& in) {
        return one(exp(in[0]) * in[1] + in[0].reshape({2, 2}).transpose().reshape({4}));
    });
    for (int i = 0; i < 3; ++i) {
        const Array x = doubles({0.1 * i, 0.2, 0.3, 0.4});
        const Array y = doubles({1, 2, 3, 4.0 + i});
        const double e = std::exp(0.1 * i);
        expect_vector(f({x, y})[0],
                      {e + 0.1 * i,
                       2 * std::exp(0.2) + 0.3,
                       3 * std::exp(0.3) + 0.2,
                       (4 + i) * std::exp(0.4) + 0.4},
                      1e-12);
    }
    EXPECT_EQ(f.programs().size(), 1u);
}

TEST(Program, ReadsArraysFromOutsideWhereTheyAreNow) {
    const Array w = doubles({1, 2});
    const auto f = compile([&](const std::vector<Array>& in) { return one(in[0] * w); });
    expect_vector(f({doubles({3, 4})})[0], {3, 8});
    w += 1;
    expect_vector(f({doubles({3, 4})})[0], {6, 12});
}

TEST(Program, WritesArraysFromOutside) {
    const Array total = doubles({0, 0});
    const auto f = compile([&](const std::vector<Array>& in) {
        total += in[0];
        total.at({0}) *= 2;
        return std::vector<Array>{};
    });
    for (int i = 0; i < 3; ++i) f({doubles({1, 1})});
    expect_vector(total, {14, 3});
}

TEST(Program, WritesArguments) {
    const auto f = compile([&](const std::vector<Array>& in) {
        in[0].fill(7);
        return one(in[0]);
    });
    f({doubles({1, 2})});
    const Array x = doubles({1, 2});
    const uint64_t version = x.version();
    const Array y = f({x})[0];
    expect_vector(x, {7, 7});
    EXPECT_GT(x.version(), version);
    EXPECT_EQ(y.raw_data(), x.raw_data());
}

TEST(Program, EveryWriteOutsideCounts) {
    const Array total = doubles({0, 0});
    const auto f = compile([&](const std::vector<Array>& in) {
        for (int i = 0; i < 3; ++i) total += in[0];
        return std::vector<Array>{};
    });
    f({doubles({1, 1})});
    const uint64_t version = total.version();
    f({doubles({1, 1})});
    EXPECT_EQ(total.version(), version + 3);
}

TEST(Program, ResultsThatAreHeldKeepTheirValues) {
    const auto f = compile([](const std::vector<Array>& in) { return one(in[0] + 1); });
    const Array first = f({doubles({1})})[0];
    const Array second = f({doubles({2})})[0];
    const Array third = f({doubles({3})})[0];
    expect_vector(first, {2});
    expect_vector(second, {3});
    expect_vector(third, {4});
}

TEST(Program, ArraysMadeInsideStartAnewEachTime) {
    const auto f = compile([](const std::vector<Array>& in) {
        const Array sum = zeros({2}, DType::kFloat64);
        const Array constant = doubles({10, 20});
        for (int i = 0; i < 3; ++i) sum += in[0];
        constant += sum;
        return std::vector<Array>{sum, constant};
    });
    for (int i = 0; i < 3; ++i) {
        const std::vector<Array> y = f({doubles({1, 2})});
        expect_vector(y[0], {3, 6});
        expect_vector(y[1], {13, 26});
    }
}

TEST(Program, RandomNumbersGoOnAsTheyWouldUnrecorded) {
    random::seed(5);
    std::vector<Array> expected;
    for (int i = 0; i < 4; ++i) expected.push_back(random::normal(0, 1, Shape{3}));
    random::seed(5);
    const auto f =
        compile([](const std::vector<Array>&) { return one(random::normal(0, 1, Shape{3})); });
    for (int i = 0; i < 4; ++i)
        expect_array(f({})[0], {3}, values_of(expected[static_cast<size_t>(i)]));
}

TEST(Program, ReadingValuesIsAnError) {
    const auto f = compile([](const std::vector<Array>& in) {
        const Array y = in[0] * 2;
        return one(y * static_cast<double>(sum(y).item()));
    });
    try {
        f({doubles({1, 2})});
        FAIL() << "expected a ProgramError";
    } catch (const ProgramError& error) {
        EXPECT_NE(std::string(error.what()).find("computed by sum"), std::string::npos)
            << error.what();
        EXPECT_NE(std::string(error.what()).find("shape ()"), std::string::npos) << error.what();
    }
    EXPECT_FALSE(is_recording_program());
}

TEST(Program, OtherArgumentsAreRecordedAnew) {
    const auto f = compile([](const std::vector<Array>& in) { return one(sum(in[0]) + 1); });
    expect_array(f({doubles({1, 2})})[0], {}, {4});
    expect_array(f({doubles({1, 2, 3})})[0], {}, {7});
    expect_array(f({floats({1, 2, 3})})[0], {}, {7});
    expect_array(f({doubles({1, 2, 3, 4}).reshape({2, 2}).transpose()})[0], {}, {11});
    EXPECT_EQ(f.programs().size(), 4u);
    f({doubles({5, 2})});
    EXPECT_EQ(f.programs().size(), 4u);
}

TEST(Program, BeyondTheLimitFunctionsRunThemselves) {
    int calls = 0;
    const auto f = compile(
        [&](const std::vector<Array>& in) {
            ++calls;
            return one(in[0] + 1);
        },
        {},
        1);
    f({doubles({1})});
    f({doubles({1})});
    EXPECT_EQ(calls, 1);
    expect_vector(f({doubles({1, 2})})[0], {2, 3});
    expect_vector(f({doubles({1, 2})})[0], {2, 3});
    EXPECT_EQ(calls, 3);
    EXPECT_EQ(f.programs().size(), 1u);
}

TEST(Program, SharedMemoryOfArgumentsIsPartOfTheirKind) {
    const auto f = compile([](const std::vector<Array>& in) {
        in[0] += in[1];
        return one(in[0] * in[1]);
    });
    expect_vector(f({doubles({1, 2}), doubles({3, 4})})[0], {12, 24});
    const Array x = doubles({1, 2});
    expect_vector(f({x, x})[0], {4, 16});
    expect_vector(f({doubles({1, 2}), doubles({3, 4})})[0], {12, 24});
    const Array y = doubles({3, 2});
    expect_vector(f({y, y})[0], {36, 16});
}

TEST(Program, ArgumentsThatLieInWrittenMemoryOutsideAreRecordedAnew) {
    const Array w = doubles({1, 2});
    const auto f = compile([&](const std::vector<Array>& in) {
        w += 1;
        return one(in[0] * 2);
    });
    f({doubles({5, 5})});
    expect_vector(f({w})[0], {6, 8});
    EXPECT_EQ(f.programs().size(), 2u);
}

// What plugins are promised of numbers (chx_plugin.h) holds for single elements that are shown as such.
class NumberChecks : public internal::CallWatcher {
public:
    void before_kernel(const internal::Kernel&, const chx_launch& launch) override {
        for (int i = 0; i < launch.n_in; ++i) {
            const chx_tensor& x = *launch.in[i];
            if ((x.flags & CHX_T_HOST_SCALAR) == 0) continue;
            ++numbers;
            EXPECT_EQ(x.ndim, 0);
            EXPECT_EQ(x.byte_offset, 0u);
            EXPECT_EQ(x.storage, nullptr);
            EXPECT_EQ(x.device.device_type, 1);
        }
    }
    int numbers = 0;
};

TEST(Program, SingleElementsAreShownAsNumbers) {
    const auto f = compile([](const std::vector<Array>& in) { return one(in[0] * in[1].at({1})); });
    f({doubles({1, 2, 3}), doubles({4, 5})});
    NumberChecks checks;
    Array y;
    {
        const internal::WatchScope watched(internal::thread_context(), checks);
        y = f({doubles({1, 2, 3}), doubles({4, 7})})[0];
    }
    expect_vector(y, {7, 14, 21});
    EXPECT_EQ(checks.numbers, 1);
}

TEST(Program, RefusesOtherArguments) {
    Recording recording({doubles({1, 2})});
    const Array x = doubles({1, 2});
    const Program program = recording.finish({x + 1});
    EXPECT_THROW(program.run({doubles({1, 2, 3})}), ProgramError);
    EXPECT_THROW(program.run({}), ProgramError);
    EXPECT_THROW(recording.finish({x}), ProgramError);
}

TEST(Program, CompiledFunctionsInsideOfOthersBecomePartOfThem) {
    const auto inner = compile([](const std::vector<Array>& in) { return one(in[0] * 2); });
    const auto outer = compile([&](const std::vector<Array>& in) {
        return one(inner({in[0]})[0] + inner({in[0] + 1})[0]);
    });
    expect_vector(outer({doubles({1})})[0], {6});
    expect_vector(outer({doubles({2})})[0], {10});
    EXPECT_TRUE(inner.programs().empty());
}

TEST(Program, MovesBetweenDevices) {
    const auto f = compile([](const std::vector<Array>& in) {
        return one((in[0].to_device(primdev()) * 2).to_device(native()) + 1);
    });
    expect_vector(f({doubles({1, 2})})[0], {3, 5});
    expect_vector(f({doubles({3, 4})})[0], {7, 9});
}

TEST(Program, ThreadsTakeTurns) {
    const auto f =
        compile([](const std::vector<Array>& in) { return one(sum(in[0] * in[0] + in[0])); });
    f({doubles({0})});
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int t = 1; t <= 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                const Array y = f({doubles({static_cast<double>(t)})})[0];
                if (static_cast<double>(y.item()) != t * t + t) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong.load(), 0);
    EXPECT_EQ(f.programs().size(), 1u);
}

TEST(Program, DoesNotAllocateOnceItHasRun) {
    const auto f = compile([](const std::vector<Array>& in) {
        return one(sum(tanh(matmul(in[0], in[0])) * in[0] + exp(in[0])));
    });
    const Array x = some_doubles({40, 40});
    f({x});
    f({x});
    const auto& pool = internal::state_of(native()).pool;
    const uint64_t before = pool.plugin_allocations.load();
    for (int i = 0; i < 5; ++i) f({x});
    EXPECT_EQ(pool.plugin_allocations.load(), before);
}

}  // namespace
}  // namespace chainerx::testing
