// The device side of the plugin: description, indices, memory, and what it registers.
#include <cstring>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "test_host.h"

namespace chx_test {
namespace {

TEST(Device, DescribesItself) {
    const chx_plugin_desc& desc = Plugin::instance().desc();
    EXPECT_STREQ(desc.name, "native");
    EXPECT_EQ(desc.kernels_for, nullptr);
    EXPECT_NE(desc.after_fork_child, nullptr);
    chx_device_info info{};
    info.struct_size = sizeof(info);
    ASSERT_EQ(Plugin::instance().api().device_info(Plugin::instance().device(), &info), CHX_OK);
    EXPECT_STREQ(info.memory_kind, "host");
    EXPECT_NE(info.name[0], '\0');
    EXPECT_GT(info.memory_total, 0u);
    EXPECT_EQ(info.caps, CHX_CAP_HOST_REFERENCE);
    EXPECT_EQ(info.alignment, 64u);
    EXPECT_EQ(info.host_accessible_kinds, 15u);
}

TEST(Device, HasSeveralIndices) {
    const chx_device_api& api = Plugin::instance().api();
    int32_t count = 0;
    ASSERT_EQ(api.device_count(Plugin::instance().handle(), &count), CHX_OK);
    EXPECT_EQ(count, 4);
    std::set<chx_device*> devices;
    for (int32_t i = 0; i < count; ++i) {
        chx_device* device = nullptr;
        ASSERT_EQ(api.device_open(Plugin::instance().handle(), i, &device), CHX_OK);
        devices.insert(device);
    }
    EXPECT_EQ(devices.size(), 4u);
    chx_device* device = nullptr;
    EXPECT_EQ(api.device_open(Plugin::instance().handle(), count, &device), CHX_E_INVALID);
    EXPECT_NE(last_error().find("indices are 0 to 3"), std::string::npos);
}

TEST(Device, MemoryIsAlignedAndCopied) {
    const chx_device_api& api = Plugin::instance().api();
    chx_device* device = Plugin::instance().device();
    for (uint64_t bytes : {uint64_t{1}, uint64_t{1000}, uint64_t{5} << 20}) {
        chx_memref a{}, b{};
        ASSERT_EQ(api.alloc(device, bytes, 64, CHX_MEM_DEVICE, nullptr, &a), CHX_OK);
        ASSERT_EQ(api.alloc(device, bytes, 4096, CHX_MEM_DEVICE, nullptr, &b), CHX_OK);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(a.base) % 64, 0u);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(b.base) % 4096, 0u);
        std::memset(a.base, 7, bytes);
        ASSERT_EQ(api.copy(device, &b, &a, bytes, nullptr), CHX_OK);
        EXPECT_EQ(std::memcmp(a.base, b.base, bytes), 0);
        EXPECT_EQ(api.sync(device, nullptr), CHX_OK);
        EXPECT_EQ(api.free(device, &a, nullptr), CHX_OK);
        EXPECT_EQ(api.free(device, &b, nullptr), CHX_OK);
    }
}

// AddressSanitizer ends the process instead of refusing.
#if !defined(__SANITIZE_ADDRESS__)
TEST(Device, MemoryThatIsNotThereIsOutOfMemory) {
    chx_memref huge{};
    const chx_device_api& api = Plugin::instance().api();
    const chx_status status = api.alloc(
        Plugin::instance().device(), uint64_t{1} << 60, 64, CHX_MEM_DEVICE, nullptr, &huge);
    EXPECT_EQ(status, CHX_E_OOM);
    EXPECT_NE(last_error(), "");
}
#endif

TEST(Device, KernelDefinitionsAreWhole) {
    const chx_device_api& api = Plugin::instance().api();
    std::set<std::string> seen;
    for (uint32_t i = 0; i < api.n_kernels; ++i) {
        const chx_kernel_def& def = *api.kernels[i];
        EXPECT_EQ(def.struct_size, sizeof(chx_kernel_def));
        EXPECT_EQ(def.op_version, 1u) << def.op;
        EXPECT_NE(def.fn, nullptr) << def.op;
        EXPECT_TRUE(def.caps & CHX_K_DETERMINISTIC || def.caps & CHX_K_DETERMINISTIC_ON_REQUEST)
            << def.op;
        seen.insert(def.op);
    }
    for (const char* op : {"chx.copy",
                           "chx.fill",
                           "chx.arange",
                           "chx.fused_elementwise",
                           "chx.add",
                           "chx.sigmoid"}) {
        EXPECT_EQ(seen.count(op), 1u) << op;
    }
}

}  // namespace
}  // namespace chx_test
