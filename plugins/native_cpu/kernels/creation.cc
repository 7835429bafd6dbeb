// Kernels of chx.fill and chx.arange.
#include <algorithm>
#include <cstring>

#include <chx/ops/creation.h>

#include "host.h"
#include "kernel_list.h"
#include "scalar_types.h"
#include "strided.h"

namespace native {
namespace {

constexpr int64_t kGrain = 65536;

template <class T>
void fill_run(char* to, int64_t stride, int64_t n, T value) {
    if (stride == static_cast<int64_t>(sizeof(T))) {
        T* const y = reinterpret_cast<T*>(to);
        for (int64_t i = 0; i < n; ++i) {
            y[i] = value;
        }
    } else {
        for (int64_t i = 0; i < n; ++i) {
            *reinterpret_cast<T*>(to + i * stride) = value;
        }
    }
}

void fill_zeros(const chx_tensor& y) {
    const int64_t item_size = chx::item_size(y.dtype);
    char* const to = chx::data<char>(y);
    parallel_for(y.numel, kGrain, [&](int64_t begin, int64_t end, int32_t) {
        std::memset(to + begin * item_size, 0, static_cast<size_t>((end - begin) * item_size));
    });
}

// The only element of an operand, as a T.
template <class T>
T read_as(const chx_tensor& value) {
    return dispatch_type(value.dtype, [&](auto tag) {
        using From = typename decltype(tag)::type;
        return convert<T>(*chx::data<const From>(value));
    });
}

template <class Bits>
void repeat(const chx_tensor& value, const chx_tensor& y) {
    const Bits element = *chx::data<const Bits>(value);
    auto* const to = chx::data<Bits>(y);
    constexpr int64_t kTogether = 16 / sizeof(Bits);
    if (__builtin_expect(y.numel < kTogether, 0)) {
        for (int64_t i = 0; i < y.numel; ++i) {
            to[i] = element;
        }
        return;
    }
    Bits block[kTogether];
    std::fill_n(block, kTogether, element);
    const int64_t last = y.numel - kTogether;
    std::memcpy(to + last, block, sizeof(block));
    for (int64_t i = 0; __builtin_expect(i < last, 0); i += kTogether) {
        std::memcpy(to + i, block, sizeof(block));
    }
}

// A few contiguous elements of the value's own dtype: without any set-up. False: they are not.
bool fill_few(const chx_tensor& value, const chx_tensor& y) {
    constexpr int64_t kFew = 1024;
    if (y.numel > kFew || !chx::is_contiguous(y) || !chx::same_dtype(value.dtype, y.dtype)) {
        return false;
    }
    switch (y.dtype.bits) {
        case 8:
            repeat<uint8_t>(value, y);
            return true;
        case 16:
            repeat<uint16_t>(value, y);
            return true;
        case 32:
            repeat<uint32_t>(value, y);
            return true;
        case 64:
            repeat<uint64_t>(value, y);
            return true;
        default:
            return false;
    }
}

[[gnu::noinline]] void fill_many(const chx_launch& launch, const chx_tensor& y) {
    dispatch_type(y.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const T value = read_as<T>(chx::input(launch, 0));
        const T zero{};
        if (chx::is_contiguous(y) && std::memcmp(&value, &zero, sizeof(T)) == 0) {
            fill_zeros(y);
            return;
        }
        StridedLoop loop(y);
        loop.add(y);
        loop.collapse();
        parallel_for(loop.numel(), kGrain, [&](int64_t begin, int64_t end, int32_t) {
            loop.for_each(begin, end, [&](char* const* at, int64_t n) {
                fill_run<T>(at[0], loop.inner_stride(0), n, value);
            });
        });
    });
}

void fill(const chx_launch& launch) {
    const chx_tensor& y = chx::output(launch, 0);
    if (!fill_few(chx::input(launch, 0), y)) {
        fill_many(launch, y);
    }
}

// Integers wrap around; floating-point numbers are computed in double precision and rounded once.
template <class T>
void arange_run(T* y,
                int64_t stride,
                int64_t begin,
                int64_t end,
                const chx_tensor& start,
                const chx_tensor& step) {
    if constexpr (std::is_integral_v<T>) {
        const T first = read_as<T>(start);
        const T delta = read_as<T>(step);
        for (int64_t i = begin; i < end; ++i) {
            y[i * stride] = static_cast<T>(static_cast<uint64_t>(first) +
                                           static_cast<uint64_t>(i) * static_cast<uint64_t>(delta));
        }
    } else {
        const auto first = read_as<double>(start);
        const auto delta = read_as<double>(step);
        for (int64_t i = begin; i < end; ++i) {
            y[i * stride] = convert<T>(first + static_cast<double>(i) * delta);
        }
    }
}

void arange(const chx_launch& launch) {
    const chx_tensor& y = chx::output(launch, 0);
    if (y.numel == 0) {
        return;
    }
    dispatch_type(y.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        if constexpr (is_complex_v<T> || std::is_same_v<T, bool>) {
            throw chx::Error(CHX_E_UNIMPLEMENTED,
                             "chx.arange: a bool or complex dtype; expected a real number type");
        } else {
            T* const to = chx::data<T>(y);
            const int64_t stride = y.ndim > 0 ? y.strides[0] : 0;
            parallel_for(y.numel, kGrain, [&](int64_t begin, int64_t end, int32_t) {
                arange_run<T>(to, stride, begin, end, chx::input(launch, 0), chx::input(launch, 1));
            });
        }
    });
}

}  // namespace

void register_creation(KernelList& kernels) {
    constexpr uint64_t kCaps =
        kPlainCaps | CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT | CHX_K_HOST_SCALAR;
    kernels.add(CHX_OP_FILL, CHX_OP_FILL_VERSION, kAllTypes, kCaps, chx::kernel<&fill>);
    kernels.add(CHX_OP_ARANGE, CHX_OP_ARANGE_VERSION, kIntFloatTypes, kCaps, chx::kernel<&arange>);
}

}  // namespace native
