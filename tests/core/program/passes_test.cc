// Each change that is made to a Program: what it saves, and that results stay.
#include <algorithm>

#include "chainerx/operators.h"
#include "chainerx/program.h"
#include "chainerx/random.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

ProgramOptions nothing() { return {false, false, false, false, false, 0, false, false}; }

ProgramOptions only(bool ProgramOptions::* option) {
    ProgramOptions options = nothing();
    options.*option = true;
    return options;
}

// Records f, checks that a second run gives what f itself gives, and returns the Program.
Program checked(const ArrayFunction& f,
                const std::vector<Array>& recorded,
                const std::vector<Array>& arguments,
                const ProgramOptions& options) {
    Recording recording(recorded, options);
    const Program program = recording.finish(f(recorded));
    const std::vector<Array> expected = f(arguments);
    for (int run = 0; run < 2; ++run) {
        const std::vector<Array> results = program.run(arguments);
        for (size_t i = 0; i < expected.size(); ++i) {
            expect_array(results.at(i), expected[i].shape(), values_of(expected[i]), 1e-12);
        }
    }
    return program;
}

Program checked(const ArrayFunction& f, const ProgramOptions& options) {
    return checked(f,
                   {some_doubles({4, 6}), some_doubles({6, 4})},
                   {some_doubles({4, 6}) * 2, some_doubles({6, 4}) + 1},
                   options);
}

bool has(const Program& program, const std::string& text) {
    return program.show().find(text) != std::string::npos;
}

TEST(Passes, WithoutAnyThereIsAStepPerKernel) {
    const Program program =
        checked([](const std::vector<Array>& in) { return std::vector<Array>{exp(in[0]) + in[0]}; },
                nothing());
    EXPECT_EQ(program.step_count(), 2);
    EXPECT_EQ(program.step_count(), program.step_count(false));
    EXPECT_TRUE(has(program, "exp(arg0)")) << program.show();
    EXPECT_TRUE(has(program, "return")) << program.show();
}

TEST(Passes, DeadCodeGoes) {
    const Program program = checked(
        [](const std::vector<Array>& in) {
            const Array unused = exp(exp(in[0]));
            return std::vector<Array>{in[0] + 1};
        },
        only(&ProgramOptions::remove_dead_code));
    EXPECT_EQ(program.step_count(false), 3);
    EXPECT_EQ(program.step_count(), 1);
}

TEST(Passes, WritesOutsideAreNotDead) {
    const Array w = doubles({1});
    Recording recording({doubles({2})}, only(&ProgramOptions::remove_dead_code));
    w += doubles({2});
    const Program program = recording.finish({});
    program.run({doubles({2})});
    expect_vector(w, {5});
}

TEST(Passes, OverwrittenValuesAreDead) {
    const Program program = checked(
        [](const std::vector<Array>& in) {
            const Array y = exp(in[0]);
            y.fill(1);
            y.at({0}) += in[0].at({1});
            return std::vector<Array>{y};
        },
        only(&ProgramOptions::remove_dead_code));
    EXPECT_FALSE(has(program, "exp")) << program.show();
}

TEST(Passes, WhatIsComputedTwiceIsShared) {
    const Program program = checked(
        [](const std::vector<Array>& in) {
            return std::vector<Array>{exp(in[0]) * exp(in[0]) + exp(in[0] + 0)};
        },
        only(&ProgramOptions::share_common_subexpressions));
    EXPECT_EQ(program.step_count(false), 6);
    EXPECT_EQ(program.step_count(), 5);
}

TEST(Passes, WritesInBetweenAreNoCommonSubexpressions) {
    const Program program = checked(
        [](const std::vector<Array>& in) {
            const Array x = in[0] + 0;
            const Array before = exp(x);
            x += 1;
            return std::vector<Array>{before + exp(x)};
        },
        only(&ProgramOptions::share_common_subexpressions));
    EXPECT_EQ(program.step_count(), program.step_count(false));
}

TEST(Passes, RandomNumbersAreNotShared) {
    random::seed(3);
    Recording recording({}, {});
    const Program program =
        recording.finish({random::uniform(0, 1, Shape{4}), random::uniform(0, 1, Shape{4})});
    const std::vector<Array> a = program.run({});
    EXPECT_NE(values_of(a[0]), values_of(a[1]));
    EXPECT_NE(values_of(a[0]), values_of(program.run({})[0]));
}

TEST(Passes, ConstantsAreFolded) {
    const Program program = checked(
        [](const std::vector<Array>& in) {
            const Array table = exp(doubles({1, 2, 3, 4}) * 2);
            return std::vector<Array>{in[1] + table};
        },
        only(&ProgramOptions::fold_constants));
    EXPECT_EQ(program.step_count(false), 3);
    EXPECT_EQ(program.step_count(), 1);
}

TEST(Passes, ArraysFromOutsideAreNoConstants) {
    const Array w = doubles({1, 2, 3, 4});
    const Program program =
        checked([&](const std::vector<Array>& in) { return std::vector<Array>{in[1] + exp(w)}; },
                only(&ProgramOptions::fold_constants));
    EXPECT_EQ(program.step_count(), 2);
}

TEST(Passes, TransposesThatUndoEachOtherCancel) {
    const Program program = checked(
        [](const std::vector<Array>& in) {
            const Array there = copy(in[0].transpose());
            const Array back = copy(there.transpose());
            return std::vector<Array>{matmul(back, in[1])};
        },
        only(&ProgramOptions::cancel_copies));
    EXPECT_EQ(program.step_count(false), 3);
    EXPECT_EQ(program.step_count(), 1) << program.show();
}

TEST(Passes, ReshapesBetweenTransposesStillCancel) {
    const Program program = checked(
        [](const std::vector<Array>& in) {
            const Array there = copy(in[0].transpose());
            return std::vector<Array>{there.at({Slice{1, 5, 2}}) * 2 + in[1].at({Slice{0, 2, 1}}),
                                      exp(there.reshape({3, 2, 4}).at({1}))};
        },
        only(&ProgramOptions::cancel_copies));
    EXPECT_LE(program.step_count(), program.step_count(false));
}

TEST(Passes, CopiesOfWhatIsWrittenLaterStay) {
    const Program program = checked(
        [](const std::vector<Array>& in) {
            const Array x = in[0] * 2;
            const Array kept = copy(x);
            x += 1;
            return std::vector<Array>{kept + x};
        },
        only(&ProgramOptions::cancel_copies));
    EXPECT_EQ(program.step_count(), program.step_count(false));
}

TEST(Passes, ChainsOfElementwiseStepsAreFused) {
    const auto f = [](const std::vector<Array>& in) {
        const Array h = tanh(in[0] * 2 + in[1].transpose());
        return std::vector<Array>{where(greater(h, 0), h, exp(h) - 1) * in[0].at({0})};
    };
    const Program program = checked(f, only(&ProgramOptions::fuse_elementwise));
    EXPECT_EQ(program.step_count(), 1) << program.show();
    EXPECT_TRUE(has(program, "fused_elementwise<multiply add tanh")) << program.show();
}

TEST(Passes, ReductionsEndChains) {
    using Reduce = Array (*)(const Array&);
    const Reduce reductions[] = {
        [](const Array& a) { return sum(a); },
        [](const Array& a) { return sum(a, Axes{0}, true); },
        [](const Array& a) { return max(a, Axes{1}); },
        [](const Array& a) { return min(a, Axes{0, 1}); },
        [](const Array& a) { return prod(a, Axes{-1}, true); },
        [](const Array& a) { return mean(a); },
        [](const Array& a) { return mean(a, Axes{1}, true); },
    };
    for (const Reduce reduce : reductions) {
        const Program program = checked(
            [&](const std::vector<Array>& in) {
                return std::vector<Array>{reduce(tanh(in[0] * 2) + in[0].at({0}))};
            },
            only(&ProgramOptions::fuse_elementwise));
        EXPECT_EQ(program.step_count(), 1) << program.show();
        EXPECT_TRUE(has(program, "fused_reduction<multiply tanh add ")) << program.show();
    }
}

TEST(Passes, CastsAndFillsAreFused) {
    const auto f = [](const std::vector<Array>& in) {
        const Array mask = astype(greater(in[0], 0), DType::kFloat64);
        return std::vector<Array>{mask * (in[0] + ones({4, 6}, DType::kFloat64))};
    };
    const Program program = checked(f, only(&ProgramOptions::fuse_elementwise));
    EXPECT_EQ(program.step_count(), 1) << program.show();
}

TEST(Passes, SmallArraysAreNotFused) {
    const auto f = [](const std::vector<Array>& in) { return std::vector<Array>{exp(in[0]) + 1}; };
    EXPECT_EQ(checked(f, {}).step_count(), 2);
    ProgramOptions options;
    options.fuse_from = 24;
    EXPECT_EQ(checked(f, options).step_count(), 1);
}

TEST(Passes, ResultsInTheMiddleAreNotFusedAway) {
    const auto f = [](const std::vector<Array>& in) {
        const Array h = exp(in[0]);
        return std::vector<Array>{h, h + 1};
    };
    EXPECT_EQ(checked(f, only(&ProgramOptions::fuse_elementwise)).step_count(), 2);
}

TEST(Passes, LongChainsAreFusedInPieces) {
    const auto f = [](const std::vector<Array>& in) {
        Array h = in[0];
        for (int i = 0; i < 100; ++i) h = sin(h + 0.01 * i);
        return std::vector<Array>{h};
    };
    const Program program = checked(f, only(&ProgramOptions::fuse_elementwise));
    EXPECT_GE(program.step_count(), 5);
    EXPECT_LE(program.step_count(), 60);
}

TEST(Passes, WritesInPlaceAreFusedWithWhatLeadsToThem) {
    const Array w = doubles({1, 2});
    const Array x = doubles({1, 1});
    Recording recording({x}, only(&ProgramOptions::fuse_elementwise));
    w += x * 2 + w;
    const Program program = recording.finish({});
    expect_vector(w, {4, 6});
    EXPECT_EQ(program.step_count(), 1) << program.show();
    program.run({doubles({3, 4})});
    expect_vector(w, {14, 20});
}

TEST(Passes, MemoryIsUsedAgain) {
    const auto f = [](const std::vector<Array>& in) {
        Array h = in[0];
        for (int i = 0; i < 10; ++i) h = matmul(matmul(h, in[1]), in[0]);
        return std::vector<Array>{h};
    };
    const int64_t without = checked(f, nothing()).memory_bytes();
    const int64_t with = checked(f, only(&ProgramOptions::reuse_memory)).memory_bytes();
    EXPECT_LT(with * 4, without);
}

TEST(Passes, ResultsMayTakeTheirOperandsPlace) {
    const auto f = [](const std::vector<Array>& in) {
        Array h = in[0] + 1;
        for (int i = 0; i < 4; ++i) h = exp(h * 0.1);
        return std::vector<Array>{h + 0};
    };
    ProgramOptions options = only(&ProgramOptions::reuse_memory);
    const int64_t without = checked(f, options).memory_bytes();
    options.reuse_in_place = true;
    EXPECT_LT(checked(f, options).memory_bytes(), without);
}

TEST(Passes, DrawingsNameStepsAndResults) {
    const Program program =
        checked([](const std::vector<Array>& in) { return std::vector<Array>{exp(in[0]) + in[0]}; },
                nothing());
    const std::string drawing = program.to_dot();
    EXPECT_NE(drawing.find("label=\"exp\""), std::string::npos);
    EXPECT_NE(drawing.find("s0 -> s1"), std::string::npos);
    EXPECT_NE(drawing.find("s1 -> r0"), std::string::npos);
}

}  // namespace
}  // namespace chainerx::testing
