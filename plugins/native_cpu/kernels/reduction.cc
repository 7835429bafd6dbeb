// sum, mean, prod, max, min, any and all over any axes and strides. How work is divided depends on shapes
// alone, so results do not depend on the number of threads.
#include <cstring>
#include <string>

#include <chx/ops/reduction.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/reducer.h"

namespace native {

void register_arg_reduction(KernelList& kernels);
void register_cumulative(KernelList& kernels);

namespace {

struct ReductionOp {
    const char* name;
    Reduction reduction;
    bool of_truth = false;  // reduces "is not zero" instead of the elements
    bool is_mean = false;
};

template <class Acc>
void reduce_as(const ReductionOp& op, const chx_launch& launch, const ReductionLayout& layout) {
    const chx_tensor& x = chx::input(launch, 0);
    chx_tensor& y = chx::output(launch, 0);
    const bool direct = !op.of_truth && is_wide(x.dtype);
    ReductionJob<Acc> job(
        op.reduction, op.of_truth ? load_truth(x.dtype) : load_wide(x.dtype), direct);
    if (op.is_mean) {
        job.divide_by(x.numel / y.numel);
    }
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
        Acc identity = op.of_truth ? Acc(op.reduction == Reduction::kMin) : job.identity();
        job.finish(&identity, 1);  // a mean of nothing is not a number
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
        *to = op.is_mean ? result / static_cast<float>(x.numel) : result;
        return true;
    }
    const auto& attrs = chx::attrs<chx_attrs_sum>(launch);
    if (op.is_mean || x.ndim != 2 || attrs.n_axes != 1 || attrs.axes[0] != 0 || x.shape[0] > kFew) {
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
    static ReductionOp sum{"sum", Reduction::kSum}, prod{"prod", Reduction::kProd};
    static ReductionOp max{"max", Reduction::kMax}, min{"min", Reduction::kMin};
    static ReductionOp mean{"mean", Reduction::kSum, false, true};
    static ReductionOp any{"any", Reduction::kMax, true}, all{"all", Reduction::kMin, true};
    constexpr uint64_t kCaps = kPlainCaps | CHX_K_STRIDED_IN;
    const auto fn = chx::kernel<&reduce>;
    kernels.add(CHX_OP_SUM, CHX_OP_SUM_VERSION, kAllTypes, kCaps, fn, &sum);
    kernels.add(CHX_OP_MEAN, CHX_OP_MEAN_VERSION, kFloatComplexTypes, kCaps, fn, &mean);
    kernels.add(CHX_OP_PROD, CHX_OP_PROD_VERSION, kAllTypes, kCaps, fn, &prod);
    kernels.add(CHX_OP_MAX, CHX_OP_MAX_VERSION, kRealTypes, kCaps, fn, &max);
    kernels.add(CHX_OP_MIN, CHX_OP_MIN_VERSION, kRealTypes, kCaps, fn, &min);
    kernels.add(CHX_OP_ANY, CHX_OP_ANY_VERSION, kAllTypes, kCaps, fn, &any);
    kernels.add(CHX_OP_ALL, CHX_OP_ALL_VERSION, kAllTypes, kCaps, fn, &all);
    register_arg_reduction(kernels);
    register_cumulative(kernels);
}

}  // namespace native
