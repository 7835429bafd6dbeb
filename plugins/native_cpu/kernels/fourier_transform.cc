// The discrete Fourier transform: kissfft where all prime factors of n are small, else by way of a convolution.
#include "kernels/fourier_transform.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <kissfft/kissfft.hh>

namespace native {
namespace {

using Complex = std::complex<double>;

// kissfft takes n * p steps for a prime factor p.
constexpr int64_t kMostFactor = 61;

int64_t greatest_prime_factor(int64_t n) {
    int64_t greatest = 1;
    for (int64_t p = 2; p * p <= n; p += p == 2 ? 1 : 2) {
        for (; n % p == 0; n /= p) greatest = p;
    }
    return n > 1 ? n : greatest;
}

// Written out: the operator checks for infinities.
Complex product(Complex a, Complex b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

class SmallFactors final : public FourierTransform {
public:
    SmallFactors(int64_t n, bool is_inverse) : fft_(static_cast<size_t>(n), is_inverse) {}
    void run(const Complex* from, Complex* to) override { fft_.transform(from, to); }

private:
    kissfft<double> fft_;
};

// L. I. Bluestein, A linear filtering approach to the computation of discrete Fourier transform, 1970: with
// j * k = (j * j + k * k - (k - j)^2) / 2 the transform is a convolution with a chirp, of which the length is free.
class Bluestein final : public FourierTransform {
public:
    Bluestein(int64_t n, bool is_inverse)
        : n_(static_cast<size_t>(n)),
          length_(power_of_two_from(2 * n_ - 1)),
          forward_(length_, false),
          inverse_(length_, true),
          chirp_(n_),
          filter_(length_),
          padded_(length_),
          spectrum_(length_) {
        const double sign = is_inverse ? 1 : -1;
        for (size_t j = 0; j < n_; ++j) {
            // exp(i pi j^2 / n) has the period 2 n in j^2.
            const auto square = static_cast<double>(j * j % (2 * n_));
            chirp_[j] = std::polar(1.0, sign * std::numbers::pi * square / static_cast<double>(n_));
        }
        for (size_t j = 0; j < n_; ++j) {
            padded_[j] = std::conj(chirp_[j]);
            if (j > 0) padded_[length_ - j] = padded_[j];
        }
        forward_.transform(padded_.data(), filter_.data());
        for (Complex& value : filter_) value /= static_cast<double>(length_);
    }

    void run(const Complex* from, Complex* to) override {
        std::fill(padded_.begin(), padded_.end(), Complex());
        for (size_t j = 0; j < n_; ++j) padded_[j] = product(from[j], chirp_[j]);
        forward_.transform(padded_.data(), spectrum_.data());
        for (size_t j = 0; j < length_; ++j) spectrum_[j] = product(spectrum_[j], filter_[j]);
        inverse_.transform(spectrum_.data(), padded_.data());
        for (size_t k = 0; k < n_; ++k) to[k] = product(padded_[k], chirp_[k]);
    }

private:
    static size_t power_of_two_from(size_t least) {
        size_t n = 1;
        while (n < least) n *= 2;
        return n;
    }

    size_t n_, length_;
    kissfft<double> forward_, inverse_;
    std::vector<Complex> chirp_, filter_, padded_, spectrum_;
};

}  // namespace

std::unique_ptr<FourierTransform> make_fourier_transform(int64_t n, bool is_inverse) {
    if (greatest_prime_factor(n) <= kMostFactor)
        return std::make_unique<SmallFactors>(n, is_inverse);
    return std::make_unique<Bluestein>(n, is_inverse);
}

}  // namespace native
