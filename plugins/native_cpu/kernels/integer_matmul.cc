// Blocked loops for products of integer matrices.
#include "kernels/integer_matmul.h"

#include <algorithm>

namespace native {

template <class T>
void integer_matmul(
    int64_t m, int64_t n, int64_t k, MatrixView<const T> a, MatrixView<const T> b, T* c) {
    constexpr int64_t kDepth = 64, kColumns = 512;
    // Narrow types would be promoted to int, whose overflow is undefined.
    using Wrapping = std::conditional_t<sizeof(T) < 4, uint32_t, T>;
    std::fill(c, c + m * n, T(0));
    for (int64_t p0 = 0; p0 < k; p0 += kDepth) {
        const int64_t depth = std::min(kDepth, k - p0);
        for (int64_t j0 = 0; j0 < n; j0 += kColumns) {
            const int64_t columns = std::min(kColumns, n - j0);
            for (int64_t i = 0; i < m; ++i) {
                T* to = c + i * n + j0;
                for (int64_t p = p0; p < p0 + depth; ++p) {
                    const Wrapping factor = a.data[i * a.row_stride + p * a.column_stride];
                    const T* row = b.data + p * b.row_stride + j0 * b.column_stride;
                    if (b.column_stride == 1) {
                        for (int64_t j = 0; j < columns; ++j) {
                            to[j] = static_cast<T>(to[j] + factor * row[j]);
                        }
                    } else {
                        for (int64_t j = 0; j < columns; ++j) {
                            to[j] = static_cast<T>(to[j] + factor * row[j * b.column_stride]);
                        }
                    }
                }
            }
        }
    }
}

template void integer_matmul(
    int64_t, int64_t, int64_t, MatrixView<const uint8_t>, MatrixView<const uint8_t>, uint8_t*);
template void integer_matmul(
    int64_t, int64_t, int64_t, MatrixView<const uint16_t>, MatrixView<const uint16_t>, uint16_t*);
template void integer_matmul(
    int64_t, int64_t, int64_t, MatrixView<const uint32_t>, MatrixView<const uint32_t>, uint32_t*);
template void integer_matmul(
    int64_t, int64_t, int64_t, MatrixView<const uint64_t>, MatrixView<const uint64_t>, uint64_t*);

}  // namespace native
