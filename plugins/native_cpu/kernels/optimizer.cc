// Kernels of the optimizers: one pass over all operands; results may be the operands' own memory.
#include <algorithm>

#include <chx/ops/optimizer.h>

#include "host.h"
#include "kernel_list.h"
#include "loop_table.h"
#include "optimizer_loops.h"
#include "strided.h"
#include "strided_copy.h"

namespace native {
namespace {

constexpr int64_t kGrain = 16384;
constexpr int64_t kBlock = 512;
constexpr int kMaxIn = 8, kMaxOut = 3;

struct Optimizer {
    OptimizerLoops loops;
    int n_in, n_out;
};

bool is_constant(const StridedLoop& loop, int operand) {
    for (int d = 0; d < loop.ndim(); ++d) {
        if (loop.stride(operand, d) != 0) {
            return false;
        }
    }
    return true;
}

// Brings operands of any layout and floating-point dtype into blocks of T and results back.
template <class Stored, class T>
class OptimizerRun {
public:
    OptimizerRun(const Optimizer& optimizer, OptimizerLoop body, const chx_launch& launch)
        : optimizer_(optimizer), body_(body), loop_(*launch.out[0]) {
        for (int k = 0; k < optimizer.n_out; ++k) {
            wanted_[k] = launch.out[k] != nullptr;
            loop_.add(wanted_[k] ? *launch.out[k] : *launch.out[0]);
        }
        for (int k = 0; k < optimizer.n_in; ++k) {
            loop_.add(*launch.in[k]);
        }
        loop_.collapse();
    }

    void run() const {
        parallel_for(loop_.numel(), kGrain, [this](int64_t begin, int64_t end, int32_t) {
            run_range(begin, end);
        });
    }

private:
    static constexpr bool kConverts = !std::is_same_v<Stored, T>;
    static constexpr auto kSize = static_cast<int64_t>(sizeof(Stored));

    void run_range(int64_t begin, int64_t end) const {
        alignas(64) T in_blocks[kMaxIn][kBlock];
        alignas(64) T out_blocks[kMaxOut][kBlock];
        for (int k = 0; k < optimizer_.n_in; ++k) {
            if (is_constant(loop_, optimizer_.n_out + k)) {
                load(in_blocks[k],
                     loop_.data(optimizer_.n_out + k),
                     0,
                     std::min(kBlock, loop_.inner_extent()));
            }
        }
        loop_.for_each(begin, end, [&](char* const* at, int64_t n) {
            for (int64_t done = 0; done < n; done += kBlock) {
                run_block(in_blocks, out_blocks, at, done, std::min(kBlock, n - done));
            }
        });
    }

    void run_block(T (*in_blocks)[kBlock],
                   T (*out_blocks)[kBlock],
                   char* const* at,
                   int64_t done,
                   int64_t n) const {
        const void* in[kMaxIn];
        void* out[kMaxOut];
        for (int k = 0; k < optimizer_.n_in; ++k) {
            const int operand = optimizer_.n_out + k;
            const int64_t stride = loop_.inner_stride(operand);
            const char* const from = at[operand] + done * stride;
            in[k] = in_blocks[k];
            if (!kConverts && stride == kSize) {
                in[k] = from;
            } else if (!is_constant(loop_, operand)) {
                load(in_blocks[k], from, stride, n);
            }
        }
        for (int k = 0; k < optimizer_.n_out; ++k) {
            const bool direct = !kConverts && wanted_[k] && loop_.inner_stride(k) == kSize;
            out[k] = direct ? static_cast<void*>(at[k] + done * kSize) : out_blocks[k];
        }
        body_(in, out, n);
        for (int k = 0; k < optimizer_.n_out; ++k) {
            if (wanted_[k] && out[k] == out_blocks[k]) {
                store(
                    at[k] + done * loop_.inner_stride(k), loop_.inner_stride(k), out_blocks[k], n);
            }
        }
    }

    static void load(T* to, const char* from, int64_t stride, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
            to[i] = convert<T>(*reinterpret_cast<const Stored*>(from + i * stride));
        }
    }
    static void store(char* to, int64_t stride, const T* from, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
            *reinterpret_cast<Stored*>(to + i * stride) = convert<Stored>(from[i]);
        }
    }

    const Optimizer& optimizer_;
    OptimizerLoop body_;
    StridedLoop loop_;
    bool wanted_[kMaxOut] = {};
};

// Brings the elements of a matrix of any strides together.
template <class T>
[[gnu::noinline]] void load_matrix(const chx_tensor& x, T* to) {
    const auto* from = chx::data<const T>(x);
    for (int64_t i = 0; i < x.shape[0]; ++i) {
        for (int64_t j = 0; j < x.shape[1]; ++j) {
            *to++ = from[i * x.strides[0] + j * x.strides[1]];
        }
    }
}

// A few elements into contiguous results, with one lr and the like for all: without any set-up. The
// first n_arrays operands have the parameter's shape. False: it is none of that.
template <class T, int n_arrays, int n_in, int n_out>
[[gnu::always_inline]] inline bool run_few(OptimizerLoop body, const chx_launch& launch) {
    constexpr int64_t kFew = 64;
    const int64_t n = launch.out[0]->numel;
    if (n > kFew) {
        return false;
    }
    T blocks[n_arrays][kFew];
    const void* in[n_in];
    void* out[n_out];
    for (int k = 0; k < n_out; ++k) {
        if (launch.out[k] == nullptr || !chx::is_contiguous(*launch.out[k])) {
            return false;
        }
        out[k] = chx::data<T>(*launch.out[k]);
    }
#pragma GCC unroll 8
    for (int k = 0; k < n_in; ++k) {
        const chx_tensor& x = *launch.in[k];
        in[k] = chx::data<const T>(x);
        if (x.numel != (k < n_arrays ? n : 1)) {
            return false;
        }
        if (k < n_arrays && !chx::is_contiguous(x)) {
            if (x.ndim != 2) {
                return false;
            }
            load_matrix(x, blocks[k]);
            in[k] = blocks[k];
        }
    }
    body(in, out, n);
    return true;
}

[[gnu::noinline]] chx_status run_any(const Optimizer& optimizer, const chx_launch& launch) {
    return chx::guard([&] {
        if (launch.out[0] == nullptr) {
            throw chx::Error(
                CHX_E_INVALID,
                "an optimizer without its first result, the parameter; it is always wanted");
        }
        dispatch_float_type(launch.in[0]->dtype, [&](auto tag) {
            using Stored = typename decltype(tag)::type;
            using T = compute_t<Stored>;
            const OptimizerLoop body =
                std::is_same_v<T, float> ? optimizer.loops.f32.arrays : optimizer.loops.f64.arrays;
            OptimizerRun<Stored, T>(optimizer, body, launch).run();
        });
    });
}

template <int n_arrays, int n_in, int n_out>
chx_status CHX_CALL optimizer_kernel(void* state, const chx_launch* launch) noexcept {
    const auto& optimizer = *static_cast<const Optimizer*>(state);
    const OptimizerLoops& loops = optimizer.loops;
    const chx_dtype dtype = launch->in[0]->dtype;
    if (launch->out[0] != nullptr && dtype.code == CHX_DT_FLOAT &&
        ((dtype.bits == 32 && run_few<float, n_arrays, n_in, n_out>(loops.f32.single, *launch)) ||
         (dtype.bits == 64 && run_few<double, n_arrays, n_in, n_out>(loops.f64.single, *launch)))) {
        return CHX_OK;
    }
    return run_any(optimizer, *launch);
}

template <int n_arrays, int n_in, int n_out>
void add_optimizer(KernelList& kernels, const char* name, uint32_t version, OptimizerLoops loops) {
    static Optimizer optimizer = {loops, n_in, n_out};
    kernels.add(name,
                version,
                kFloatTypes,
                kElementwiseCaps,
                optimizer_kernel<n_arrays, n_in, n_out>,
                &optimizer);
}

}  // namespace

void register_optimizer(KernelList& kernels) {
    add_optimizer<2, 3, 1>(kernels, CHX_OP_SGD, CHX_OP_SGD_VERSION, sgd_loops());
    add_optimizer<3, 5, 2>(
        kernels, CHX_OP_MOMENTUM_SGD, CHX_OP_MOMENTUM_SGD_VERSION, momentum_sgd_loops());
    add_optimizer<4, 8, 3>(kernels, CHX_OP_ADAM, CHX_OP_ADAM_VERSION, adam_loops());
}

}  // namespace native
