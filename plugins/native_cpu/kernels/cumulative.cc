// cumsum and cumprod: partial sums and products along one axis, in the type that sums add up in.
#include <algorithm>

#include <chx/ops/reduction.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/element_block.h"
#include "kernels/reduction_layout.h"
#include "scalar_types.h"

namespace native {
namespace {

constexpr int64_t kBlock = 512;

// Integers wrap around.
struct Sum {
    static constexpr int kStart = 0;
    template <class Acc>
    static Acc apply(Acc a, Acc b) {
        if constexpr (std::is_same_v<Acc, int64_t>) {
            return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
        } else {
            return a + b;
        }
    }
};
struct Product {
    static constexpr int kStart = 1;
    template <class Acc>
    static Acc apply(Acc a, Acc b) {
        if constexpr (std::is_same_v<Acc, int64_t>) {
            return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
        } else if constexpr (is_complex_v<Acc>) {
            return Acc(a.real() * b.real() - a.imag() * b.imag(),
                       a.real() * b.imag() + a.imag() * b.real());
        } else {
            return a * b;
        }
    }
};

// x (outer, n, inner), y the same and contiguous; only the strides of x vary.
template <class Op, class Acc>
struct Cumulative {
    LoadBlock load;
    StoreBlock store;
    Dimensions outer, inner;  // of x
    const char* x;
    char* y;
    int64_t n, stride, n_inner, out_size;

    // inner has one element.
    void along_row(int64_t row) const {
        const char* from = x + outer.offset_of(row);
        char* to = y + row * n * out_size;
        alignas(64) Acc block[kBlock];
        Acc total = static_cast<Acc>(Op::kStart);
        for (int64_t i = 0; i < n; i += kBlock) {
            const int64_t some = std::min(n - i, kBlock);
            load(from + i * stride, stride, some, block);
            for (int64_t j = 0; j < some; ++j) {
                total = Op::apply(total, block[j]);
                block[j] = total;
            }
            store(block, some, to + i * out_size);
        }
    }

    // Columns first .. first + some - 1 of slab `row`; some <= kBlock, within one run of x.
    void down_columns(int64_t row, int64_t first, int64_t some) const {
        const char* from = x + outer.offset_of(row) + inner.offset_of(first);
        char* to = y + (row * n * n_inner + first) * out_size;
        alignas(64) Acc total[kBlock], block[kBlock];
        std::fill_n(total, some, static_cast<Acc>(Op::kStart));
        for (int64_t i = 0; i < n; ++i) {
            load(from + i * stride, inner.inner_stride(), some, block);
            for (int64_t j = 0; j < some; ++j) {
                total[j] = Op::apply(total[j], block[j]);
            }
            store(total, some, to + i * n_inner * out_size);
        }
    }

    void run() const {
        const int64_t columns = outer.numel() * n_inner;
        const auto body = [&](int64_t begin, int64_t end, int32_t) {
            if (n_inner == 1) {
                for (int64_t row = begin; row < end; ++row) {
                    along_row(row);
                }
                return;
            }
            for (int64_t at = begin; at < end;) {
                const int64_t first = at % n_inner;
                const int64_t run_left = inner.inner_extent() - first % inner.inner_extent();
                const int64_t some = std::min({end - at, run_left, kBlock});
                down_columns(at / n_inner, first, some);
                at += some;
            }
        };
        constexpr int64_t kGrainElements = 32 * 1024;
        if (columns * n < 2 * kGrainElements) {
            body(0, columns, 0);
        } else {
            parallel_for(
                columns, std::max<int64_t>(n_inner == 1 ? 1 : kBlock, kGrainElements / n), body);
        }
    }
};

template <class Op, class Acc>
void cumulate_as(const chx_tensor& x, chx_tensor& y, int64_t axis) {
    Cumulative<Op, Acc> scan{};
    scan.load = load_wide(x.dtype);
    scan.store = store_narrow(y.dtype);
    scan.x = chx::data<const char>(x);
    scan.y = chx::data<char>(y);
    scan.n = x.shape[axis];
    scan.stride = x.strides[axis] * chx::item_size(x.dtype);
    scan.out_size = chx::item_size(y.dtype);
    for (int d = 0; d < x.ndim; ++d) {
        if (d != axis && x.shape[d] != 1) {
            (d < axis ? scan.outer : scan.inner)
                .push(x.shape[d], x.strides[d] * chx::item_size(x.dtype));
        }
    }
    scan.n_inner = scan.inner.numel();
    scan.run();
}

template <class Op, class Attrs>
void cumulate(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    chx_tensor& y = chx::output(launch, 0);
    if (x.numel == 0) {
        return;
    }
    const int64_t axis = chx::attrs<Attrs>(launch).axis;
    switch (x.dtype.code) {
        case CHX_DT_BOOL:
        case CHX_DT_INT:
            cumulate_as<Op, int64_t>(x, y, axis);
            break;
        case CHX_DT_UINT:
            cumulate_as<Op, uint64_t>(x, y, axis);
            break;
        case CHX_DT_COMPLEX:
            x.dtype.bits == 64 ? cumulate_as<Op, complex64>(x, y, axis)
                               : cumulate_as<Op, complex128>(x, y, axis);
            break;
        default:
            x.dtype.bits == 64 ? cumulate_as<Op, double>(x, y, axis)
                               : cumulate_as<Op, float>(x, y, axis);
    }
}

}  // namespace

void register_cumulative(KernelList& kernels) {
    kernels.add(CHX_OP_CUMSUM,
                CHX_OP_CUMSUM_VERSION,
                kAllTypes,
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&cumulate<Sum, chx_attrs_cumsum>>);
    kernels.add(CHX_OP_CUMPROD,
                CHX_OP_CUMPROD_VERSION,
                kAllTypes,
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&cumulate<Product, chx_attrs_cumprod>>);
}

}  // namespace native
