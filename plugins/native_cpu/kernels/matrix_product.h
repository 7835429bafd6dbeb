// Products of matrices in blocks over the host's threads, and what they take.
#pragma once

#include <algorithm>

#include "gemm.h"
#include "host.h"

namespace native {

// Multiplications in a task of its own, at least.
inline constexpr int64_t kGrainWork = 128 * 1024;

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

// Elements of scratch memory that each of the host's workers takes for products of these extents.
template <class T>
int64_t panel_scratch_size(int64_t m, int64_t n, int64_t k) {
    const GemmPanels panels(m, n);
    return gemm_scratch<T>(std::min(panels.rows, m), std::min(panels.columns, n), k);
}

// That memory, for all workers.
template <class T>
T* panel_scratch(const chx_launch& launch, int64_t m, int64_t n, int64_t k) {
    const int64_t elements = panel_scratch_size<T>(m, n, k) * host().max_workers();
    return static_cast<T*>(chx::scratch(launch, static_cast<uint64_t>(elements) * sizeof(T)));
}

// One product, in blocks over the host's threads. scratch: as of panel_scratch.
template <class T>
void multiply_in_panels(int64_t m,
                        int64_t n,
                        int64_t k,
                        MatrixView<const T> a,
                        MatrixView<const T> b,
                        bool accumulate,
                        MatrixView<T> c,
                        T* scratch) {
    const GemmPanels panels(m, n);
    const int64_t scratch_size = panel_scratch_size<T>(m, n, k);
    const int64_t n_panels = panels.n_rows * panels.n_columns;
    const auto body = [&](int64_t begin, int64_t end, int32_t worker) {
        for (int64_t panel = begin; panel < end; ++panel) {
            const int64_t i = panel / panels.n_columns * panels.rows;
            const int64_t j = panel % panels.n_columns * panels.columns;
            gemm<T>(std::min(panels.rows, m - i),
                    std::min(panels.columns, n - j),
                    k,
                    a.from(i, 0),
                    b.from(0, j),
                    accumulate,
                    c.from(i, j),
                    scratch + worker * scratch_size);
        }
    };
    if (n_panels == 1) {
        body(0, 1, 0);
    } else {
        const int64_t work = m * n / n_panels * std::max<int64_t>(k, 1);
        parallel_for(n_panels, std::max<int64_t>(1, kGrainWork / std::max<int64_t>(work, 1)), body);
    }
}

}  // namespace native
