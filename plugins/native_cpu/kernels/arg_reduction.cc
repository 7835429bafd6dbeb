// argmax and argmin along one axis: the best value of each block by the vector reductions, then
// where it is.
#include <string>

#include <chx/ops/reduction.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/reduction_job.h"

namespace native {
namespace {

struct ArgOp {
    const char* name;
    Reduction reduction;
};

// Whether x comes before best: NaN before everything, except another NaN.
template <bool greatest, class T>
bool beats(T x, T best) {
    return (greatest ? x > best : x < best) || (x != x && best == best);
}

template <class T>
bool is_nan(T x) {
    return x != x;
}

template <class Acc, bool greatest>
class ArgReducer {
public:
    ArgReducer(LoadBlock load, bool direct) : load_(load), direct_(direct) {}

    // Along n elements, `stride` bytes apart.
    int64_t along_row(const char* at, int64_t n, int64_t stride) const {
        const auto row = reduce_kernels<Acc>()
                             .row[static_cast<int>(greatest ? Reduction::kMax : Reduction::kMin)];
        alignas(64) Acc buffer[kBlock];
        Acc best{};
        int64_t best_block = -1;
        for (int64_t i = 0; i < n; i += kBlock) {
            const int64_t some = std::min(n - i, kBlock);
            const Acc value = row(block(at + i * stride, some, stride, buffer), some);
            if (best_block < 0 || beats<greatest>(value, best)) {
                best = value;
                best_block = i;
                if (is_nan(best)) {
                    break;
                }
            }
        }
        const Acc* x =
            block(at + best_block * stride, std::min(n - best_block, kBlock), stride, buffer);
        int64_t i = 0;
        while (is_nan(best) ? !is_nan(x[i]) : x[i] != best) {
            ++i;
        }
        return best_block + i;
    }

    // Along `rows` rows for n <= kBlock columns at once.
    void down_columns(const char* at,
                      int64_t column_stride,
                      int64_t n,
                      int64_t row_stride,
                      int64_t rows,
                      int64_t* out) const {
        alignas(64) Acc best[kBlock], buffer[kBlock];
        const Acc* first = block(at, n, column_stride, buffer);
        std::copy(first, first + n, best);
        std::fill(out, out + n, 0);
        for (int64_t r = 1; r < rows; ++r) {
            const Acc* x = block(at + r * row_stride, n, column_stride, buffer);
            for (int64_t j = 0; j < n; ++j) {
                const bool better = beats<greatest>(x[j], best[j]);
                best[j] = better ? x[j] : best[j];
                out[j] = better ? r : out[j];
            }
        }
    }

    static constexpr int64_t kBlock = 512;

private:
    const Acc* block(const char* at, int64_t n, int64_t stride, Acc* buffer) const {
        if (direct_ && stride == static_cast<int64_t>(sizeof(Acc))) {
            return reinterpret_cast<const Acc*>(at);
        }
        load_(at, stride, n, buffer);
        return buffer;
    }

    LoadBlock load_;
    bool direct_;
};

template <class Acc, bool greatest>
void arg_reduce_as(const ReductionLayout& layout, chx_dtype dtype, int64_t* out, int64_t n_out) {
    using Reducer = ArgReducer<Acc, greatest>;
    const Reducer reducer(load_wide(dtype), is_wide(dtype));
    const Dimensions& kept = layout.kept;
    const int64_t n = layout.reduced.inner_extent();
    const int64_t stride = layout.reduced.inner_stride();
    const bool down = kept.n > 0 && std::abs(kept.inner_stride()) < std::abs(stride);
    const auto body = [&](int64_t begin, int64_t end, int32_t) {
        if (!down) {
            Odometer odometer(kept, begin);
            for (int64_t i = begin; i < end; ++i, odometer.next()) {
                out[i] = reducer.along_row(layout.data + odometer.offset(), n, stride);
            }
            return;
        }
        for (int64_t i = begin; i < end;) {
            const int64_t left = kept.inner_extent() - i % kept.inner_extent();
            const int64_t some = std::min({end - i, left, Reducer::kBlock});
            const char* first = layout.data + kept.offset_of(i);
            reducer.down_columns(first, kept.inner_stride(), some, stride, n, out + i);
            i += some;
        }
    };
    constexpr int64_t kGrainElements = 32 * 1024;
    if (n * n_out < 2 * kGrainElements) {
        body(0, n_out, 0);
    } else {
        parallel_for(
            n_out, std::max<int64_t>(down ? Reducer::kBlock : 1, kGrainElements / n), body);
    }
}

template <bool greatest>
void arg_reduce(const ArgOp& op, const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    chx_tensor& y = chx::output(launch, 0);
    if (y.numel == 0) {
        return;
    }
    if (x.numel == 0) {
        throw chx::Error(CHX_E_INVALID,
                         std::string(op.name) +
                             ": the axis has extent 0, where there is no element to " +
                             "choose; reduce a non-empty axis");
    }
    // The attributes of all reductions have one layout.
    const auto& attrs = chx::attrs<chx_attrs_argmax>(launch);
    ReductionLayout layout = reduction_layout(x, nullptr, 0);
    if (attrs.n_axes == 1) {
        const int64_t axis = attrs.axes[0];
        layout = reduction_layout(x, &axis, 1);
        layout.data = chx::data<const char>(x);
        layout.reduced.n = 0;
        layout.reduced.push(x.shape[axis], x.strides[axis] * chx::item_size(x.dtype));
    }
    auto* out = chx::data<int64_t>(y);
    switch (x.dtype.code) {
        case CHX_DT_BOOL:
        case CHX_DT_INT:
            arg_reduce_as<int64_t, greatest>(layout, x.dtype, out, y.numel);
            break;
        case CHX_DT_UINT:
            arg_reduce_as<uint64_t, greatest>(layout, x.dtype, out, y.numel);
            break;
        default:
            x.dtype.bits == 64 ? arg_reduce_as<double, greatest>(layout, x.dtype, out, y.numel)
                               : arg_reduce_as<float, greatest>(layout, x.dtype, out, y.numel);
    }
}

}  // namespace

void register_arg_reduction(KernelList& kernels) {
    static ArgOp argmax{"argmax", Reduction::kMax}, argmin{"argmin", Reduction::kMin};
    constexpr uint64_t kCaps = kPlainCaps | CHX_K_STRIDED_IN;
    kernels.add(CHX_OP_ARGMAX,
                CHX_OP_ARGMAX_VERSION,
                kRealTypes,
                kCaps,
                chx::kernel<&arg_reduce<true>>,
                &argmax);
    kernels.add(CHX_OP_ARGMIN,
                CHX_OP_ARGMIN_VERSION,
                kRealTypes,
                kCaps,
                chx::kernel<&arg_reduce<false>>,
                &argmin);
}

}  // namespace native
