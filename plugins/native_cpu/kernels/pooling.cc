// Max and average pooling over any number of spatial dimensions, one plane (image and channel)
// after the other.
#include <limits>
#include <string>
#include <vector>

#include <chx/ops/pooling.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/float_arrays.h"
#include "kernels/pool_windows.h"
#include "kernels/vector/max_windows.h"
#include "scalar_types.h"

namespace native {
namespace {

// The index of a window without any element of the input: gradients skip it.
constexpr int64_t kNoElement = -1;

// f(plane) for all planes on the host's threads; `work` elements are touched for each.
template <class F>
void for_planes(int64_t planes, int64_t work, F&& f) {
    constexpr int64_t kGrainElements = 16 * 1024;
    const auto body = [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t plane = begin; plane < end; ++plane) {
            f(plane);
        }
    };
    if (planes * work < 2 * kGrainElements) {
        body(0, planes, 0);
    } else {
        parallel_for(
            planes, std::max<int64_t>(1, kGrainElements / std::max<int64_t>(work, 1)), body);
    }
}

int64_t planes_of(const chx_tensor& x) { return x.shape[0] * x.shape[1]; }

int64_t plane_size(const chx_tensor& x) {
    int64_t size = 1;
    for (int d = 2; d < x.ndim; ++d) {
        size *= x.shape[d];
    }
    return size;
}

template <class T>
T lowest() {
    using Limits = std::numeric_limits<T>;
    return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
}

// One window of those of a row.
void max_of_window(const WindowAxis& columns,
                   const std::vector<int64_t>& rows,
                   int64_t i,
                   const float* x,
                   float* y,
                   int64_t* index) {
    float best = lowest<float>();
    int64_t where = kNoElement;
    for (int64_t row : rows) {
        for (int64_t j = columns.begin(i); j < columns.end(i); ++j) {
            const int64_t at = row * columns.input + j;
            if (where == kNoElement || x[at] > best || (x[at] != x[at] && best == best)) {
                best = x[at];
                where = at;
            }
        }
    }
    *y = best;
    if (index != nullptr) {
        *index = where;
    }
}

// How planes are pooled row by row of windows: vectors of those that lie within the input, the others
// one by one.
class MaxPoolRows {
public:
    explicit MaxPoolRows(const PoolWindows& windows) : columns_(windows.columns()) {
        const WindowAxis& c = columns_;
        first_ = std::min((c.pad + c.stride - 1) / c.stride, c.output);
        const int64_t room = c.input + c.pad - c.kernel;
        last_ = room < 0 ? first_ : std::clamp(room / c.stride + 1, first_, c.output);
        windows.for_rows([&](int64_t, const std::vector<int64_t>& input_rows) {
            Row& row = rows_.emplace_back();
            row.input_rows = input_rows;
            for (int64_t input_row : input_rows) {
                for (int64_t tap = 0; tap < c.kernel; ++tap) {
                    row.taps.push_back(input_row * c.input + tap - c.pad + first_ * c.stride);
                }
            }
        });
    }

    static bool is_possible(const PoolWindows& windows) {
        return has_max_of_windows(windows.columns().stride) &&
               windows.input_size() <= std::numeric_limits<int32_t>::max();
    }

    // indices may be null.
    void pool(const float* x, float* y, int64_t* indices) const {
        for (const Row& row : rows_) {
            const bool none_within = row.taps.empty() || first_ == last_;
            one_by_one(row, 0, none_within ? columns_.output : first_, x, y, indices);
            if (!none_within) {
                max_of_windows(
                    {x, row.taps.data(), row.taps.size(), columns_.stride, last_ - first_},
                    y + first_,
                    indices == nullptr ? nullptr : indices + first_);
                one_by_one(row, last_, columns_.output, x, y, indices);
            }
            y += columns_.output;
            indices += indices == nullptr ? 0 : columns_.output;
        }
    }

private:
    struct Row {
        std::vector<int64_t> input_rows, taps;
    };

    void one_by_one(const Row& row,
                    int64_t begin,
                    int64_t end,
                    const float* x,
                    float* y,
                    int64_t* indices) const {
        for (int64_t i = begin; i < end; ++i) {
            int64_t* const index = indices == nullptr ? nullptr : indices + i;
            max_of_window(columns_, row.input_rows, i, x, y + i, index);
        }
    }

    const WindowAxis& columns_;
    int64_t first_, last_;  // of the windows of a row that lie within the input
    std::vector<Row> rows_;
};

// indices may be null.
template <class T>
void max_pool_plane(const PoolWindows& windows, const T* x, T* y, int64_t* indices) {
    std::fill_n(y, windows.output_size(), lowest<T>());
    if (indices == nullptr) {
        windows.for_taps([&](const WindowTap& tap) {
            const T* from = x + tap.in;
            T* best = y + tap.out;
            for (int64_t i = 0; i < tap.n; ++i, from += tap.step) {
                best[i] = *from > best[i] || *from != *from ? *from : best[i];
            }
        });
        return;
    }
    std::fill_n(indices, windows.output_size(), kNoElement);
    windows.for_taps([&](const WindowTap& tap) {
        T* best = y + tap.out;
        int64_t* where = indices + tap.out;
        for (int64_t i = 0; i < tap.n; ++i) {
            const int64_t at = tap.in + i * tap.step;
            const T value = x[at];
            // The first NaN stays.
            const bool better = (value > best[i]) | ((value != value) & (best[i] == best[i])) |
                                (where[i] == kNoElement);
            best[i] = better ? value : best[i];
            where[i] = better ? at : where[i];
        }
    });
}

template <class T>
void max_pool_planes(
    const PoolWindows& windows, int64_t planes, const T* x, T* y, int64_t* indices) {
    const int64_t size = windows.input_size(), n = windows.output_size();
    const auto for_all = [&](auto&& pool) {
        for_planes(planes, n * windows.kernel_size(), [&](int64_t plane) {
            pool(x + plane * size,
                 y + plane * n,
                 indices == nullptr ? indices : indices + plane * n);
        });
    };
    if constexpr (std::is_same_v<T, float>) {
        if (MaxPoolRows::is_possible(windows)) {
            const MaxPoolRows rows(windows);
            for_all([&](const T* from, T* to, int64_t* where) { rows.pool(from, to, where); });
            return;
        }
    }
    for_all(
        [&](const T* from, T* to, int64_t* where) { max_pool_plane(windows, from, to, where); });
}

void max_pool(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const auto& a = chx::attrs<chx_attrs_max_pool>(launch);
    const PoolWindows windows(a.n_kernel, x.shape + 2, a.output, a.kernel, a.stride, a.pad);
    int64_t* indices = launch.out[1] == nullptr ? nullptr : chx::data<int64_t>(*launch.out[1]);
    const int64_t planes = planes_of(x), n = planes * windows.output_size();
    dispatch_type(x.dtype, [&](auto tag) {
        using T = compute_t<typename decltype(tag)::type>;
        if constexpr (std::is_floating_point_v<T>) {
            const FloatInput<T> from(launch, x);
            FloatOutput<T> y(launch, launch.out[0], n);
            max_pool_planes(windows, planes, from.data(), y.data(), indices);
            y.finish();
        } else if constexpr (!is_complex_v<T> && !std::is_same_v<T, bool>) {
            T* y =
                launch.out[0] != nullptr
                    ? chx::data<T>(*launch.out[0])
                    : static_cast<T*>(chx::scratch(launch, static_cast<uint64_t>(n) * sizeof(T)));
            max_pool_planes(windows, planes, chx::data<const T>(x), y, indices);
        }
    });
}

[[noreturn]] void refuse_index(const char* op, int64_t index, int64_t size) {
    throw chx::Error(CHX_E_INVALID,
                     std::string(op) + ": index " + std::to_string(index) + " into a plane of " +
                         std::to_string(size) +
                         " elements; expected the indices that max_pool gave");
}

void check_indices(const char* op, const chx_tensor& indices, int64_t size) {
    const auto* index = chx::data<const int64_t>(indices);
    for (int64_t i = 0; i < indices.numel; ++i) {
        if (index[i] < kNoElement || index[i] >= size) {
            refuse_index(op, index[i], size);
        }
    }
}

void max_pool_grad(const chx_launch& launch) {
    const chx_tensor& gy = chx::input(launch, 0);
    const chx_tensor& indices = chx::input(launch, 1);
    chx_tensor& gx = chx::output(launch, 0);
    const int64_t size = plane_size(gx), n = plane_size(gy);
    check_indices("max_pool_grad", indices, size);
    const auto* index = chx::data<const int64_t>(indices);
    dispatch_real(gy.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const FloatInput<T> from(launch, gy);
        FloatOutput<T> to(launch, gx);
        for_planes(planes_of(gy), size + n, [&](int64_t plane) {
            T* y = to.data() + plane * size;
            std::fill(y, y + size, T(0));
            for (int64_t i = plane * n; i < (plane + 1) * n; ++i) {
                if (index[i] != kNoElement) {
                    y[index[i]] += from.data()[i];
                }
            }
        });
        to.finish();
    });
}

void pool_gather(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const chx_tensor& indices = chx::input(launch, 1);
    chx_tensor& y = chx::output(launch, 0);
    const int64_t size = plane_size(x), n = plane_size(y);
    check_indices("pool_gather", indices, size);
    const auto* index = chx::data<const int64_t>(indices);
    dispatch_item_size(chx::item_size(x.dtype), [&](auto tag) {
        using T = typename decltype(tag)::type;
        const T* from = chx::data<const T>(x);
        T* to = chx::data<T>(y);
        for_planes(planes_of(x), n, [&](int64_t plane) {
            for (int64_t i = plane * n; i < (plane + 1) * n; ++i) {
                to[i] = index[i] == kNoElement ? T() : from[plane * size + index[i]];
            }
        });
    });
}

// What the sum of each window is divided by.
std::vector<int64_t> divisors(const PoolWindows& windows, bool count_pad) {
    if (count_pad) {
        return std::vector<int64_t>(static_cast<size_t>(windows.output_size()),
                                    windows.kernel_size());
    }
    return windows.counts();
}

void average_pool(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const auto& a = chx::attrs<chx_attrs_average_pool>(launch);
    const PoolWindows windows(a.n_kernel, x.shape + 2, a.output, a.kernel, a.stride, a.pad);
    const int64_t size = windows.input_size(), n = windows.output_size();
    const std::vector<int64_t> counts = divisors(windows, a.count_pad);
    dispatch_real(x.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const FloatInput<T> from(launch, x);
        FloatOutput<T> to(launch, chx::output(launch, 0));
        for_planes(planes_of(x), n * windows.kernel_size(), [&](int64_t plane) {
            const T* p = from.data() + plane * size;
            T* y = to.data() + plane * n;
            std::fill_n(y, n, T(0));
            windows.for_taps([&](const WindowTap& tap) {
                for (int64_t i = 0; i < tap.n; ++i) {
                    y[tap.out + i] += p[tap.in + i * tap.step];
                }
            });
            for (int64_t i = 0; i < n; ++i) {
                y[i] /= static_cast<T>(counts[static_cast<size_t>(i)]);
            }
        });
        to.finish();
    });
}

void average_pool_grad(const chx_launch& launch) {
    const chx_tensor& gy = chx::input(launch, 0);
    const auto& a = chx::attrs<chx_attrs_average_pool_grad>(launch);
    const PoolWindows windows(a.n_kernel, a.input, gy.shape + 2, a.kernel, a.stride, a.pad);
    const int64_t size = windows.input_size(), n = windows.output_size();
    const std::vector<int64_t> counts = divisors(windows, a.count_pad);
    dispatch_real(gy.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const FloatInput<T> from(launch, gy);
        FloatOutput<T> to(launch, chx::output(launch, 0));
        for_planes(planes_of(gy), n * windows.kernel_size() + size, [&](int64_t plane) {
            const T* g = from.data() + plane * n;
            T* gx = to.data() + plane * size;
            std::fill(gx, gx + size, T(0));
            windows.for_taps([&](const WindowTap& tap) {
                for (int64_t i = 0; i < tap.n; ++i) {
                    const auto at = static_cast<size_t>(tap.out + i);
                    gx[tap.in + i * tap.step] += g[at] / static_cast<T>(counts[at]);
                }
            });
        });
        to.finish();
    });
}

}  // namespace

void register_pooling(KernelList& kernels) {
    kernels.add(CHX_OP_MAX_POOL,
                CHX_OP_MAX_POOL_VERSION,
                kIntFloatTypes,
                kPlainCaps,
                chx::kernel<&max_pool>);
    kernels.add(CHX_OP_MAX_POOL_GRAD,
                CHX_OP_MAX_POOL_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&max_pool_grad>);
    kernels.add(CHX_OP_POOL_GATHER,
                CHX_OP_POOL_GATHER_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&pool_gather>);
    kernels.add(CHX_OP_AVERAGE_POOL,
                CHX_OP_AVERAGE_POOL_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&average_pool>);
    kernels.add(CHX_OP_AVERAGE_POOL_GRAD,
                CHX_OP_AVERAGE_POOL_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&average_pool_grad>);
}

}  // namespace native
