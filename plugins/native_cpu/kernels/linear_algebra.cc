// matmul: which products are merged, converted, copied or cut into blocks; the work itself is in
// gemm.cc.
#include <algorithm>

#include <chx/ops/linear_algebra.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/element_block.h"
#include "kernels/integer_matmul.h"
#include "kernels/matrix_product.h"
#include "kernels/reduction_layout.h"
#include "kernels/small_product.h"
#include "scalar_types.h"

namespace native {

void register_linear(KernelList& kernels);

namespace {

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
    const int64_t scratch_size = panel_scratch_size<T>(p.m, p.n, p.k);
    T* scratch = panel_scratch<T>(launch, p.m, p.n, p.k);
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
            multiply_in_panels(p.m, p.n, p.k, a, b, false, c, scratch + worker * scratch_size);
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
    float* scratch = panel_scratch<float>(launch, p.m, p.n, p.k);
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
        multiply_in_panels<float>(
            p.m, p.n, p.k, {a, p.k, 1}, {b, p.n, 1}, false, {c, p.n, 1}, scratch);
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
    return multiply_if_small<T>(a.shape[0],
                                b.shape[1],
                                a.shape[1],
                                {chx::data<const T>(a), a.strides[0], a.strides[1]},
                                {chx::data<const T>(b), b.strides[0], b.strides[1]},
                                {chx::data<T>(chx::output(launch, 0)), b.shape[1], 1});
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

}  // namespace

void register_linear_algebra(KernelList& kernels) {
    kernels.add(CHX_OP_MATMUL,
                CHX_OP_MATMUL_VERSION,
                kNumberTypes,
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&matmul>);
    register_linear(kernels);
}

}  // namespace native
