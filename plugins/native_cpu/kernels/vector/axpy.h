// Sums over short contiguous runs, compiled for several instruction sets.
#pragma once

#include <cstdint>

namespace native {

// y[i] += a * x[i]
void axpy(float a, const float* x, int64_t n, float* y);
void axpy(double a, const double* x, int64_t n, double* y);
// The sum of x[i] * y[i].
float dot(const float* x, const float* y, int64_t n);
double dot(const double* x, const double* y, int64_t n);

}  // namespace native
