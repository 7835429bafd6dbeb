// take, scatter, scatter_add and nonzero.
#include <algorithm>
#include <cstring>

#include <chx/ops/indexing.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/element_block.h"
#include "kernels/float_arrays.h"
#include "kernels/index_list.h"
#include "kernels/reduction_layout.h"

namespace native {
namespace {

constexpr int64_t kGrainElements = 16 * 1024;

template <class F>
void for_ranges(int64_t n, int64_t work_each, F&& f) {
    if (n * work_each < 2 * kGrainElements) {
        f(0, n, 0);
    } else {
        parallel_for(n, std::max<int64_t>(1, kGrainElements / work_each), f);
    }
}

// The dimensions before and after an axis; those that are one are merged.
struct AroundAxis {
    Dimensions outer, inner;
    int64_t extent, stride;  // of the axis, the stride in bytes

    AroundAxis(const chx_tensor& x, int64_t axis) {
        const int64_t item_size = chx::item_size(x.dtype);
        for (int d = 0; d < x.ndim; ++d) {
            if (d != axis && x.shape[d] != 1) {
                push(d < axis ? outer : inner, x.shape[d], x.strides[d] * item_size);
            }
        }
        extent = x.shape[axis];
        stride = x.strides[axis] * item_size;
    }

private:
    static void push(Dimensions& dimensions, int64_t extent, int64_t stride) {
        const int last = dimensions.n - 1;
        if (dimensions.n > 0 && dimensions.stride[last] == stride * extent) {
            dimensions.extent[last] *= extent;
            dimensions.stride[last] = stride;
        } else {
            dimensions.push(extent, stride);
        }
    }
};

// The elements at `from` to contiguous ones.
template <class T>
void copy_slice(const char* from, const Dimensions& dimensions, T* to) {
    const int64_t n = dimensions.inner_extent(), stride = dimensions.inner_stride();
    const Dimensions outer = dimensions.outer();
    Odometer odometer(outer);
    do {
        const char* run = from + odometer.offset();
        if (stride == static_cast<int64_t>(sizeof(T))) {
            std::memcpy(to, run, static_cast<size_t>(n) * sizeof(T));
        } else {
            for (int64_t i = 0; i < n; ++i) {
                to[i] = *reinterpret_cast<const T*>(run + i * stride);
            }
        }
        to += n;
    } while (odometer.next());
}

// The slices at n indices, one after the other.
template <class T>
void take_slices(
    const char* from, const AroundAxis& around, const int64_t* index, int64_t n, T* to) {
    const int64_t size = around.inner.numel(), stride = around.stride;
    if (size == 1) {
        for (int64_t j = 0; j < n; ++j) {
            to[j] = *reinterpret_cast<const T*>(from + index[j] * stride);
        }
    } else if (around.inner.n == 1 && around.inner.stride[0] == static_cast<int64_t>(sizeof(T))) {
        for (int64_t j = 0; j < n; ++j, to += size) {
            std::memcpy(to, from + index[j] * stride, static_cast<size_t>(size) * sizeof(T));
        }
    } else {
        for (int64_t j = 0; j < n; ++j, to += size) {
            copy_slice(from + index[j] * stride, around.inner, to);
        }
    }
}

void take(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const chx_tensor& indices = chx::input(launch, 1);
    chx_tensor& y = chx::output(launch, 0);
    const auto& a = chx::attrs<chx_attrs_take>(launch);
    if (y.numel == 0 && indices.numel == 0) {
        return;
    }
    const AroundAxis around(x, a.axis);
    const int64_t* index = resolve_indices(launch, "take", indices, a.axis, around.extent, a.mode);
    if (y.numel == 0) {
        return;
    }
    const int64_t n = indices.numel, inner = around.inner.numel();
    dispatch_item_size(chx::item_size(x.dtype), [&](auto tag) {
        using T = typename decltype(tag)::type;
        const char* from = chx::data<const char>(x);
        T* to = chx::data<T>(y);
        for_ranges(around.outer.numel() * n, inner, [&](int64_t begin, int64_t end, int32_t) {
            Odometer odometer(around.outer, begin / n);
            for (int64_t i = begin; i < end; odometer.next()) {
                const int64_t j = i % n, some = std::min(n - j, end - i);
                take_slices(from + odometer.offset(), around, index + j, some, to + i * inner);
                i += some;
            }
        });
    });
}

// Calls f(row of y, row of updates, n) for runs of contiguous elements, all in y (outer, extent,
// inner). Runs that write the same elements come in order, on one thread.
template <class F>
void for_updates(const chx_tensor& y, int64_t axis, const int64_t* index, int64_t n, F&& f) {
    int64_t outer = 1, inner = 1;
    for (int d = 0; d < y.ndim; ++d) {
        if (d != axis) {
            (d < axis ? outer : inner) *= y.shape[d];
        }
    }
    const int64_t extent = y.shape[axis];
    // Threads share out columns, in pieces of at least a cache line.
    const int64_t columns = outer * inner;
    const auto body = [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t at = begin; at < end;) {
            const int64_t slab = at / inner, column = at % inner;
            const int64_t some = std::min(end - at, inner - column);
            for (int64_t j = 0; j < n; ++j) {
                f((slab * extent + index[j]) * inner + column,
                  (slab * n + j) * inner + column,
                  some);
            }
            at += some;
        }
    };
    constexpr int64_t kLine = 64;
    if (columns * n < 2 * kGrainElements) {
        body(0, columns, 0);
    } else {
        parallel_for(
            columns,
            std::max(inner == 1 ? int64_t{1} : kLine, kGrainElements / std::max<int64_t>(n, 1)),
            body);
    }
}

void copy_contiguous(const chx_tensor& x, chx_tensor& y) {
    if (x.numel > 0 && chx::data<char>(x) != chx::data<char>(y)) {
        std::memcpy(chx::data<char>(y),
                    chx::data<const char>(x),
                    static_cast<size_t>(x.numel * chx::item_size(x.dtype)));
    }
}

void scatter(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const chx_tensor& indices = chx::input(launch, 1);
    const chx_tensor& updates = chx::input(launch, 2);
    chx_tensor& y = chx::output(launch, 0);
    const auto& a = chx::attrs<chx_attrs_scatter>(launch);
    const int64_t* index =
        resolve_indices(launch, "scatter", indices, a.axis, x.shape[a.axis], a.mode);
    copy_contiguous(x, y);
    if (updates.numel == 0) {
        return;
    }
    const int64_t item_size = chx::item_size(x.dtype);
    const char* from = chx::data<const char>(updates);
    char* to = chx::data<char>(y);
    for_updates(y, a.axis, index, indices.numel, [&](int64_t at, int64_t update, int64_t n) {
        std::memcpy(
            to + at * item_size, from + update * item_size, static_cast<size_t>(n * item_size));
    });
}

template <class T>
T plus(T a, T b) {
    if constexpr (std::is_same_v<T, bool>) {
        return a || b;
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    } else {
        return a + b;
    }
}

template <class T>
void add_updates(
    const chx_tensor& y, int64_t axis, const int64_t* index, int64_t n, const T* updates, T* to) {
    for_updates(y, axis, index, n, [&](int64_t at, int64_t update, int64_t count) {
        for (int64_t i = 0; i < count; ++i) {
            to[at + i] = plus(to[at + i], updates[update + i]);
        }
    });
}

void scatter_add(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const chx_tensor& indices = chx::input(launch, 1);
    const chx_tensor& updates = chx::input(launch, 2);
    chx_tensor& y = chx::output(launch, 0);
    const auto& a = chx::attrs<chx_attrs_scatter_add>(launch);
    const int64_t* index =
        resolve_indices(launch, "scatter_add", indices, a.axis, x.shape[a.axis], a.mode);
    if (updates.numel == 0) {
        copy_contiguous(x, y);
        return;
    }
    dispatch_type(x.dtype, [&](auto tag) {
        using T = typename decltype(tag)::type;
        if constexpr (is_half_v<T>) {
            const FloatInput<float> from(launch, updates);
            FloatOutput<float> to(launch, y);
            to_float(x.dtype, chx::data<const char>(x), x.numel, to.data());
            add_updates(y, a.axis, index, indices.numel, from.data(), to.data());
            to.finish();
        } else {
            copy_contiguous(x, y);
            add_updates(
                y, a.axis, index, indices.numel, chx::data<const T>(updates), chx::data<T>(y));
        }
    });
}

// Two passes over blocks of fixed size: how many elements of each are not zero, then where they
// are.
void nonzero(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    auto* rows = chx::data<int64_t>(chx::output(launch, 0));
    auto* count = chx::data<int64_t>(chx::output(launch, 1));
    constexpr int64_t kBlock = 16 * 1024, kPiece = 512;
    const int64_t item_size = chx::item_size(x.dtype), ndim = x.ndim;
    const LoadBlock load = load_truth(x.dtype);
    const int64_t n_blocks = (x.numel + kBlock - 1) / kBlock;
    auto* first_row = static_cast<int64_t*>(
        chx::scratch(launch, static_cast<uint64_t>(n_blocks + 1) * sizeof(int64_t)));
    // Calls f(position, truth) for pieces of a block.
    const auto for_pieces = [&](int64_t block, auto&& f) {
        const int64_t end = std::min(x.numel, (block + 1) * kBlock);
        uint8_t truth[kPiece];
        for (int64_t at = block * kBlock; at < end; at += kPiece) {
            const int64_t n = std::min(kPiece, end - at);
            load(chx::data<const char>(x) + at * item_size, item_size, n, truth);
            f(at, truth, n);
        }
    };
    for_ranges(n_blocks, kBlock, [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t block = begin; block < end; ++block) {
            int64_t found = 0;
            for_pieces(block, [&](int64_t, const uint8_t* truth, int64_t n) {
                for (int64_t i = 0; i < n; ++i) {
                    found += truth[i];
                }
            });
            first_row[block + 1] = found;
        }
    });
    first_row[0] = 0;
    for (int64_t block = 0; block < n_blocks; ++block) {
        first_row[block + 1] += first_row[block];
    }
    *count = first_row[n_blocks];
    for_ranges(n_blocks, kBlock, [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t block = begin; block < end; ++block) {
            int64_t* row = rows + first_row[block] * ndim;
            for_pieces(block, [&](int64_t at, const uint8_t* truth, int64_t n) {
                for (int64_t i = 0; i < n; ++i) {
                    if (truth[i] == 0) {
                        continue;
                    }
                    int64_t position = at + i;
                    for (int64_t d = ndim - 1; d > 0; --d) {
                        row[d] = position % x.shape[d];
                        position /= x.shape[d];
                    }
                    if (ndim > 0) {
                        row[0] = position;
                    }
                    row += ndim;
                }
            });
        }
    });
}

}  // namespace

void register_indexing(KernelList& kernels) {
    kernels.add(CHX_OP_TAKE,
                CHX_OP_TAKE_VERSION,
                kAllTypes,
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&take>);
    kernels.add(CHX_OP_SCATTER_ADD,
                CHX_OP_SCATTER_ADD_VERSION,
                kAllTypes,
                kPlainCaps,
                chx::kernel<&scatter_add>);
    kernels.add(
        CHX_OP_SCATTER, CHX_OP_SCATTER_VERSION, kAllTypes, kPlainCaps, chx::kernel<&scatter>);
    kernels.add(
        CHX_OP_NONZERO, CHX_OP_NONZERO_VERSION, kAllTypes, kPlainCaps, chx::kernel<&nonzero>);
}

}  // namespace native
