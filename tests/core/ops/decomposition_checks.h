// Compares what an op's kernel computes with what its decomposition does, which may use the ops
// that its row lists only.
#pragma once

#include <string>
#include <vector>

#include "core/ops/array_checks.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"

namespace chainerx::testing {

// For as long as it lives, the default device has kernels only for the leaves of one op's
// decomposition.
class OnlyLeavesOf {
public:
    explicit OnlyLeavesOf(const internal::OpDef& op)
        : device_{internal::state_of(get_default_device())},
          all_{device_.kernels.load()},
          table_{*all_} {
        std::vector<bool> is_kept(internal::kBuiltinOpCount, false);
        keep(op, is_kept);
        for (size_t i = 0; i < table_.slots.size(); ++i) {
            const size_t id = i / kDTypeCount;
            if (id >= is_kept.size() || !is_kept[id]) table_.slots[i] = nullptr;
        }
        device_.kernels.store(&table_);
    }
    ~OnlyLeavesOf() { device_.kernels.store(all_); }
    OnlyLeavesOf(const OnlyLeavesOf&) = delete;
    OnlyLeavesOf& operator=(const OnlyLeavesOf&) = delete;

private:
    void keep(const internal::OpDef& op, std::vector<bool>& is_kept) const {
        for (const uint16_t* leaf = op.leaves; *leaf != internal::kNoOp; ++leaf) {
            is_kept[*leaf] = true;
            if (!has_kernel(*leaf)) keep(internal::kOps[*leaf], is_kept);
        }
    }
    bool has_kernel(uint16_t id) const {
        for (int dtype = 0; dtype < kDTypeCount; ++dtype) {
            if (all_->find(id, static_cast<DType>(dtype)) != nullptr) return true;
        }
        return false;
    }

    internal::DeviceState& device_;
    const internal::KernelTable* all_;
    internal::KernelTable table_;
};

inline void expect_decomposes(internal::OpId id,
                              const std::vector<Array>& inputs,
                              const void* attrs = nullptr,
                              double tolerance = 1e-12) {
    const internal::OpDef& op = internal::kOps[id];
    ASSERT_NE(op.decompose, nullptr);
    const std::vector<Operand> operands(inputs.begin(), inputs.end());
    const int n = static_cast<int>(operands.size());
    Array expected[internal::kMaxOutputs];
    internal::dispatch(op, operands.data(), n, attrs, expected);
    Array actual[internal::kMaxOutputs];
    {
        const OnlyLeavesOf restricted(op);
        op.decompose(operands.data(), n, attrs, actual);
    }
    for (int i = 0; i < op.n_outputs; ++i) {
        SCOPED_TRACE(std::string(op.name) + ", output " + std::to_string(i));
        EXPECT_EQ(actual[i].dtype(), expected[i].dtype());
        expect_array(actual[i], Shape(expected[i].shape()), values_of(expected[i]), tolerance);
    }
}

}  // namespace chainerx::testing
