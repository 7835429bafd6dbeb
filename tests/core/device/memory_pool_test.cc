// The caching allocator: size classes, reuse, trimming, and what happens when memory runs out.
#include "device/memory_pool.h"

#include <stdlib.h>

#include <thread>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "chainerx/host_language.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/test_devices.h"
#include "device/device_state.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::kSizeClasses;
using internal::kSmallClasses;
using internal::message_of;
using internal::size_class_of;

TEST(SizeClass, SmallBlocksArePowersOfTwo) {
    EXPECT_EQ(size_class_of(0).bytes, 64u);
    EXPECT_EQ(size_class_of(1).bytes, 64u);
    EXPECT_EQ(size_class_of(64).index, 0);
    EXPECT_EQ(size_class_of(65).bytes, 128u);
    EXPECT_EQ(size_class_of(129).bytes, 256u);
    EXPECT_EQ(size_class_of(4096).index, kSmallClasses - 1);
    EXPECT_EQ(size_class_of(4096).bytes, 4096u);
}

TEST(SizeClass, LargeBlocksWasteAtMostAQuarter) {
    EXPECT_EQ(size_class_of(4097).bytes, 5120u);
    EXPECT_EQ(size_class_of(5121).bytes, 6144u);
    EXPECT_EQ(size_class_of(8192).bytes, 8192u);
    int previous = kSmallClasses - 1;
    for (uint64_t bytes = 4097; bytes < uint64_t{1} << 46; bytes += bytes / 7) {
        for (const uint64_t asked : {bytes - 1, bytes, bytes + 1}) {
            const internal::SizeClass found = size_class_of(asked);
            ASSERT_GE(found.bytes, asked);
            ASSERT_LE(found.bytes, asked + asked / 4 + 1);
            ASSERT_EQ(size_class_of(found.bytes).index, found.index)
                << "a class holds its own size";
            if (found.bytes < uint64_t{1} << 46) {
                ASSERT_EQ(size_class_of(found.bytes + 1).index, found.index + 1);
            }
        }
        ASSERT_GE(size_class_of(bytes).index, previous);
        previous = size_class_of(bytes).index;
    }
    EXPECT_LT(size_class_of(uint64_t{1} << 47).index, kSizeClasses);
    EXPECT_THROW(size_class_of((uint64_t{1} << 47) + 1), OutOfMemoryError);
    EXPECT_THROW(size_class_of(UINT64_MAX), OutOfMemoryError);
}

class Pool : public ::testing::Test {
protected:
    void SetUp() override { device.trim_memory(); }
    void TearDown() override {
        unsetenv("PRIMDEV_MEMORY_LIMIT");
        device.trim_memory();
    }
    Array bytes(int64_t n) { return empty({n}, DType::kUInt8, &device); }
    uint64_t allocations() { return device.memory().plugin_allocations; }

    Device& device = primdev(1);
};

TEST_F(Pool, FreedBlocksAreUsedAgain) {
    for (const int64_t size : {100, 5000, 1000000}) {
        bytes(size).reset();
        const uint64_t before = allocations();
        for (int i = 0; i < 10; ++i) bytes(size - i).reset();
        EXPECT_EQ(allocations(), before) << size;
        const Array held = bytes(size);
        EXPECT_EQ(allocations(), before);
        const Array second = bytes(size);
        EXPECT_EQ(allocations(), before + 1) << "the only block of that size is in use";
        EXPECT_NE(held.raw_data(), second.raw_data());
    }
}

TEST_F(Pool, ViewsKeepTheBlock) {
    Array x = bytes(5000);
    const Array view = x.at({Slice{10, 20}});
    const void* base = x.raw_data();
    x.reset();
    const Array other = bytes(5000);
    EXPECT_NE(other.raw_data(), base);
    EXPECT_EQ(view.raw_data(), base);
}

TEST_F(Pool, KeepsBooks) {
    const Device::Memory before = device.memory();
    {
        const Array x = bytes(5000), y = bytes(100000);
        EXPECT_EQ(device.memory().used, before.used + 5120 + 114688);
        EXPECT_GE(device.memory().peak, device.memory().used);
    }
    EXPECT_EQ(device.memory().used, before.used);
    EXPECT_EQ(device.memory().cached, before.cached + 5120 + 114688);
    EXPECT_GE(device.memory().peak, before.used + 5120 + 114688);
    device.trim_memory();
    EXPECT_EQ(device.memory().cached, 0u);
    const uint64_t allocated = allocations();
    bytes(5000).reset();
    EXPECT_EQ(allocations(), allocated + 1) << "trimming gave the block back";
}

TEST_F(Pool, DeadArraysBecomeOthersOfTheirSize) {
    const auto expect_plain = [](const Array& array) {
        EXPECT_EQ(array.strides(), DimsView(contiguous_strides(array.shape())));
        EXPECT_EQ(array.byte_offset(), 0);
        EXPECT_TRUE(array.is_contiguous());
        EXPECT_FALSE(array.is_connected_to_any());
        EXPECT_EQ(array.version(), array.view().version());
    };
    Array first = ones({2, 8}, DType::kFloat32, &device).require_grad();
    Array result = first * 2;
    first.reset();
    result.reset();
    const uint64_t before = allocations();
    const Array integers = empty({4, 1, 2}, DType::kInt64, &device);
    EXPECT_EQ(allocations(), before);
    EXPECT_EQ(integers.dtype(), DType::kInt64);
    EXPECT_EQ(integers.shape(), DimsView({4, 1, 2}));
    expect_plain(integers);

    Array matrix = bytes(64).reshape({8, 8});
    Array corner = matrix.transpose().at({Slice{2, 4}, Slice{3, 8}});
    matrix.reset();
    corner.reset();  // as the last that knows the block
    expect_plain(bytes(50));
    Array many =
        bytes(64).reshape({2, 2, 2, 2, 2, 2});  // whose dimensions need memory of their own
    many.reset();
    expect_plain(empty({1, 1, 2, 2, 2, 2, 2}, DType::kUInt8, &device));
}

TEST_F(Pool, BlocksOfDeadArraysServeOthers) {
    bytes(100).reset();
    const uint64_t before = allocations();
    internal::Storage* alone =
        internal::allocate_storage(internal::state_of(device), 100, internal::thread_context());
    EXPECT_EQ(allocations(), before);
    internal::release(alone);
    bytes(100).reset();
    EXPECT_EQ(allocations(), before);
}

TEST_F(Pool, EmptyArraysAndScalarsHaveMemory) {
    const Array none = bytes(0);
    EXPECT_EQ(none.size(), 0);
    EXPECT_NE(none.raw_data(), nullptr);
    EXPECT_EQ(empty({}, DType::kFloat64, &device).nbytes(), 8);
}

TEST_F(Pool, BlocksOfOtherThreadsComeBack) {
    Array x = bytes(100), y = bytes(100000);
    const Device::Memory before = device.memory();
    std::thread([a = std::move(x), b = std::move(y)]() mutable {
        a.reset();
        b.reset();
    }).join();
    EXPECT_EQ(device.memory().used, before.used - 128 - 114688)
        << "the thread's cache went with it";
    const uint64_t allocated = allocations();
    const Array again = bytes(100000);
    EXPECT_EQ(allocations(), allocated);
}

TEST_F(Pool, ManyThreadsShareIt) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([this, t] {
            std::vector<Array> held;
            for (int i = 0; i < 300; ++i) {
                held.push_back(bytes(1 + (i * 7919 + t * 104729) % 20000));
                if (held.size() > 20) held.erase(held.begin() + i % 20);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    device.trim_memory();
    EXPECT_EQ(device.memory().used, 0u);
}

TEST_F(Pool, WhenMemoryRunsOutCachesAreTrimmed) {
    setenv("PRIMDEV_MEMORY_LIMIT", "1000000", 1);
    EXPECT_EQ(device.memory().total, 1000000u);
    bytes(600000).reset();  // cached: 655360
    EXPECT_GT(device.memory().cached, 0u);
    const Array x = bytes(900000);
    EXPECT_EQ(x.size(), 900000);
    EXPECT_EQ(device.memory().cached, 0u);
}

TEST_F(Pool, WhenMemoryRunsOutGarbageIsCollected) {
    static Array* garbage;
    static int collections;
    collections = 0;
    setenv("PRIMDEV_MEMORY_LIMIT", "1000000", 1);
    Array unreachable = bytes(600000);
    garbage = &unreachable;
    const HostLanguageHooks previous = internal::host_language_hooks;
    HostLanguageHooks hooks = previous;
    hooks.collect_garbage = [] {
        ++collections;
        garbage->reset();
    };
    set_host_language_hooks(hooks);
    const Array x = bytes(900000);
    EXPECT_EQ(collections, 1);
    EXPECT_THROW(bytes(900000), OutOfMemoryError);
    EXPECT_EQ(collections, 2) << "once per failing allocation";
    set_host_language_hooks(previous);
}

TEST_F(Pool, AtLastItIsAnErrorThatSaysWhatIsLive) {
    setenv("PRIMDEV_MEMORY_LIMIT", "1000000", 1);
    const Array x = bytes(500000);
    const std::string text = message_of<OutOfMemoryError>([&] { bytes(700000); });
    for (const char* part : {"primdev:1: out of memory: 786432 bytes were asked for",
                             "arrays in use hold 524288",
                             "free arrays"}) {
        expect_contains(text, part);
    }
    EXPECT_THROW(zeros({int64_t{1} << 62}, DType::kUInt8, &device), OutOfMemoryError);
    EXPECT_THROW(zeros({int64_t{1} << 40, int64_t{1} << 40}, DType::kUInt8, &device),
                 DimensionError);
    EXPECT_NO_THROW(bytes(300000)) << "the device is as usable as before";
}

}  // namespace
}  // namespace chainerx::testing
