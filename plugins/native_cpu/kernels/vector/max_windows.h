// Greatest elements of neighbouring pooling windows, compiled for several instruction sets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace native {

// n windows beside each other, `step` columns apart, that lie within the input: window i has the
// elements x[taps[t] + i * step] for n_taps taps, in row-major order.
template <class T>
struct MaxWindows {
    const T* x;
    const int64_t* taps;
    size_t n_taps;
    int64_t step, n;
};

// The greatest element of each window, the first NaN if there is one, and unless `where` is null
// at which position of x it is: the first one. For the steps that has_max_of_windows.
void max_of_windows(const MaxWindows<float>& windows, float* greatest, int64_t* where);
bool has_max_of_windows(int64_t step);

}  // namespace native
