// Tests of the CPU pool.
#include "dispatch/thread_pool.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "chainerx/threads.h"
#include "dispatch/thread_state.h"

namespace chainerx::internal {
namespace {

// Wraps a C++ callable, since parallel_for takes C functions.
template <typename Function>
chx_status run(int64_t n, int64_t grain, Function function) {
    return parallel_for(
        n,
        grain,
        [](int64_t begin, int64_t end, int32_t worker, void* ctx) -> chx_status {
            return (*static_cast<Function*>(ctx))(begin, end, worker);
        },
        &function);
}

class ThreadPool : public testing::TestWithParam<int> {
protected:
    void SetUp() override { set_num_threads(GetParam()); }
};

TEST_P(ThreadPool, CoversEveryIndexOnceInRangesOfTheGrain) {
    for (const int64_t n : {1, 7, 64, 1000, 12345}) {
        for (const int64_t grain : {0, 1, 3, 64, 20000}) {
            std::vector<std::atomic<int>> visits(static_cast<std::size_t>(n));
            const chx_status status =
                run(n, grain, [&](int64_t begin, int64_t end, int32_t worker) {
                    EXPECT_TRUE(end - begin >= grain || (begin == 0 && end == n));
                    EXPECT_TRUE(worker >= 0 && worker < num_threads());
                    for (int64_t i = begin; i < end; ++i) {
                        ++visits[static_cast<std::size_t>(i)];
                    }
                    return CHX_OK;
                });
            EXPECT_EQ(status, CHX_OK);
            for (const std::atomic<int>& count : visits) {
                ASSERT_EQ(count, 1);
            }
        }
    }
    EXPECT_EQ(run(0, 1, [](int64_t, int64_t, int32_t) { return CHX_E_INTERNAL; }), CHX_OK);
}

TEST_P(ThreadPool, SplitsTheSameWayEveryTime) {
    const auto ranges_of = [](int64_t n, int64_t grain) {
        std::mutex mutex;
        std::set<std::pair<int64_t, int64_t>> ranges;
        run(n, grain, [&](int64_t begin, int64_t end, int32_t) {
            const std::lock_guard lock(mutex);
            ranges.emplace(begin, end);
            return CHX_OK;
        });
        return ranges;
    };
    const auto expected = ranges_of(10000, 16);

    std::set<std::pair<int64_t, int64_t>> nested;
    run(2, 1, [&](int64_t begin, int64_t, int32_t) {
        if (begin == 0) {
            nested = ranges_of(10000, 16);
        }
        return CHX_OK;
    });

    EXPECT_EQ(ranges_of(10000, 16), expected);
    EXPECT_EQ(nested, expected);
}

TEST_P(ThreadPool, WorkersAreDistinctWithinACall) {
    for (int repeat = 0; repeat < 200; ++repeat) {
        std::vector<std::atomic<int>> inside(static_cast<std::size_t>(num_threads()));
        run(100, 1, [&](int64_t, int64_t, int32_t worker) {
            EXPECT_EQ(inside[static_cast<std::size_t>(worker)]++, 0);
            --inside[static_cast<std::size_t>(worker)];
            return CHX_OK;
        });
    }
}

TEST_P(ThreadPool, AFailureStopsTheRunAndBringsItsText) {
    for (int repeat = 0; repeat < 100; ++repeat) {
        const chx_status status = run(1000, 1, [&](int64_t begin, int64_t end, int32_t) {
            if (begin <= 700 && 700 < end) {
                put_error_text("index 700 is bad");
                return CHX_E_INVALID;
            }
            return CHX_OK;
        });
        ASSERT_EQ(status, CHX_E_INVALID);
        ASSERT_EQ(take_error_text(), "index 700 is bad");
    }
}

TEST_P(ThreadPool, ALeftOverTextIsNotTakenForAnother) {
    run(64, 1, [&](int64_t, int64_t, int32_t) {
        put_error_text("of no consequence");
        return CHX_OK;
    });
    take_error_text();

    const chx_status status = run(64, 64, [](int64_t, int64_t, int32_t) { return CHX_E_OOM; });

    EXPECT_EQ(status, CHX_E_OOM);
    EXPECT_EQ(take_error_text(), "");
}

TEST_P(ThreadPool, NestedRunsGoInline) {
    std::atomic<int64_t> sum{0};
    const chx_status status = run(16, 1, [&](int64_t begin, int64_t end, int32_t) {
        const std::thread::id outer = std::this_thread::get_id();
        for (int64_t i = begin; i < end; ++i) {
            run(100, 1, [&](int64_t inner_begin, int64_t inner_end, int32_t worker) {
                EXPECT_EQ(std::this_thread::get_id(), outer);
                EXPECT_EQ(worker, 0);
                sum += inner_end - inner_begin;
                return CHX_OK;
            });
        }
        return CHX_OK;
    });

    EXPECT_EQ(status, CHX_OK);
    EXPECT_EQ(sum, 1600);
}

TEST_P(ThreadPool, ServesSeveralCallersAtATime) {
    std::vector<std::thread> callers;
    std::atomic<int64_t> sum{0};
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&] {
            for (int repeat = 0; repeat < 300; ++repeat) {
                run(64, 1, [&](int64_t begin, int64_t end, int32_t) {
                    sum += end - begin;
                    return CHX_OK;
                });
            }
        });
    }
    for (std::thread& caller : callers) {
        caller.join();
    }
    EXPECT_EQ(sum, 4 * 300 * 64);
}

TEST_P(ThreadPool, WakesWorkersThatSleep) {
    for (int repeat = 0; repeat < 20; ++repeat) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        std::atomic<int64_t> sum{0};
        run(64, 1, [&](int64_t begin, int64_t end, int32_t) {
            sum += end - begin;
            return CHX_OK;
        });
        ASSERT_EQ(sum, 64);
    }
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPool, testing::Values(1, 2, 3, 8));

TEST(ThreadPoolSharing, AllThreadsTakePart) {
    set_num_threads(3);
    std::atomic<int> arrived{0};

    // Each range waits for the others, which only different threads can do.
    const chx_status status = run(3, 1, [&](int64_t, int64_t, int32_t) {
        ++arrived;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (arrived < 3 && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::yield();
        }
        return arrived == 3 ? CHX_OK : CHX_E_INTERNAL;
    });

    EXPECT_EQ(status, CHX_OK);
}

TEST(ThreadPoolSettings, RefuseFewerThanOneThread) {
    EXPECT_THROW(set_num_threads(0), ValueError);
    set_num_threads(5);
    EXPECT_EQ(num_threads(), 5);
}

TEST(ThreadPoolFork, TheChildGetsAPoolOfItsOwn) {
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "TSan does not follow threads made after a fork";
#endif
    set_num_threads(3);
    const auto sum_up = [] {
        std::atomic<int64_t> sum{0};
        run(1000, 1, [&](int64_t begin, int64_t end, int32_t) {
            sum += end - begin;
            return CHX_OK;
        });
        return sum.load();
    };
    EXPECT_EQ(sum_up(), 1000);

    const pid_t child = fork();
    if (child == 0) {
        alarm(60);
        _exit(sum_up() == 1000 ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);

    EXPECT_EQ(status, 0);
    EXPECT_EQ(sum_up(), 1000);
}

}  // namespace
}  // namespace chainerx::internal
