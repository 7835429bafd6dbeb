// Which kernels get into a device's table, and in which order.
#include "dispatch/kernel_table.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "chainerx/custom_op.h"
#include "chainerx/log.h"
#include "core/dispatch/fussy_device.h"
#include "core/test_devices.h"
#include "device/device_state.h"
#include "dispatch/op_def.h"
#include "dispatch/op_ids.h"

namespace chainerx::testing {
namespace {

using internal::Kernel;
using internal::KernelTable;
using internal::state_of;

const KernelTable& table_of(Device& device) { return *state_of(device).kernels.load(); }

uint32_t bit(DType dtype) { return 1u << static_cast<int>(dtype); }

TEST(KernelTable, ReadsDtypes) {
    uint32_t bits = 0;
    EXPECT_TRUE(internal::parse_dtypes("f32", &bits));
    EXPECT_EQ(bits, bit(DType::kFloat32));
    EXPECT_TRUE(internal::parse_dtypes("  bool bf16\tc128 ", &bits));
    EXPECT_EQ(bits, bit(DType::kBool) | bit(DType::kBFloat16) | bit(DType::kComplex128));
    EXPECT_TRUE(internal::parse_dtypes("*", &bits));
    EXPECT_EQ(bits, (1u << kDTypeCount) - 1);
    for (const char* text : {"", "  ", "f99", "f32,f64", "F32", "f32 float"})
        EXPECT_FALSE(internal::parse_dtypes(text, &bits)) << text;
}

TEST(KernelTable, WhatTheCoreCantUseIsLoggedAndSkipped) {
    Device& device = fussydev();
    set_log_queue(100);
    const std::unique_ptr<KernelTable> table = internal::build_kernel_table(state_of(device));
    const std::vector<LogRecord> records = take_log_records();
    set_log_queue(0);

    for (const uint16_t op : {internal::kOpTanh, internal::kOpCosh, internal::kOpSinh})
        EXPECT_EQ(table->find(op, DType::kFloat32), nullptr);
    const std::vector<std::string> expected = {
        "fussydev: kernel chx.no_such_op is not used: this core does not know the op",
        "fussydev: kernel chx.tanh is not used: it implements version 77 of the op, this core has "
        "version 1",
        "fussydev: kernel chx.cosh is not used: its dtypes 'f32 f99' can't be read",
        "fussydev: kernel chx.sinh is not used: op, fn or dtypes is missing",
    };
    for (const std::string& text : expected) {
        const bool found =
            std::any_of(records.begin(), records.end(), [&](const LogRecord& record) {
                return record.level == kLogWarning && record.component == "chainerx.plugin" &&
                       record.text == text;
            });
        EXPECT_TRUE(found) << text;
    }
    EXPECT_EQ(records.size(), expected.size());
}

TEST(KernelTable, OrdersByPriority) {
    const Kernel* first = table_of(fussydev()).find(internal::kOpSquare, DType::kFloat32);
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->def->priority, 2);
    EXPECT_NE(first->caps & CHX_K_MAY_REFUSE, 0u) << "it has supports()";
    ASSERT_NE(first->next, nullptr);
    EXPECT_EQ(first->next->def->priority, 1);
    EXPECT_EQ(first->next->next, nullptr);
}

TEST(KernelTable, ServesOnlyTheDtypesGiven) {
    const KernelTable& table = table_of(fussydev());
    EXPECT_EQ(table.find(internal::kOpSquare, DType::kFloat64), nullptr);
    EXPECT_EQ(table.find(internal::kOpAdd, DType::kFloat32), nullptr);
    EXPECT_EQ(table.find(0x7fff, DType::kFloat32), nullptr);
    const KernelTable& primitives = table_of(primdev());
    EXPECT_NE(primitives.find(internal::kOpMatmul, DType::kComplex64), nullptr);
    EXPECT_EQ(primitives.find(internal::kOpMatmul, DType::kBool), nullptr)
        << "'*' means the op's own dtypes";
}

TEST(KernelTable, EveryPrimitiveHasAKernelOnPrimdev) {
    const KernelTable& table = table_of(primdev());
    for (uint16_t id = 0; id < internal::kBuiltinOpCount; ++id) {
        const internal::OpDef& op = internal::kOps[id];
        for (int i = 0; i < kDTypeCount; ++i) {
            const auto dtype = static_cast<DType>(i);
            if (!internal::supports_dtype(op, dtype)) continue;
            EXPECT_EQ(table.find(id, dtype) != nullptr, op.is_primitive)
                << op.name << " of " << dtype_name(dtype);
        }
    }
}

TEST(KernelTable, ADeviceWithoutKernelsHasAnEmptyTable) {
    const KernelTable& table = table_of(nulldev());
    EXPECT_TRUE(std::all_of(table.slots.begin(), table.slots.end(), [](const Kernel* kernel) {
        return kernel == nullptr;
    }));
}

TEST(KernelTable, KernelsForOtherMemoryReachDevicesThatAreOpenAlready) {
    native();
    primdev();
    const internal::OpDef* op = internal::find_op("primdev.affine");
    ASSERT_NE(op, nullptr);
    for (int index : {0, 1}) {
        const Kernel* kernel = table_of(native(index)).find(op->id, DType::kFloat32);
        ASSERT_NE(kernel, nullptr) << "native:" << index;
        EXPECT_STREQ(kernel->def->memory_kind, "host");
        EXPECT_EQ(kernel->next, nullptr) << "taken twice";
    }
    EXPECT_EQ(table_of(primdev()).find(op->id, DType::kFloat32)->def->memory_kind, nullptr);
}

}  // namespace
}  // namespace chainerx::testing
