// chx.fused_reduction: an element-wise program evaluated slab by slab, each reduced while it is in the cache.
#include <algorithm>
#include <string>

#include <chx/ops/fused.h>

#include "elementwise_plan.h"
#include "host.h"
#include "kernel_list.h"
#include "kernels/reducer.h"

namespace native {
namespace {

// Elements of a slab: its memory fits the second-level cache, and setting it up is little of the work.
constexpr int64_t kSlab = 16 * 1024;
constexpr int64_t kMaxParts = 64;
// Elements that the stack has room for, twice.
constexpr int64_t kFew = 512;

// The operand's dimensions cut into slabs: some indexes of one dimension, all of the later ones, one index of the earlier.
template <class T>
class FusedReduction {
public:
    explicit FusedReduction(const chx_launch& launch)
        : launch_(launch),
          attrs_(chx::attrs<chx_attrs_fused_reduction>(launch)),
          program_(planned_program(launch)),
          reduction_(kReductions[attrs_.reduction - 1]),
          job_(reduction_, load_wide(chx::output(launch, 0).dtype), true) {
        find_shape();
        find_slabs();
    }

    void run(T* out) const {
        const int64_t n_out = chx::output(launch_, 0).numel;
        if (numel_ == 0) {
            std::fill(out, out + n_out, job_.identity());
            return;
        }
        const int64_t parts = n_parts(n_out);
        if (parts == 1) {
            run_slabs(0, n_slabs_, out);
            return;
        }
        if (!is_reduced_[0] && cut_ > 0) {
            // Results of different first indexes are apart.
            const int64_t slabs_of_first = n_slabs_ / shape_[0];
            parallel_for(shape_[0], 1, [&](int64_t begin, int64_t end, int32_t) {
                run_slabs(begin * slabs_of_first, end * slabs_of_first, out);
            });
            return;
        }
        auto* partial = static_cast<T*>(
            chx::scratch(launch_, static_cast<uint64_t>(parts * n_out) * sizeof(T)));
        parallel_for(parts, 1, [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t part = begin; part < end; ++part) {
                T* own = partial + part * n_out;
                std::fill(own, own + n_out, job_.identity());
                run_slabs(n_slabs_ * part / parts, n_slabs_ * (part + 1) / parts, own);
            }
        });
        std::fill(out, out + n_out, job_.identity());
        job_.accumulate(out, partial, n_out, parts, n_out);
    }

private:
    static constexpr Reduction kReductions[] = {
        Reduction::kSum, Reduction::kProd, Reduction::kMax, Reduction::kMin};

    void find_shape() {
        for (int k = 0; k < launch_.n_in; ++k) {
            if (launch_.in[k]->ndim >= ndim_) {
                ndim_ = launch_.in[k]->ndim;
                shape_ = launch_.in[k]->shape;
            }
        }
        for (int64_t i = 0; i < attrs_.n_axes; ++i) {
            is_reduced_[attrs_.axes[i]] = true;
        }
        for (int d = 0; d < ndim_; ++d) {
            numel_ *= shape_[d];
        }
        int64_t stride = 1;
        for (int d = ndim_ - 1; d >= 0; --d) {
            out_strides_[d] = is_reduced_[d] ? 0 : stride;
            stride *= is_reduced_[d] ? 1 : shape_[d];
        }
    }

    void find_slabs() {
        int64_t inner = 1;
        cut_ = ndim_ - 1;
        while (cut_ > 0 && inner * shape_[cut_] <= kSlab / 2) {
            inner *= shape_[cut_--];
        }
        if (ndim_ == 0) {
            n_slabs_ = 1;
            return;
        }
        step_ = std::clamp<int64_t>(
            kSlab / std::max<int64_t>(inner, 1), 1, std::max<int64_t>(shape_[cut_], 1));
        n_cuts_ = (shape_[cut_] + step_ - 1) / step_;
        n_slabs_ = n_cuts_;
        for (int d = 0; d < cut_; ++d) {
            n_slabs_ *= shape_[d];
            is_split_ = is_split_ || is_reduced_[d];
        }
        is_split_ = is_split_ || (is_reduced_[cut_] && n_cuts_ > 1);
    }

    int64_t n_parts(int64_t n_out) const {
        if (numel_ < 4 * kSlab) {
            return 1;
        }
        return std::clamp<int64_t>(std::min(n_slabs_, numel_ / (4 * n_out)), 1, kMaxParts);
    }

    void run_slabs(int64_t begin, int64_t end, T* out) const {
        if (numel_ <= kFew) {
            alignas(64) T few[2 * kFew];
            run_slab(0, few, few + kFew, out);
            return;
        }
        const HostBuffer buffer(static_cast<uint64_t>(2 * kSlab) * sizeof(T));
        for (int64_t slab = begin; slab < end; ++slab) {
            run_slab(slab, buffer.as<T>(), buffer.as<T>() + kSlab, out);
        }
    }

    // values, results: room for a slab each.
    void run_slab(int64_t slab, T* values, T* results, T* out) const {
        int64_t index[CHX_MAX_NDIM] = {};
        int64_t extent[CHX_MAX_NDIM];
        int64_t rest = slab / std::max<int64_t>(n_cuts_, 1);
        for (int d = cut_ - 1; d >= 0; --d) {
            index[d] = rest % shape_[d];
            rest /= shape_[d];
        }
        int64_t out_offset = 0;
        int64_t n_results = 1;
        for (int d = 0; d < ndim_; ++d) {
            extent[d] = d < cut_ ? 1 : shape_[d];
            if (d == cut_) {
                index[d] = slab % n_cuts_ * step_;
                extent[d] = std::min(step_, shape_[d] - index[d]);
            }
            out_offset += index[d] * out_strides_[d];
            n_results *= is_reduced_[d] ? 1 : extent[d];
        }
        int64_t strides[CHX_MAX_NDIM];
        const chx_tensor x = evaluate(index, extent, strides, values);
        const ReductionLayout layout = reduction_layout(x, attrs_.axes, attrs_.n_axes);
        const Reducer<T> reducer(job_, layout);
        T* const to = out + out_offset;
        if (!is_split_) {
            reducer.run_here(to);
            return;
        }
        // The first slab of a result finds nothing there yet, unless others share it in parts.
        reducer.run_here(results);
        if (is_first(index) && out == chx::data<T>(chx::output(launch_, 0))) {
            std::copy(results, results + n_results, to);
        } else {
            job_.accumulate(to, results, n_results, 1, n_results);
        }
    }

    bool is_first(const int64_t* index) const {
        for (int d = 0; d <= cut_; ++d) {
            if (is_reduced_[d] && index[d] != 0) {
                return false;
            }
        }
        return true;
    }

    // The program's results for a slab, row-major in the buffer.
    chx_tensor evaluate(const int64_t* index,
                        const int64_t* extent,
                        int64_t* strides,
                        T* to) const {
        chx_tensor operands[CHX_PROGRAM_MAX_INPUTS];
        const chx_tensor* pointers[CHX_PROGRAM_MAX_INPUTS];
        int64_t numel = 1;
        for (int d = ndim_ - 1; d >= 0; --d) {
            strides[d] = numel;
            numel *= extent[d];
        }
        for (int k = 0; k < launch_.n_in; ++k) {
            operands[k] = *launch_.in[k];
            pointers[k] = &operands[k];
            if (operands[k].ndim != ndim_ || ndim_ == 0) {
                continue;
            }
            int64_t offset = 0;
            for (int d = 0; d < ndim_; ++d) {
                offset += index[d] * operands[k].strides[d];
            }
            operands[k].byte_offset +=
                static_cast<uint64_t>(offset * chx::item_size(operands[k].dtype));
            operands[k].shape = extent;
            operands[k].numel = numel;
            if (n_slabs_ > 1 && numel != numel_) {
                operands[k].flags &= ~uint64_t{CHX_T_CONTIGUOUS};
            }
        }
        chx_tensor values = chx::output(launch_, 0);
        values.data = to;
        values.byte_offset = 0;
        values.ndim = ndim_;
        values.shape = extent;
        values.strides = strides;
        values.numel = numel;
        values.flags = CHX_T_CONTIGUOUS;
        program_.run(pointers, values);
        return values;
    }

    const chx_launch& launch_;
    const chx_attrs_fused_reduction& attrs_;
    const ElementwiseProgram& program_;
    Reduction reduction_;
    ReductionJob<T> job_;
    int ndim_ = 0;
    const int64_t* shape_ = nullptr;
    bool is_reduced_[CHX_MAX_NDIM] = {};
    int64_t out_strides_[CHX_MAX_NDIM];
    int64_t numel_ = 1;
    int cut_ = 0;                    // the dimension that slabs cut
    int64_t step_ = 1, n_cuts_ = 1;  // indexes of it in a slab, and slabs along it
    int64_t n_slabs_ = 1;
    bool is_split_ = false;  // results come from several slabs
};

chx_status plan_reduction(void* state, const chx_launch* launch, chx_plan* plan) {
    const int32_t reduction = chx::attrs<chx_attrs_fused_reduction>(*launch).reduction;
    if (reduction < CHX_FUSED_REDUCTION_REDUCTION_SUM ||
        reduction > CHX_FUSED_REDUCTION_REDUCTION_MIN) {
        return chx::guard([&] {
            throw chx::Error(
                CHX_E_UNIMPLEMENTED,
                "chx.fused_reduction: there is no reduction " + std::to_string(reduction));
        });
    }
    return plan_program<chx_attrs_fused_reduction>(state, launch, plan);
}

void fused_reduction(const chx_launch& launch) {
    chx_tensor& y = chx::output(launch, 0);
    if (y.numel == 0) {
        return;
    }
    if (y.dtype.bits == 64) {
        FusedReduction<double>(launch).run(chx::data<double>(y));
    } else {
        FusedReduction<float>(launch).run(chx::data<float>(y));
    }
}

}  // namespace

void register_fused_reduction(KernelList& kernels) {
    kernels.add(CHX_OP_FUSED_REDUCTION,
                CHX_OP_FUSED_REDUCTION_VERSION,
                "f32 f64",
                kPlainCaps | CHX_K_STRIDED_IN | CHX_K_HOST_SCALAR,
                chx::kernel<&fused_reduction>,
                nullptr,
                plan_reduction);
}

}  // namespace native
