// matmul and linear: which products are merged, converted, copied or cut into blocks; the work itself is in
// gemm.cc.
#include <algorithm>

#include <chx/ops/linear_algebra.h>

#include "gemm.h"
#include "host.h"
#include "kernel_list.h"
#include "kernels/element_block.h"
#include "kernels/integer_matmul.h"
#include "kernels/reduction_layout.h"
#include "kernels/vector/small_matmul.h"
#include "scalar_types.h"

namespace native {
namespace {

// Multiplications in a task of its own, at least.
constexpr int64_t kGrainWork = 128 * 1024;

// y[i] = a[i] b[i] for all i of the leading dimensions; batch strides in bytes, matrix strides in
// elements.
struct BatchedProduct {
    int64_t m, n, k;
    Dimensions batch_a, batch_b;
    const char *a, *b;
    char* y;  // contiguous
    int64_t a_row, a_column, b_row, b_column;

    int64_t n_batches() const { return batch_a.numel(); }
};

BatchedProduct describe(const chx_launch& launch) {
    const chx_tensor& a = chx::input(launch, 0);
    const chx_tensor& b = chx::input(launch, 1);
    const int row = a.ndim - 2, column = a.ndim - 1;
    BatchedProduct p{};
    p.m = a.shape[row];
    p.k = a.shape[column];
    p.n = b.shape[column];
    p.a = chx::data<const char>(a);
    p.b = chx::data<const char>(b);
    p.y = chx::data<char>(chx::output(launch, 0));
    p.a_row = a.strides[row];
    p.a_column = a.strides[column];
    p.b_row = b.strides[row];
    p.b_column = b.strides[column];
    const int64_t item_size = chx::item_size(a.dtype);
    for (int d = 0; d < row; ++d) {
        if (a.shape[d] != 1) {
            p.batch_a.push(a.shape[d], a.strides[d] * item_size);
            p.batch_b.push(b.shape[d], b.strides[d] * item_size);
        }
    }
    return p;
}

// Many products with one b are a single one whose a has more rows.
void fold_batches(BatchedProduct& p, int64_t item_size) {
    while (p.batch_a.n > 0) {
        const int last = p.batch_a.n - 1;
        const bool rows_follow = p.batch_a.stride[last] == p.m * p.a_row * item_size;
        if (p.batch_b.stride[last] != 0 || !(rows_follow || p.m == 1)) {
            return;
        }
        if (p.m == 1) {
            p.a_row = p.batch_a.stride[last] / item_size;
        }
        p.m *= p.batch_a.extent[last];
        p.batch_a.n = --p.batch_b.n;
    }
}

template <class T>
MatrixView<const T> copy_matrix(const MatrixView<const T>& x,
                                int64_t rows,
                                int64_t columns,
                                T* copy) {
    for (int64_t i = 0; i < rows; ++i) {
        for (int64_t j = 0; j < columns; ++j) {
            copy[i * columns + j] = x.data[i * x.row_stride + j * x.column_stride];
        }
    }
    return {copy, columns, 1};
}

// A matrix that gemm takes: the one at `data` if it is plain already, else a copy at `copy`.
template <class T>
MatrixView<const T> plain(const T* data,
                          int64_t row_stride,
                          int64_t column_stride,
                          int64_t rows,
                          int64_t columns,
                          T* copy) {
    const MatrixView<const T> view{data, row_stride, column_stride};
    return view.is_plain(rows, columns) ? view : copy_matrix(view, rows, columns, copy);
}

// One product, in blocks over the host's threads.
template <class T>
void multiply_in_panels(int64_t m,
                        int64_t n,
                        int64_t k,
                        MatrixView<const T> a,
                        MatrixView<const T> b,
                        bool accumulate,
                        MatrixView<T> c) {
    const GemmPanels panels(m, n);
    const int64_t n_panels = panels.n_rows * panels.n_columns;
    const auto body = [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t panel = begin; panel < end; ++panel) {
            const int64_t i = panel / panels.n_columns * panels.rows;
            const int64_t j = panel % panels.n_columns * panels.columns;
            gemm<T>(std::min(panels.rows, m - i),
                    std::min(panels.columns, n - j),
                    k,
                    a.from(i, 0),
                    b.from(0, j),
                    accumulate,
                    c.from(i, j));
        }
    };
    if (n_panels == 1) {
        body(0, 1, 0);
    } else {
        const int64_t work = m * n / n_panels * std::max<int64_t>(k, 1);
        parallel_for(n_panels, std::max<int64_t>(1, kGrainWork / std::max<int64_t>(work, 1)), body);
    }
}

template <class T>
void multiply_floats(const chx_launch& launch, BatchedProduct p) {
    fold_batches(p, sizeof(T));
    const int64_t n_batches = p.n_batches();
    const bool copy_a = !MatrixView<const char>{nullptr, p.a_row, p.a_column}.is_plain(p.m, p.k);
    const bool copy_b = !MatrixView<const char>{nullptr, p.b_row, p.b_column}.is_plain(p.k, p.n);
    const int64_t a_size = copy_a ? p.m * p.k : 0, b_size = copy_b ? p.k * p.n : 0;
    const int64_t work = p.m * p.n * std::max<int64_t>(p.k, 1);
    const GemmPanels panels(p.m, p.n);
    const bool over_batches =
        n_batches > panels.n_rows * panels.n_columns && n_batches * work >= 2 * kGrainWork;
    const int64_t n_copies = over_batches ? host().max_workers() : 1;
    T* copies = nullptr;
    if (a_size + b_size > 0) {
        const auto bytes = static_cast<uint64_t>((a_size + b_size) * n_copies) * sizeof(T);
        copies = static_cast<T*>(chx::scratch(launch, bytes));
    }
    const auto body = [&](int64_t begin, int64_t end, int32_t worker) {
        T* copy = copies == nullptr ? nullptr : copies + worker * (a_size + b_size);
        Odometer at_a(p.batch_a, begin), at_b(p.batch_b, begin);
        for (int64_t i = begin; i < end; ++i, at_a.next(), at_b.next()) {
            const auto* from_a = reinterpret_cast<const T*>(p.a + at_a.offset());
            const auto* from_b = reinterpret_cast<const T*>(p.b + at_b.offset());
            const auto a = plain(from_a, p.a_row, p.a_column, p.m, p.k, copy);
            const auto b = plain(
                from_b, p.b_row, p.b_column, p.k, p.n, copy == nullptr ? nullptr : copy + a_size);
            const MatrixView<T> c{reinterpret_cast<T*>(p.y) + i * p.m * p.n, p.n, 1};
            multiply_in_panels(p.m, p.n, p.k, a, b, false, c);
        }
    };
    if (over_batches) {
        parallel_for(n_batches, std::max<int64_t>(1, kGrainWork / work), body);
    } else {
        body(0, n_batches, 0);
    }
}

// 16-bit floats are converted to float, product by product.
void multiply_halves(const chx_launch& launch, BatchedProduct p) {
    const chx_dtype dtype = chx::input(launch, 0).dtype;
    fold_batches(p, 2);
    const int64_t sizes[] = {p.m * p.k, p.k * p.n, p.m * p.n};
    auto* a = static_cast<float*>(chx::scratch(
        launch, static_cast<uint64_t>(sizes[0] + sizes[1] + sizes[2]) * sizeof(float)));
    float* b = a + sizes[0];
    float* c = b + sizes[1];
    const LoadBlock load = load_wide(dtype);
    const auto widen = [&](const char* from,
                           int64_t row,
                           int64_t column,
                           int64_t rows,
                           int64_t columns,
                           float* to) {
        for (int64_t i = 0; i < rows; ++i) {
            load(from + 2 * i * row, 2 * column, columns, to + i * columns);
        }
    };
    Odometer at_a(p.batch_a), at_b(p.batch_b);
    const int64_t n_batches = p.n_batches();
    for (int64_t i = 0; i < n_batches; ++i, at_a.next(), at_b.next()) {
        widen(p.a + at_a.offset(), p.a_row, p.a_column, p.m, p.k, a);
        widen(p.b + at_b.offset(), p.b_row, p.b_column, p.k, p.n, b);
        multiply_in_panels<float>(p.m, p.n, p.k, {a, p.k, 1}, {b, p.n, 1}, false, {c, p.n, 1});
        from_float(c, p.m * p.n, dtype, p.y + 2 * i * p.m * p.n);
    }
}

// Signed and unsigned integers wrap around alike.
template <class T>
void multiply_integers(const chx_launch& launch, const BatchedProduct& p) {
    const int64_t n_batches = p.n_batches();
    const bool copy_b = p.b_column != 1 && p.m > 1;
    T* copy = nullptr;
    if (copy_b) {
        copy = static_cast<T*>(chx::scratch(launch, static_cast<uint64_t>(p.k * p.n) * sizeof(T)));
    }
    Odometer at_a(p.batch_a), at_b(p.batch_b);
    for (int64_t i = 0; i < n_batches; ++i, at_a.next(), at_b.next()) {
        MatrixView<const T> b{reinterpret_cast<const T*>(p.b + at_b.offset()), p.b_row, p.b_column};
        if (copy_b) {
            b = copy_matrix(b, p.k, p.n, copy);
        }
        const MatrixView<const T> a{
            reinterpret_cast<const T*>(p.a + at_a.offset()), p.a_row, p.a_column};
        T* c = reinterpret_cast<T*>(p.y) + i * p.m * p.n;
        const auto rows = [&](int64_t begin, int64_t end, int32_t) {
            integer_matmul(end - begin, p.n, p.k, a.from(begin, 0), b, c + begin * p.n);
        };
        const int64_t row_work = p.n * std::max<int64_t>(p.k, 1);
        if (p.m * row_work < 2 * kGrainWork) {
            rows(0, p.m, 0);
        } else {
            parallel_for(p.m, std::max<int64_t>(8, kGrainWork / row_work), rows);
        }
    }
}

// A single product of small matrices, without any set-up.
template <class T>
bool multiply_small_matrices(const chx_launch& launch) {
    const chx_tensor& a = chx::input(launch, 0);
    const chx_tensor& b = chx::input(launch, 1);
    if (a.ndim != 2 || a.shape[1] == 0) {
        return false;
    }
    const SmallProduct<T> product{a.shape[0],
                                  b.shape[1],
                                  a.shape[1],
                                  chx::data<const T>(a),
                                  a.strides[0],
                                  a.strides[1],
                                  chx::data<const T>(b),
                                  b.strides[0],
                                  b.strides[1],
                                  chx::data<T>(chx::output(launch, 0)),
                                  b.shape[1],
                                  1,
                                  nullptr,
                                  0};
    return product.is_small() && multiply_small(product);
}

void matmul(const chx_launch& launch) {
    const chx_tensor& y = chx::output(launch, 0);
    if (y.numel == 0) {
        return;
    }
    if (y.dtype.code == CHX_DT_FLOAT &&
        ((y.dtype.bits == 32 && multiply_small_matrices<float>(launch)) ||
         (y.dtype.bits == 64 && multiply_small_matrices<double>(launch)))) {
        return;
    }
    const BatchedProduct p = describe(launch);
    switch (y.dtype.code) {
        case CHX_DT_FLOAT:
            if (y.dtype.bits == 32) {
                multiply_floats<float>(launch, p);
                return;
            }
            y.dtype.bits == 64 ? multiply_floats<double>(launch, p) : multiply_halves(launch, p);
            return;
        case CHX_DT_BFLOAT:
            multiply_halves(launch, p);
            return;
        case CHX_DT_COMPLEX:
            y.dtype.bits == 64 ? multiply_floats<complex64>(launch, p)
                               : multiply_floats<complex128>(launch, p);
            return;
        default:
            break;
    }
    switch (y.dtype.bits) {
        case 8:
            multiply_integers<uint8_t>(launch, p);
            return;
        case 16:
            multiply_integers<uint16_t>(launch, p);
            return;
        case 32:
            multiply_integers<uint32_t>(launch, p);
            return;
        default:
            multiply_integers<uint64_t>(launch, p);
    }
}

// The bias goes into the rows of y first, the product is added to it.
template <class T>
void fill_rows(const chx_tensor& b, int64_t rows, int64_t columns, T* y) {
    const auto* from = chx::data<const T>(b);
    const int64_t stride = b.strides[0];
    constexpr int64_t kGrainElements = 65536;
    const auto body = [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t i = begin; i < end; ++i) {
            for (int64_t j = 0; j < columns; ++j) {
                y[i * columns + j] = from[j * stride];
            }
        }
    };
    if (rows * columns <= kGrainElements) {
        body(0, rows, 0);
    } else {
        parallel_for(rows, std::max<int64_t>(1, kGrainElements / columns), body);
    }
}

// y = a b, or y += a b, for matrices of any strides.
template <class T>
[[gnu::noinline]] void multiply_matrices(const chx_launch& launch,
                                         int64_t m,
                                         int64_t n,
                                         int64_t k,
                                         MatrixView<const T> a,
                                         MatrixView<const T> b,
                                         bool accumulate,
                                         T* y) {
    const auto bytes = [](int64_t count) { return static_cast<uint64_t>(count) * sizeof(T); };
    if (!a.is_plain(m, k)) {
        a = copy_matrix(a, m, k, static_cast<T*>(chx::scratch(launch, bytes(m * k))));
    }
    if (!b.is_plain(k, n)) {
        b = copy_matrix(b, k, n, static_cast<T*>(chx::scratch(launch, bytes(k * n))));
    }
    multiply_in_panels<T>(m, n, k, a, b, accumulate, {y, n, 1});
}

template <class T>
void linear_of(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const chx_tensor& w = chx::input(launch, 1);
    const chx_tensor* bias = launch.n_in > 2 ? launch.in[2] : nullptr;
    const int64_t m = x.shape[0], n = w.shape[0], k = x.shape[1];
    const MatrixView<const T> a{chx::data<const T>(x), x.strides[0], x.strides[1]};
    const MatrixView<const T> b{chx::data<const T>(w), w.strides[1], w.strides[0]};
    T* y = chx::data<T>(chx::output(launch, 0));
    if (k > 0 && (bias == nullptr || bias->strides[0] == 1)) {
        const SmallProduct<T> product{m,
                                      n,
                                      k,
                                      a.data,
                                      a.row_stride,
                                      a.column_stride,
                                      b.data,
                                      b.row_stride,
                                      b.column_stride,
                                      y,
                                      n,
                                      1,
                                      bias != nullptr ? chx::data<const T>(*bias) : nullptr,
                                      0};
        if (product.is_small() && multiply_small(product)) {
            return;
        }
    }
    if (bias != nullptr) {
        fill_rows(*bias, m, n, y);
    } else if (k == 0) {
        std::fill_n(y, m * n, T(0));
    }
    if (k > 0) {
        multiply_matrices<T>(launch, m, n, k, a, b, bias != nullptr, y);
    }
}

void linear(const chx_launch& launch) {
    const chx_tensor& y = chx::output(launch, 0);
    if (y.numel > 0) {
        y.dtype.bits == 32 ? linear_of<float>(launch) : linear_of<double>(launch);
    }
}

// The sums of columns begin .. end - 1, block by block of rows so that few roundings follow each other.
template <class T>
void sum_columns(const chx_tensor& x, int64_t begin, int64_t end, T* sums) {
    constexpr int64_t kRows = 64, kColumns = 256;
    const auto* data = chx::data<const T>(x);
    if (x.shape[0] > 0 && x.shape[0] <= 8 && x.strides[1] == 1) {
        sum_few_rows(data + begin, x.strides[0], x.shape[0], end - begin, sums);
        return;
    }
    for (int64_t first = begin; first < end; first += kColumns) {
        const int64_t n = std::min(kColumns, end - first);
        std::fill_n(sums + first, n, T(0));
        for (int64_t row = 0; row < x.shape[0]; row += kRows) {
            T block[kColumns];
            std::fill_n(block, n, T(0));
            for (int64_t i = row; i < std::min(row + kRows, x.shape[0]); ++i) {
                const T* from = data + i * x.strides[0] + first * x.strides[1];
                for (int64_t j = 0; j < n; ++j) {
                    block[j] += from[j * x.strides[1]];
                }
            }
            for (int64_t j = 0; j < n; ++j) {
                sums[first + j] += block[j];
            }
        }
    }
}

// The gradient of w: the product of transposed g and x.
template <class T>
void multiply_transposed(const chx_launch& launch,
                         const chx_tensor& g,
                         const chx_tensor& x,
                         T* gw) {
    const int64_t rows = g.shape[0], n = g.shape[1], k = x.shape[1];
    const MatrixView<const T> a{chx::data<const T>(g), g.strides[1], g.strides[0]};
    const MatrixView<const T> b{chx::data<const T>(x), x.strides[0], x.strides[1]};
    if (rows == 0) {
        std::fill_n(gw, n * k, T(0));
        return;
    }
    const SmallProduct<T> product{n,
                                  k,
                                  rows,
                                  a.data,
                                  a.row_stride,
                                  a.column_stride,
                                  b.data,
                                  b.row_stride,
                                  b.column_stride,
                                  gw,
                                  k,
                                  1,
                                  nullptr,
                                  0};
    if (!product.is_small() || !multiply_small(product)) {
        multiply_matrices<T>(launch, n, k, rows, a, b, false, gw);
    }
}

template <class T>
void linear_weight_grad_of(const chx_launch& launch) {
    const chx_tensor& g = chx::input(launch, 0);
    const chx_tensor& x = chx::input(launch, 1);
    const int64_t rows = g.shape[0], n = g.shape[1], k = x.shape[1];
    if (launch.out[0] != nullptr && n * k > 0) {
        multiply_transposed(launch, g, x, chx::data<T>(*launch.out[0]));
    }
    if (launch.out[1] != nullptr) {
        T* gb = chx::data<T>(*launch.out[1]);
        constexpr int64_t kGrainElements = 65536;
        if (rows * n <= kGrainElements) {
            sum_columns(g, 0, n, gb);
        } else {
            parallel_for(
                n,
                std::max<int64_t>(16, kGrainElements / rows),
                [&](int64_t begin, int64_t end, int32_t) { sum_columns(g, begin, end, gb); });
        }
    }
}

void linear_weight_grad(const chx_launch& launch) {
    chx::input(launch, 0).dtype.bits == 32 ? linear_weight_grad_of<float>(launch)
                                           : linear_weight_grad_of<double>(launch);
}

}  // namespace

void register_linear_algebra(KernelList& kernels) {
    kernels.add(CHX_OP_MATMUL,
                CHX_OP_MATMUL_VERSION,
                kNumberTypes,
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&matmul>);
    kernels.add(CHX_OP_LINEAR,
                CHX_OP_LINEAR_VERSION,
                "f32 f64",
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&linear>);
    kernels.add(CHX_OP_LINEAR_WEIGHT_GRAD,
                CHX_OP_LINEAR_WEIGHT_GRAD_VERSION,
                "f32 f64",
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&linear_weight_grad>);
}

}  // namespace native
