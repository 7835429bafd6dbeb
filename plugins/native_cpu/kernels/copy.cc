// Kernel of chx.copy: any dtype and layout to any other.
#include <cstring>

#include <chx/ops/manipulation.h>

#include "elementwise_engine.h"
#include "elementwise_ops.h"
#include "host.h"
#include "kernel_list.h"
#include "loop_table.h"
#include "strided.h"
#include "strided_copy.h"

namespace native {
namespace {

constexpr int64_t kGrain = 65536;

int checked_type(chx_dtype dtype) {
    const int type = chx::type_code(dtype);
    if (type < 0) {
        throw chx::Error(CHX_E_UNIMPLEMENTED, "chx.copy: a dtype without arithmetic");
    }
    return type;
}

void copy_contiguous(const chx_tensor& x, const chx_tensor& y, Loop cast) {
    const int64_t from_size = chx::item_size(x.dtype);
    const int64_t to_size = chx::item_size(y.dtype);
    const char* const from = chx::data<char>(x);
    char* const to = chx::data<char>(y);
    const auto copy = [&](int64_t begin, int64_t end, int32_t) {
        if (cast == nullptr) {
            std::memcpy(to + begin * to_size,
                        from + begin * from_size,
                        static_cast<size_t>((end - begin) * to_size));
        } else {
            cast(from + begin * from_size, nullptr, nullptr, to + begin * to_size, end - begin);
        }
    };
    if (y.numel <= kGrain) {
        copy(0, y.numel, 0);
    } else {
        parallel_for(y.numel, kGrain, copy);
    }
}

void copy_strided(const chx_tensor& x, const chx_tensor& y) {
    StridedLoop loop(y);
    loop.add(y);
    loop.add(x);
    loop.collapse();
    copy_elements(loop, chx::item_size(y.dtype));
}

void cast_strided(const chx_tensor& x, const chx_tensor& y, int from, int to) {
    chx_program program;
    program.n_in = 1;
    program.n_instructions = 1;
    program.code[0] = {
        CHX_OPCODE_CAST, static_cast<uint8_t>(from), static_cast<uint8_t>(to), 0, 0, 0, 0};
    const auto type = static_cast<uint8_t>(from);
    const chx_tensor* const inputs[] = {&x};
    ElementwiseProgram(program, &type).run(inputs, y);
}

void copy(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const chx_tensor& y = chx::output(launch, 0);
    if (y.numel == 0) {
        return;
    }
    const bool same = chx::same_dtype(x.dtype, y.dtype);
    const bool contiguous = chx::is_contiguous(x) && chx::is_contiguous(y) && x.numel == y.numel;
    if (same) {
        // Held in any dtype, even those without arithmetic.
        contiguous ? copy_contiguous(x, y, nullptr) : copy_strided(x, y);
        return;
    }
    const int from = checked_type(x.dtype);
    const int to = checked_type(y.dtype);
    if (contiguous) {
        copy_contiguous(x, y, loop_table().casts[from][to]);
    } else {
        cast_strided(x, y, from, to);
    }
}

}  // namespace

void register_copy(KernelList& kernels) {
    kernels.add(CHX_OP_COPY, CHX_OP_COPY_VERSION, kAllTypes, kElementwiseCaps, chx::kernel<&copy>);
}

}  // namespace native
