// Tests of what plugins get from the host.
#include "plugin/host_services.h"

#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "chainerx/log.h"
#include "chainerx/threads.h"
#include "dispatch/thread_state.h"
#include "plugin/host_memory.h"

namespace chainerx::internal {
namespace {

TEST(HostApi, HasTheNegotiatedMinorAndEveryFunction) {
    const chx_host_api* host = host_api(CHX_ABI_MINOR + 5);

    EXPECT_EQ(host->struct_size, sizeof *host);
    EXPECT_EQ(host->abi_minor, CHX_ABI_MINOR);
    EXPECT_EQ(host_api(0)->abi_minor, 0u);
    EXPECT_EQ(host, host_api(CHX_ABI_MINOR));
    for (std::size_t at = offsetof(chx_host_api, log_level); at < sizeof *host;
         at += sizeof(void*)) {
        void* slot = nullptr;
        std::memcpy(&slot, reinterpret_cast<const char*>(host) + at, sizeof slot);
        EXPECT_NE(slot, nullptr) << "at offset " << at;
    }
}

TEST(HostApi, KeepsTheErrorTextOfEachThread) {
    const chx_host_api* host = host_api(CHX_ABI_MINOR);
    EXPECT_EQ(host->set_error(CHX_E_INVALID, "mine"), CHX_E_INVALID);
    std::thread([&] {
        EXPECT_EQ(take_error_text(), "");
        host->set_error(CHX_E_OOM, "theirs");
    }).join();

    EXPECT_EQ(take_error_text(), "mine");
    EXPECT_EQ(take_error_text(), "");
    EXPECT_EQ(host->set_error(CHX_E_OOM, nullptr), CHX_E_OOM);
    EXPECT_EQ(take_error_text(), "");
}

TEST(HostApi, LogsForPlugins) {
    const chx_host_api* host = host_api(CHX_ABI_MINOR);
    set_log_queue(10);
    host->log(kLogWarning, "acme.alloc", "low on memory");
    host->log(kLogDebug, "acme.alloc", "below the threshold");
    host->log(99, nullptr, nullptr);
    const std::vector<LogRecord> records = take_log_records();
    set_log_queue(0);

    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].component, "acme.alloc");
    EXPECT_EQ(records[0].text, "low on memory");
    EXPECT_EQ(records[1].level, kLogError);
    EXPECT_EQ(*host->log_level, kLogWarning);
}

TEST(HostApi, WhatTheCoreHasNotSetIsUnimplemented) {
    set_host_hooks({});  // as before arrays and storages exist
    const chx_host_api* host = host_api(CHX_ABI_MINOR);
    static int destroyed = 0;
    chx_memref memory{};
    void* blob = &memory;

    EXPECT_EQ(host->scratch(nullptr, 8, 64, &memory), CHX_E_UNIMPLEMENTED);
    EXPECT_EQ(take_error_text(), "scratch: not offered by this host");
    EXPECT_EQ(host->storage_cache_get(nullptr, nullptr, "k", 1, &blob), CHX_E_UNIMPLEMENTED);
    EXPECT_EQ(blob, nullptr);
    EXPECT_EQ(
        host->storage_cache_put(nullptr, nullptr, "k", 1, &memory, 8, [](void*) { ++destroyed; }),
        CHX_E_UNIMPLEMENTED);
    EXPECT_EQ(destroyed, 1);
    EXPECT_EQ(host->get_extension("chx.unknown", 1), nullptr);
    take_error_text();
}

TEST(HostApi, ForwardsToTheHooks) {
    HostHooks hooks;
    hooks.scratch = [](const chx_launch*, uint64_t bytes, uint64_t, chx_memref* out) -> chx_status {
        out->offset = bytes;
        return CHX_OK;
    };
    set_host_hooks(hooks);
    chx_memref memory{};

    const chx_status status = host_api(CHX_ABI_MINOR)->scratch(nullptr, 123, 64, &memory);
    set_host_hooks({});

    EXPECT_EQ(status, CHX_OK);
    EXPECT_EQ(memory.offset, 123u);
}

TEST(HostApi, OffersTheThreadPool) {
    const chx_host_api* host = host_api(CHX_ABI_MINOR);
    std::vector<char> done(1000);

    const chx_status status = host->parallel_for(
        1000,
        10,
        [](int64_t begin, int64_t end, int32_t, void* ctx) -> chx_status {
            std::memset(static_cast<char*>(ctx) + begin, 1, static_cast<std::size_t>(end - begin));
            return CHX_OK;
        },
        done.data());

    EXPECT_EQ(status, CHX_OK);
    EXPECT_EQ(done, std::vector<char>(1000, 1));
    EXPECT_EQ(host->max_workers(), num_threads());
}

TEST(HostApi, HasOneWorkerInsideOfTheThreadPool) {
    const int before = num_threads();
    set_num_threads(2);
    std::vector<int32_t> seen(100, -1);
    const auto note = [](int64_t begin, int64_t end, int32_t, void* ctx) -> chx_status {
        for (int64_t i = begin; i < end; ++i)
            static_cast<int32_t*>(ctx)[i] = host_api(CHX_ABI_MINOR)->max_workers();
        return CHX_OK;
    };
    EXPECT_EQ(host_api(CHX_ABI_MINOR)->parallel_for(100, 1, note, seen.data()), CHX_OK);
    EXPECT_EQ(seen, std::vector<int32_t>(100, 1));
    EXPECT_EQ(host_api(CHX_ABI_MINOR)->max_workers(), 2);
    set_num_threads(before);
}

TEST(HostMemory, IsAlignedAndDistinct) {
    std::vector<void*> blocks;
    for (const uint64_t align : {1, 64, 128, 4096}) {
        for (const uint64_t bytes : {0, 1, 255, 256, 257, 5000, 1 << 20, 40 << 20}) {
            void* block = allocate_host_memory(bytes, align);
            ASSERT_NE(block, nullptr);
            EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % std::max<uint64_t>(align, 64), 0u);
            std::memset(block, static_cast<int>(blocks.size()), bytes);
            blocks.push_back(block);
        }
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % 8 != 0) {
            EXPECT_EQ(*static_cast<unsigned char*>(blocks[i]), i);
        }
        free_host_memory(blocks[i]);
    }
    free_host_memory(nullptr);
    trim_host_memory();
}

TEST(HostMemory, RefusesWhatCanNotBe) {
    EXPECT_EQ(allocate_host_memory(8, 0), nullptr);
    EXPECT_EQ(allocate_host_memory(8, 48), nullptr);
    EXPECT_EQ(allocate_host_memory(8, 8192), nullptr);
    EXPECT_EQ(allocate_host_memory(UINT64_MAX - 8, 64), nullptr);
}

TEST(HostMemory, SurvivesThreadsThatFreeForOthers) {
    std::vector<std::thread> threads;
    std::vector<std::vector<void*>> blocks(4);
    for (auto& own : blocks) {
        threads.emplace_back([&own] {
            for (uint64_t i = 1; i < 500; ++i) {
                own.push_back(allocate_host_memory(i * 37, 64));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    threads.clear();
    for (auto& foreign : blocks) {
        threads.emplace_back([&foreign] {
            for (void* block : foreign) {
                free_host_memory(block);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    trim_host_memory();
}

}  // namespace
}  // namespace chainerx::internal
