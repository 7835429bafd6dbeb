// Whose kernels go first, that it can be taken back, and which tables follow.
#include "chainerx/kernel_preference.h"

#include <chx/chx_plugin.hpp>
#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "chainerx/plugin.h"
#include "core/plugin/expect_error.h"
#include "core/test_devices.h"
#include "device/device_state.h"
#include "dispatch/kernel_table.h"
#include "dispatch/op_ids.h"
#include "plugin/loaded_plugin.h"

struct chx_plugin {
    chx::KernelList kernels;
};

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::Kernel;
using internal::KernelTable;
using internal::message_of;

// A provider whose kernel goes behind that of the plugin native, and is told from it by its result.
void answer_42(const chx_launch& launch) { *chx::data<float>(chx::output(launch, 0)) = 42; }

chx_status create(const chx_host_api* host,
                  const chx_option* const*,
                  uint32_t,
                  chx_plugin** plugin,
                  chx_device_api* api) noexcept {
    chx::set_host(host);
    return chx::guard([&] {
        auto made = std::make_unique<chx_plugin>();
        made->kernels.add("chx.arctanh", 1, "f32", 0, chx::kernel<&answer_42>).priority = -1;
        api->kernels = made->kernels.data();
        api->n_kernels = made->kernels.size();
        *plugin = made.release();
    });
}

const chx_plugin_desc* query(uint32_t, uint32_t) {
    static const chx_plugin_desc description = [] {
        chx_plugin_desc made{};
        made.struct_size = sizeof made;
        made.magic = CHX_MAGIC;
        made.abi_major = CHX_ABI_MAJOR;
        made.abi_minor = CHX_ABI_MINOR;
        made.layout_hash = CHX_ABI_LAYOUT_HASH;
        made.name = "oracle";
        made.version = "1.0.0";
        made.kernels_for = "host";
        made.create = create;
        return made;
    }();
    return &description;
}

const std::string kName = register_static_plugin(query);

const KernelTable* table() { return internal::state_of(native()).kernels.load(); }

// Providers of the op's kernels, best first.
std::vector<std::string> order() {
    std::vector<std::string> names;
    const Kernel* kernel = table()->find(internal::kOpArctanh, DType::kFloat32);
    for (; kernel != nullptr; kernel = kernel->next) names.push_back(kernel->provider->name);
    return names;
}

float result() {
    float value = 0;
    arctanh(array(std::vector<float>{0}, {1})).copy_to_host(&value);
    return value;
}

using Names = std::vector<std::string>;

TEST(KernelPreference, GoesBeforePriorityAndCanBeTakenBack) {
    ASSERT_EQ(order(), (Names{"native", "oracle"}));
    EXPECT_EQ(result(), 0);
    const uint64_t preference = prefer("oracle");
    EXPECT_EQ(order(), (Names{"oracle", "native"}));
    EXPECT_EQ(result(), 42);
    forget_preference(preference);
    EXPECT_EQ(order(), (Names{"native", "oracle"}));
    EXPECT_EQ(result(), 0);
    forget_preference(preference);
}

TEST(KernelPreference, OfOneOp) {
    {
        const PreferenceScope other("oracle", "exp");
        EXPECT_EQ(result(), 0);
    }
    for (const char* name : {"arctanh", "chx.arctanh"}) {
        const PreferenceScope scope("oracle", name);
        EXPECT_EQ(result(), 42) << name;
    }
    EXPECT_EQ(result(), 0);
}

TEST(KernelPreference, TheLatestGoesFirst) {
    const PreferenceScope first("oracle");
    {
        const PreferenceScope second("native", "arctanh");
        EXPECT_EQ(order(), (Names{"native", "oracle"}));
    }
    EXPECT_EQ(order(), (Names{"oracle", "native"}));
}

TEST(KernelPreference, ThereAndBackMakesNoNewTables) {
    const KernelTable* before = table();
    const KernelTable* preferred = nullptr;
    for (int i = 0; i < 3; ++i) {
        const PreferenceScope scope("oracle");
        if (preferred == nullptr) preferred = table();
        EXPECT_EQ(table(), preferred);
    }
    const KernelTable* after = table();
    {
        const PreferenceScope scope("oracle");
    }
    EXPECT_EQ(table(), after);
    EXPECT_NE(before, preferred);
}

TEST(KernelPreference, UnknownNamesAreErrors) {
    expect_contains(message_of<ValueError>([] { prefer("no_such_plugin"); }),
                    "prefer: plugin 'no_such_plugin' given; expected one of: ");
    expect_contains(message_of<ValueError>([] { prefer("oracle", "no_such_op"); }),
                    "prefer: op 'no_such_op' given; there is none of that name");
    EXPECT_EQ(order(), (Names{"native", "oracle"}));
}

}  // namespace
}  // namespace chainerx::testing
