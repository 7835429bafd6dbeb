// Copies and sums of short runs of elements, compiled for several instruction sets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace native {

// n elements from `from` on to those from `to` on, or zeros if `from` is kZeros.
struct CopiedRun {
    int64_t from, to, n;
};
inline constexpr int64_t kZeros = -1;

// The elements that are read are `stride` apart.
template <class T>
using RunCopies =
    void (*)(const CopiedRun* runs, size_t n_runs, const T* from, int64_t stride, T* to);

// For float and double.
template <class T>
RunCopies<T> run_copies();

// to[i * stride] += from[i] for n elements; those in between may be written back as they are.
template <class T>
using AddRun = void (*)(const T* from, int64_t n, int64_t stride, T* to);
template <class T>
AddRun<T> add_run();

}  // namespace native
