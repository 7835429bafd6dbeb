// Counting owners before and after the process has had a second thread.
#include "chainerx/detail/reference_count.h"

#include <thread>

#include <gtest/gtest.h>

namespace chainerx::testing {
namespace {

using internal::ReferenceCount;

void expect_counts(ReferenceCount& count) {
    EXPECT_TRUE(count.is_one());
    count.add();
    EXPECT_FALSE(count.is_one());
    EXPECT_FALSE(count.drop());
    EXPECT_TRUE(count.is_one());
    EXPECT_TRUE(count.drop()) << "the last owner leaves";
    EXPECT_TRUE(count.is_one()) << "and the count as it was";
    count.set(3);
    EXPECT_FALSE(count.drop());
    EXPECT_FALSE(count.drop());
    EXPECT_TRUE(count.drop());
}

TEST(ReferenceCount, WithOneThreadAndWithSeveral) {
    ReferenceCount count;
    expect_counts(count);
    constexpr int kTimes = 20000;
    const auto own_for_a_while = [&] {
        for (int i = 0; i < kTimes; ++i) {
            count.add();
            EXPECT_FALSE(count.drop());
        }
    };
    std::thread other(own_for_a_while);
    EXPECT_FALSE(internal::is_single_threaded());
    own_for_a_while();
    other.join();
    expect_counts(count);
}

}  // namespace
}  // namespace chainerx::testing
