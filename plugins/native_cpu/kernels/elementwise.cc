// Kernels of the element-wise ops and of chx.fused_elementwise, all of them served by the block
// engine.
#include <array>
#include <bit>
#include <string>

#include <chx/ops/fused.h>

#include "elementwise_engine.h"
#include "elementwise_ops.h"
#include "elementwise_plan.h"
#include "host.h"
#include "kernel_list.h"
#include "loop_table.h"

namespace native {
namespace {

// State of an eager op's kernel.
struct EagerOp {
    const OpLoops* loops;  // by CHX_TYPE_*
    int64_t grain;
    uint8_t opcode;
};

bool same_dtype(chx_dtype a, chx_dtype b) {
    return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
}

// Any layout, and 16-bit floats: a program of one instruction.
template <int kArity>
[[gnu::noinline]] chx_status run_as_program(const EagerOp& eager, const chx_launch& launch) {
    return chx::guard([&] {
        const ElementwiseOp& op = elementwise_op(eager.opcode);
        uint8_t types[kArity];
        for (int k = 0; k < kArity; ++k) {
            const int type = chx::type_code(launch.in[k]->dtype);
            if (type < 0) {
                throw chx::Error(CHX_E_UNIMPLEMENTED,
                                 std::string(op.name) + ": a dtype without arithmetic");
            }
            types[k] = static_cast<uint8_t>(type);
        }
        const uint8_t type = types[kArity - 1];
        chx_program program;
        program.n_in = kArity;
        program.n_instructions = 1;
        program.code[0] = {
            eager.opcode, type, static_cast<uint8_t>(result_type(op, type)), 0, 1, 2, 0};
        ElementwiseProgram(program, types).run(launch.in, *launch.out[0]);
    });
}

template <int kArity>
[[gnu::noinline]] chx_status run_contiguous(const EagerOp& eager,
                                            Loop loop,
                                            const chx_launch& launch,
                                            const std::array<bool, 3>& scalar) {
    return chx::guard([&] {
        const chx_tensor& y = *launch.out[0];
        const int64_t item_size = chx::item_size(y.dtype);
        const char* x[3] = {};
        int64_t steps[3] = {};
        for (int k = 0; k < kArity; ++k) {
            x[k] = chx::data<char>(*launch.in[k]);
            steps[k] = scalar[k] ? 0 : chx::item_size(launch.in[k]->dtype);
        }
        char* const out = chx::data<char>(y);
        parallel_for(y.numel, eager.grain, [&](int64_t begin, int64_t end, int32_t) {
            loop(x[0] + begin * steps[0],
                 x[1] + begin * steps[1],
                 x[2] + begin * steps[2],
                 out + begin * item_size,
                 end - begin);
        });
    });
}

// Whether all elements of an operand are one and the same.
bool is_single(const chx_tensor& x) {
    if (x.numel == 1) {
        return true;
    }
    for (int d = 0; d < x.ndim; ++d) {
        if (x.strides[d] != 0 && x.shape[d] != 1) {
            return false;
        }
    }
    return true;
}

// Finds the contiguous loop that serves the operands as they are, and which of them are single
// elements; or null.
template <int kArity>
Loop find_loop(const EagerOp& eager, const chx_launch& launch, std::array<bool, 3>& scalar) {
    const chx_tensor& last = *launch.in[kArity - 1];
    const chx_tensor& y = *launch.out[0];
    const int type = chx::type_code(last.dtype);
    if (type < 0 || !chx::is_contiguous(y)) {
        return nullptr;
    }
    int variant = kArrays;
    for (int k = 0; k < kArity; ++k) {
        const chx_tensor& x = *launch.in[k];
        const bool is_condition = kArity == 3 && k == 0;
        if (!is_condition && !same_dtype(x.dtype, last.dtype)) {
            return nullptr;
        }
        if (!chx::is_contiguous(x) || x.numel != y.numel) {
            if (kArity == 1 || is_condition || !is_single(x)) {
                return nullptr;
            }
            scalar[k] = true;
            variant |= k == kArity - 1 ? kSecondScalar : kFirstScalar;
        }
    }
    return eager.loops[type].variants[variant];
}

// A small matrix whose operands have contiguous rows, or rows of one element each: bias + x, x / norm. Row by row, since
// collapsing dimensions and choosing blocks would take longer than the work. False: it is none.
template <int kArity>
bool run_rows(const EagerOp& eager, const chx_launch& launch) {
    constexpr int64_t kMostRows = 32;
    const chx_tensor& last = *launch.in[kArity - 1];
    const chx_tensor& y = *launch.out[0];
    const int type = chx::type_code(last.dtype);
    if (type < 0 || y.ndim != 2 || y.shape[0] > kMostRows || y.numel > eager.grain ||
        y.strides[1] != 1) {
        return false;
    }
    const int64_t rows = y.shape[0], columns = y.shape[1];
    const char* x[kArity];
    int64_t steps[kArity];
    int variant = kArrays;
    for (int k = 0; k < kArity; ++k) {
        const chx_tensor& operand = *launch.in[k];
        const bool is_condition = kArity == 3 && k == 0;
        if (!is_condition && !same_dtype(operand.dtype, last.dtype)) {
            return false;
        }
        const int64_t stride = operand.ndim == 0 ? 0 : operand.strides[1];
        x[k] = chx::data<const char>(operand);
        const int64_t item_size = is_condition ? 1 : kItemSizes[type];
        steps[k] = operand.ndim == 0 ? 0 : operand.strides[0] * item_size;
        if (stride == 0 && columns != 1 && !is_condition) {
            variant |= k == kArity - 1 ? kSecondScalar : kFirstScalar;
        } else if (stride != 1 && columns != 1) {
            return false;
        }
    }
    const Loop loop = eager.loops[type].variants[variant];
    if (loop == nullptr) {
        return false;
    }
    char* out = chx::data<char>(y);
    const int64_t out_step = y.strides[0] * chx::item_size(y.dtype);
    for (int64_t i = 0; i < rows; ++i, out += out_step) {
        loop(x[0], x[kArity > 1 ? 1 : 0], x[kArity - 1], out, columns);
        for (int k = 0; k < kArity; ++k) {
            x[k] += steps[k];
        }
    }
    return true;
}

// One call of the loop for all elements.
template <int kArity>
void run_loop(Loop loop, const chx_launch& launch) {
    const chx_tensor& y = *launch.out[0];
    loop(chx::data<char>(*launch.in[0]),
         chx::data<char>(*launch.in[kArity > 1 ? 1 : 0]),
         chx::data<char>(*launch.in[kArity - 1]),
         chx::data<char>(y),
         y.numel);
}

// The loop for contiguous arrays and single elements of one dtype, which nearly all calls are made
// with; else null.
template <int kArity>
Loop loop_for_arrays(const EagerOp& eager, const chx_launch& launch) {
    const chx_tensor& last = *launch.in[kArity - 1];
    const chx_tensor& y = *launch.out[0];
    uint64_t flags = y.flags;
    int variant = kArrays;
    for (int k = 0; k < kArity; ++k) {
        const chx_tensor& x = *launch.in[k];
        const bool is_condition = kArity == 3 && k == 0;
        flags &= x.flags;
        if (!is_condition && !same_dtype(x.dtype, last.dtype)) {
            return nullptr;
        }
        if (x.numel != y.numel) {
            if (kArity == 1 || is_condition || x.numel != 1) {
                return nullptr;
            }
            variant |= k == kArity - 1 ? kSecondScalar : kFirstScalar;
        }
    }
    const int type = chx::type_code(last.dtype);
    if ((flags & CHX_T_CONTIGUOUS) == 0 || type < 0) {
        return nullptr;
    }
    return eager.loops[type].variants[variant];
}

// Repeated elements, rows, and whatever else is no plain array.
template <int kArity>
[[gnu::noinline]] chx_status run_any_layout(const EagerOp& eager, const chx_launch& launch) {
    std::array<bool, 3> scalar{};
    const Loop loop = find_loop<kArity>(eager, launch, scalar);
    if (loop == nullptr) {
        return run_rows<kArity>(eager, launch) ? CHX_OK : run_as_program<kArity>(eager, launch);
    }
    if (launch.out[0]->numel > eager.grain) {
        return run_contiguous<kArity>(eager, loop, launch, scalar);
    }
    run_loop<kArity>(loop, launch);
    return CHX_OK;
}

// Little else than the loop happens for small arrays: this is what an eager program does most.
template <int kArity>
chx_status CHX_CALL eager_kernel(void* state, const chx_launch* launch) noexcept {
    const auto& eager = *static_cast<const EagerOp*>(state);
    const Loop loop = loop_for_arrays<kArity>(eager, *launch);
    if (loop == nullptr || launch->out[0]->numel > eager.grain) {
        return run_any_layout<kArity>(eager, *launch);
    }
    run_loop<kArity>(loop, *launch);
    return CHX_OK;
}

void fused_elementwise(const chx_launch& launch) {
    chx_tensor& y = chx::output(launch, 0);
    const ElementwiseProgram& program = planned_program(launch);
    if (chx::type_code(y.dtype) != program.output_type()) {
        throw chx::Error(
            CHX_E_INVALID,
            "chx.fused_elementwise: the output has another dtype than the program's result");
    }
    program.run(launch.in, y);
}

}  // namespace

void register_elementwise(KernelList& kernels) {
    static EagerOp states[CHX_N_OPCODES];
    constexpr chx_kernel_fn kKernels[3] = {eager_kernel<1>, eager_kernel<2>, eager_kernel<3>};
    for (int opcode = 1; opcode < CHX_N_OPCODES; ++opcode) {
        const ElementwiseOp& op = elementwise_op(opcode);
        states[opcode] = {
            loop_table().ops[opcode], parallel_grain(op.cost), static_cast<uint8_t>(opcode)};
        kernels.add(op.name,
                    op.version,
                    op.dtypes,
                    kElementwiseCaps,
                    kKernels[op.arity - 1],
                    &states[opcode]);
    }
    kernels.add(CHX_OP_FUSED_ELEMENTWISE,
                CHX_OP_FUSED_ELEMENTWISE_VERSION,
                kAllTypes,
                kElementwiseCaps,
                chx::kernel<&fused_elementwise>,
                nullptr,
                plan_program<chx_attrs_fused_elementwise>);
}

}  // namespace native
