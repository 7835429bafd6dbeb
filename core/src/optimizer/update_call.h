// The short way through the door for optimizers, which make one call after another that differ in the arrays alone.
#pragma once

#include "chainerx/array.h"
#include "dispatch/op_def.h"

namespace chainerx::internal {

class UpdateCall {
public:
    // Calls an op of the parameter, its gradient and its state, in this order, and numbers. The results are written over the
    // parameter and the state, which counts as a write. While a Program is recorded the numbers may be arrays. Made for the
    // ops that update_rules.cc calls.
    template <int kArrays, int kNumbers>
    void run(const OpDef& op,
             const Array* const (&arrays)[kArrays],
             const Operand (&numbers)[kNumbers]);

private:
    static constexpr int kMostNumbers = 4;

    template <int kNumbers>
    bool is_prepared(DType dtype, const Operand (&numbers)[kNumbers]) const;
    template <int kNumbers>
    bool prepare(DType dtype, const Operand (&numbers)[kNumbers]);
    template <int kArrays, int kNumbers>
    bool run_shortly(const OpDef& op,
                     const Array* const (&arrays)[kArrays],
                     const Operand (&numbers)[kNumbers]);

    // The numbers of the last call, as kernels are shown them.
    struct Number {
        double value;
        chx_tensor tensor;
        alignas(16) char element[16];
    };
    DType dtype_{};
    int n_numbers_ = -1;
    Number numbers_[kMostNumbers];
};

extern template void UpdateCall::run(const OpDef&, const Array* const (&)[2], const Operand (&)[1]);
extern template void UpdateCall::run(const OpDef&, const Array* const (&)[3], const Operand (&)[2]);
extern template void UpdateCall::run(const OpDef&, const Array* const (&)[4], const Operand (&)[4]);

}  // namespace chainerx::internal
