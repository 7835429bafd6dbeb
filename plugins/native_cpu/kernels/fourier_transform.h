// The discrete Fourier transform of n complex numbers, in double precision.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>

namespace native {

class FourierTransform {
public:
    virtual ~FourierTransform() = default;
    // from and to: n numbers each, not the same. Unscaled.
    virtual void run(const std::complex<double>* from, std::complex<double>* to) = 0;
};

// n >= 1.
std::unique_ptr<FourierTransform> make_fourier_transform(int64_t n, bool is_inverse);

}  // namespace native
