// Storage for events: operands are packed and read back, across the borders of its chunks.
#include "profile/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chainerx::internal {
namespace {

using ::testing::ElementsAre;

std::vector<std::vector<int64_t>> shapes_of(const Event& event) {
    std::vector<std::vector<int64_t>> shapes;
    EventLog::visit_operands(event, [&](int, const SeenOperand& operand) {
        shapes.emplace_back(operand.shape, operand.shape + operand.ndim);
    });
    return shapes;
}

TEST(EventLog, KeepsOperands) {
    EventLog log(10);
    const int64_t small[] = {2, 0, 3};
    const int64_t large[] = {(int64_t{1} << 31) - 1, int64_t{1} << 31, int64_t{1} << 40, 7};
    Event* event = log.add(5);
    event->n_inputs = 3;
    event->n_outputs = 1;
    log.add_operand({CHX_DT_FLOAT, 32, 1}, 3, small);
    log.add_operand({}, 0, nullptr);
    log.add_operand({CHX_DT_INT, 64, 1}, 0, nullptr);
    log.add_operand({CHX_DT_BOOL, 8, 1}, 4, large);

    EXPECT_EQ(log[0].row, 5u);
    EXPECT_THAT(shapes_of(log[0]),
                ElementsAre(ElementsAre(2, 0, 3),
                            ElementsAre(),
                            ElementsAre(),
                            ElementsAre(large[0], large[1], large[2], 7)));
    std::vector<int> bits, codes;
    EventLog::visit_operands(log[0], [&](int, const SeenOperand& operand) {
        bits.push_back(operand.dtype.bits);
        codes.push_back(operand.dtype.code);
    });
    EXPECT_THAT(bits, ElementsAre(32, 0, 64, 8));
    EXPECT_THAT(codes, ElementsAre(CHX_DT_FLOAT, 0, CHX_DT_INT, CHX_DT_BOOL));
}

TEST(EventLog, GrowsUpToItsLimit) {
    constexpr int64_t kLimit = 200'000;  // several chunks of events and of operands
    EventLog log(kLimit);

    for (int64_t i = 0; i < kLimit + 3; ++i) {
        Event* event = log.add(static_cast<uint32_t>(i));
        ASSERT_EQ(event == nullptr, i >= kLimit);
        if (event == nullptr) continue;
        const int64_t shape[] = {i, 1, 2, 3, 4, 5, 6, 7};
        event->n_inputs = 1;
        log.add_operand({CHX_DT_FLOAT, 32, 1}, 8, shape);
    }

    EXPECT_EQ(log.size(), static_cast<size_t>(kLimit));
    EXPECT_EQ(log.dropped(), 3u);
    for (const int64_t i : {int64_t{0},
                            int64_t{52'428},
                            int64_t{52'429},
                            int64_t{57'990},
                            int64_t{57'991},
                            kLimit - 1}) {
        EXPECT_EQ(log[static_cast<size_t>(i)].row, static_cast<uint32_t>(i));
        EXPECT_THAT(shapes_of(log[static_cast<size_t>(i)]),
                    ElementsAre(ElementsAre(i, 1, 2, 3, 4, 5, 6, 7)));
    }
}

TEST(EventLog, HoldsNothingWithoutRoom) {
    EventLog log(0);

    EXPECT_EQ(log.add(1), nullptr);

    EXPECT_EQ(log.size(), 0u);
    EXPECT_EQ(log.dropped(), 1u);
}

}  // namespace
}  // namespace chainerx::internal
