// Streams: of several threads, on the same arrays, and what becomes of memory.
#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"
#include "device/device_state.h"

namespace chainerx::testing {
namespace {

constexpr const char* kPrompt = "sim.latency_us=0";

double first(const Array& array) {
    std::vector<double> values(static_cast<size_t>(array.size()));
    array.copy_to_host(values.data());
    return values[0];
}

TEST(Streams, OfManyThreadsShareArrays) {
    Device& device = sim(kPrompt);
    const Array shared = doubles({1, 2, 3}).to_device(device);
    std::vector<std::thread> threads;
    std::vector<double> results(4);
    for (size_t i = 0; i < results.size(); ++i) {
        threads.emplace_back([&, i] {
            Stream stream(device);
            const StreamScope scope(stream);
            Array x = shared;
            for (int round = 0; round < 50; ++round) x = x + shared;
            results[i] = first(x);
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(results, ::testing::Each(51.0));
    EXPECT_EQ(first(shared), 1);
}

TEST(Streams, CloseWhileOthersUseTheSameArrays) {
    Device& device = sim(kPrompt);
    const Array shared = doubles({1, 2, 3}).to_device(device);
    std::vector<std::thread> threads;
    std::atomic<int> correct{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 100; ++round) {
                Stream stream(device);
                const StreamScope scope(stream);
                // What it waits for and frees may belong to a stream that is being closed.
                if (first(shared + shared) == 2) ++correct;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(correct.load(), 400);
}

TEST(Streams, ArraysMoveBetweenThreadsAndStreams) {
    Device& device = sim(kPrompt);
    Array x = doubles({0, 0, 0}).to_device(device);
    const Array one = doubles({1, 1, 1}).to_device(device);
    for (int i = 0; i < 20; ++i) {
        std::thread([&] {
            Stream stream(device);
            const StreamScope scope(stream);
            x = x + one;  // freed by this thread, or by the next one
        }).join();
    }
    EXPECT_EQ(first(x), 20);
}

TEST(Streams, BlocksOfAClosedStreamAreUsedAgain) {
    Device& device = sim(kPrompt);
    const auto use_stream = [&] {
        Stream stream(device);
        const StreamScope scope(stream);
        const Array x = doubles(std::vector<double>(2000, 1.0)).to_device(device);
        EXPECT_EQ(first(x + x), 2);
    };
    use_stream();
    const uint64_t before = device.memory().plugin_allocations;
    for (int i = 0; i < 10; ++i) use_stream();
    EXPECT_EQ(first(doubles(std::vector<double>(2000, 1.0)).to_device(device)), 1);
    EXPECT_EQ(device.memory().plugin_allocations, before);
}

// The leak checker does not see the accelerator's memory: the device itself has to count.
TEST(Streams, GiveAllMemoryBack) {
    Device& device = sim(kPrompt);
    device.trim_memory();
    device.synchronize();
    const uint64_t free_before = device.memory().free;
    const auto train = [&] {
        const DeviceScope scope(device);
        const Array x = ones({64, 32}).require_grad();
        const CompiledFunction step = compile([](const std::vector<Array>& in) {
            return std::vector<Array>{sum(tanh(matmul(in[0], transpose(in[0]))))};
        });
        for (int i = 0; i < 3; ++i) {
            sum(tanh(matmul(x, transpose(x)))).backward();
            x.clear_grad();
            step({x.as_grad_stopped()});
        }
        Stream stream(device);
        const StreamScope on_stream(stream);
        const Array x1000 = ones({1000}, DType::kFloat64);
        EXPECT_EQ(first(sum(x1000 + x1000)), 2000);
    };
    for (int round = 0; round < 3; ++round) {
        train();
        device.trim_memory();
        device.synchronize();  // memory is freed in the order of streams
        EXPECT_EQ(device.memory().free, free_before);
    }
}

TEST(Streams, AreAboutTheDeviceThatTheyBelongTo) {
    Device& device = sim(kPrompt);
    Stream stream(device);
    const StreamScope scope(stream);
    const Array there = doubles({1}).to_device(get_device("sim", 1));
    EXPECT_EQ(first(there + there), 2);
    EXPECT_EQ(first((there + there).to_device(device)), 2);
}

// What the core does not use itself: the sample's pinned memory, and events for times.
TEST(Sample, CopiesToPinnedMemoryAreAsynchronous) {
    Device& device = sim();
    internal::DeviceState& state = internal::state_of(device);
    const Array x = floats({1, 2, 3, 4}).to_device(device);
    chx_memref pinned{};
    ASSERT_EQ(state.api->alloc(state.handle, 16, 64, CHX_MEM_PINNED_HOST, nullptr, &pinned),
              CHX_OK);
    const auto* values = static_cast<const float*>(pinned.base);
    const chx_memref from{x.raw_data(), static_cast<uint64_t>(x.byte_offset()), CHX_MEM_DEVICE, 0};
    ASSERT_EQ(state.api->copy(state.handle, &pinned, &from, 16, nullptr), CHX_OK);
    EXPECT_NE(values[3], 4) << "nobody has waited yet";
    device.synchronize();
    EXPECT_EQ(values[3], 4);
    EXPECT_EQ(state.api->free(state.handle, &pinned, nullptr), CHX_OK);
    EXPECT_EQ(state.api->free(state.handle, &pinned, nullptr), CHX_E_INVALID);
}

TEST(Sample, EventsTellTimes) {
    internal::DeviceState& state = internal::state_of(sim());
    chx_event *start = nullptr, *end = nullptr;
    ASSERT_EQ(state.api->event_create(state.handle, CHX_EVENT_TIMING, &start), CHX_OK);
    ASSERT_EQ(state.api->event_create(state.handle, CHX_EVENT_TIMING, &end), CHX_OK);
    ASSERT_EQ(state.api->event_record(start, nullptr), CHX_OK);
    ASSERT_EQ(state.api->event_record(end, nullptr), CHX_OK);
    int32_t done = 1;
    uint64_t ns = ~uint64_t{0};
    EXPECT_EQ(state.api->event_query(end, &done), CHX_OK);
    EXPECT_EQ(done, 0);
    EXPECT_EQ(state.api->event_elapsed_ns(start, end, &ns), CHX_E_INVALID);
    EXPECT_EQ(state.api->event_sync(end), CHX_OK);
    EXPECT_EQ(state.api->event_elapsed_ns(start, end, &ns), CHX_OK);
    EXPECT_LT(ns, ~uint64_t{0});
    EXPECT_EQ(state.api->event_destroy(start), CHX_OK);
    EXPECT_EQ(state.api->event_destroy(end), CHX_OK);
}

}  // namespace
}  // namespace chainerx::testing
