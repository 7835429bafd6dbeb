// sum, prod, max, min, any and all over any axes and strides. How work is divided depends on shapes
// alone, so results do not depend on the number of threads.
#include <cstring>
#include <string>

#include <chx/ops/reduction.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/reduction_job.h"

namespace native {

void register_arg_reduction(KernelList& kernels);
void register_cumulative(KernelList& kernels);

namespace {

struct ReductionOp {
    const char* name;
    Reduction reduction;
    bool of_truth;  // reduces "is not zero" instead of the elements
};

// Fewer elements than this are not worth another thread.
constexpr int64_t kSliceElements = 64 * 1024;
constexpr int64_t kMaxSlices = 64;

template <class Acc>
class Reducer {
public:
    Reducer(const ReductionJob<Acc>& job, const ReductionLayout& layout)
        : job_(job),
          layout_(layout),
          n_kept_(layout.kept.numel()),
          n_reduced_(layout.reduced.numel()) {
        const Dimensions& kept = layout.kept;
        const Dimensions& reduced = layout.reduced;
        const int64_t column_stride = std::abs(kept.inner_stride());
        down_columns_ = kept.n > 0 && reduced.n > 0 && column_stride < reduced.inner_stride();
        constexpr int64_t kSize = sizeof(Acc);
        narrow_rows_ = down_columns_ && kept.n == 1 && reduced.n == 1 && job.direct() &&
                       kept.stride[0] == kSize && reduced.stride[0] == kept.extent[0] * kSize &&
                       kept.extent[0] <= kTile / 8;
    }

    void run(const chx_launch& launch, StoreBlock store, int64_t out_size, char* out) const {
        const int64_t n_slices = slices();
        if (n_slices > 1) {
            run_sliced(launch, n_slices, store, out);
            return;
        }
        const auto body = [&](int64_t begin, int64_t end, int32_t) {
            alignas(64) Acc results[kTile];
            for (int64_t at = begin; at < end; at += kTile) {
                const int64_t n = std::min(end - at, kTile);
                reduce_range(layout_, at, n, results);
                store(results, n, out + at * out_size);
            }
        };
        if (n_kept_ * n_reduced_ < kSliceElements) {
            body(0, n_kept_, 0);
        } else {
            const int64_t grain = std::max<int64_t>(1, kSliceElements / 2 / n_reduced_);
            parallel_for(n_kept_, down_columns_ ? std::max(grain, kTile) : grain, body);
        }
    }

private:
    static constexpr int64_t kTile = ReductionJob<Acc>::kTile;

    // In how many parts the outermost reduced dimension is cut, because there are too few results
    // to share out.
    int64_t slices() const {
        if (layout_.reduced.n == 0 || n_kept_ >= (down_columns_ ? 8 * kTile : 64)) {
            return 1;
        }
        const int64_t wanted = std::min(kMaxSlices, n_kept_ * n_reduced_ / kSliceElements);
        return std::min(wanted, layout_.reduced.extent[0]);
    }

    void run_sliced(const chx_launch& launch, int64_t n_slices, StoreBlock store, char* out) const {
        auto* partial = static_cast<Acc*>(
            chx::scratch(launch, static_cast<uint64_t>(n_slices * n_kept_) * sizeof(Acc)));
        const int64_t extent = layout_.reduced.extent[0];
        parallel_for(n_slices, 1, [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t slice = begin; slice < end; ++slice) {
                const int64_t first = extent * slice / n_slices;
                ReductionLayout part = layout_;
                part.reduced.extent[0] = extent * (slice + 1) / n_slices - first;
                part.data += first * part.reduced.stride[0];
                for (int64_t at = 0; at < n_kept_; at += kTile) {
                    const int64_t n = std::min(n_kept_ - at, kTile);
                    reduce_range(part, at, n, partial + slice * n_kept_ + at);
                }
            }
        });
        job_.accumulate(partial, partial + n_kept_, n_kept_, n_slices - 1, n_kept_);
        store(partial, n_kept_, out);
    }

    // Results number at .. at + n - 1, n <= kTile.
    void reduce_range(const ReductionLayout& layout, int64_t at, int64_t n, Acc* results) const {
        if (down_columns_) {
            reduce_down(layout, at, n, results);
            return;
        }
        const Dimensions& reduced = layout.reduced;
        const bool contiguous =
            reduced.n == 1 && reduced.stride[0] == static_cast<int64_t>(sizeof(Acc));
        if (job_.direct() && contiguous && layout.kept.n == 1) {
            const char* first = layout.data + at * layout.kept.stride[0];
            job_.reduce_rows(first, layout.kept.stride[0], n, reduced.extent[0], results);
            return;
        }
        Odometer odometer(layout.kept, at);
        for (int64_t i = 0; i < n; ++i) {
            results[i] = job_.reduce_one(layout.data + odometer.offset(), layout.reduced);
            odometer.next();
        }
    }

    void reduce_down(const ReductionLayout& layout, int64_t at, int64_t n, Acc* results) const {
        const Dimensions& kept = layout.kept;
        if (narrow_rows_) {
            const auto* x = reinterpret_cast<const Acc*>(layout.data);
            job_.reduce_narrow_rows(x, layout.reduced.extent[0], n, results);
            return;
        }
        for (int64_t i = 0; i < n;) {
            const int64_t some =
                std::min(n - i, kept.inner_extent() - (at + i) % kept.inner_extent());
            const char* first = layout.data + kept.offset_of(at + i);
            job_.reduce_columns(first, kept.inner_stride(), some, layout.reduced, results + i);
            i += some;
        }
    }

    const ReductionJob<Acc>& job_;
    const ReductionLayout& layout_;
    int64_t n_kept_, n_reduced_;
    bool down_columns_, narrow_rows_;
};

template <class Acc>
void reduce_as(const ReductionOp& op, const chx_launch& launch, const ReductionLayout& layout) {
    const chx_tensor& x = chx::input(launch, 0);
    chx_tensor& y = chx::output(launch, 0);
    const bool direct = !op.of_truth && is_wide(x.dtype);
    const ReductionJob<Acc> job(
        op.reduction, op.of_truth ? load_truth(x.dtype) : load_wide(x.dtype), direct);
    StoreBlock store = store_narrow(y.dtype);
    if (op.of_truth) {
        store = [](const void* from, int64_t n, void* to) {
            std::memcpy(to, from, static_cast<size_t>(n));
        };
    }
    const int64_t out_size = chx::item_size(y.dtype);
    char* out = chx::data<char>(y);
    if (x.numel == 0) {
        if (op.reduction == Reduction::kMax || op.reduction == Reduction::kMin) {
            if (!op.of_truth) {
                throw chx::Error(CHX_E_INVALID,
                                 std::string(op.name) +
                                     ": an axis to reduce has extent 0, where there " +
                                     "is no element to choose; reduce non-empty axes only");
            }
        }
        const Acc identity = op.of_truth ? Acc(op.reduction == Reduction::kMin) : job.identity();
        for (int64_t i = 0; i < y.numel; ++i) {
            store(&identity, 1, out + i * out_size);
        }
        return;
    }
    Reducer<Acc>(job, layout).run(launch, store, out_size, out);
}

float combine(Reduction reduction, float a, float b) {
    switch (reduction) {
        case Reduction::kSum:
            return a + b;
        case Reduction::kProd:
            return a * b;
        case Reduction::kMax:
            return b > a || b != b ? b : a;
        default:
            return b < a || b != b ? b : a;
    }
}

// A handful of contiguous floats to one, or the rows of a small matrix to one: without any set-up. False: they are neither.
bool reduce_few(const ReductionOp& op, const chx_launch& launch) {
    constexpr int64_t kFew = 16, kFewInRows = 256;
    const chx_tensor& x = chx::input(launch, 0);
    chx_tensor& y = chx::output(launch, 0);
    if (x.dtype.code != CHX_DT_FLOAT || x.dtype.bits != 32 || op.of_truth || x.numel == 0 ||
        x.numel > kFewInRows || !chx::is_contiguous(x)) {
        return false;
    }
    const auto* from = chx::data<const float>(x);
    auto* to = chx::data<float>(y);
    if (y.numel == 1 && x.numel <= kFew) {
        float result = from[0];
        for (int64_t i = 1; i < x.numel; ++i) {
            result = combine(op.reduction, result, from[i]);
        }
        *to = result;
        return true;
    }
    const auto& attrs = chx::attrs<chx_attrs_sum>(launch);
    if (x.ndim != 2 || attrs.n_axes != 1 || attrs.axes[0] != 0 || x.shape[0] > kFew) {
        return false;
    }
    const int64_t n = x.shape[1];
    std::memcpy(to, from, static_cast<size_t>(n) * sizeof(float));
    for (int64_t i = 1; i < x.shape[0]; ++i) {
        from += n;
        for (int64_t j = 0; j < n; ++j) {
            to[j] = combine(op.reduction, to[j], from[j]);
        }
    }
    return true;
}

void reduce(const ReductionOp& op, const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    chx_tensor& y = chx::output(launch, 0);
    if (y.numel == 0 || reduce_few(op, launch)) {
        return;
    }
    // The attributes of all these ops have one layout.
    const auto& attrs = chx::attrs<chx_attrs_sum>(launch);
    const ReductionLayout layout = reduction_layout(x, attrs.axes, attrs.n_axes);
    if (op.of_truth) {
        reduce_as<uint8_t>(op, launch, layout);
        return;
    }
    switch (x.dtype.code) {
        case CHX_DT_BOOL:
        case CHX_DT_INT:
            reduce_as<int64_t>(op, launch, layout);
            break;
        case CHX_DT_UINT:
            reduce_as<uint64_t>(op, launch, layout);
            break;
        case CHX_DT_COMPLEX:
            x.dtype.bits == 64 ? reduce_as<complex64>(op, launch, layout)
                               : reduce_as<complex128>(op, launch, layout);
            break;
        default:
            x.dtype.bits == 64 ? reduce_as<double>(op, launch, layout)
                               : reduce_as<float>(op, launch, layout);
    }
}

}  // namespace

void register_reduction(KernelList& kernels) {
    static ReductionOp sum{"sum", Reduction::kSum, false}, prod{"prod", Reduction::kProd, false};
    static ReductionOp max{"max", Reduction::kMax, false}, min{"min", Reduction::kMin, false};
    static ReductionOp any{"any", Reduction::kMax, true}, all{"all", Reduction::kMin, true};
    constexpr uint64_t kCaps = kPlainCaps | CHX_K_STRIDED_IN;
    const auto fn = chx::kernel<&reduce>;
    kernels.add(CHX_OP_SUM, CHX_OP_SUM_VERSION, kAllTypes, kCaps, fn, &sum);
    kernels.add(CHX_OP_PROD, CHX_OP_PROD_VERSION, kAllTypes, kCaps, fn, &prod);
    kernels.add(CHX_OP_MAX, CHX_OP_MAX_VERSION, kRealTypes, kCaps, fn, &max);
    kernels.add(CHX_OP_MIN, CHX_OP_MIN_VERSION, kRealTypes, kCaps, fn, &min);
    kernels.add(CHX_OP_ANY, CHX_OP_ANY_VERSION, kAllTypes, kCaps, fn, &any);
    kernels.add(CHX_OP_ALL, CHX_OP_ALL_VERSION, kAllTypes, kCaps, fn, &all);
    register_arg_reduction(kernels);
    register_cumulative(kernels);
}

}  // namespace native
