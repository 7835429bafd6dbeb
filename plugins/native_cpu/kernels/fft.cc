// Fourier transforms along one axis of complex numbers, and from and to real ones; computed in double precision.
#include <complex>
#include <vector>

#include <chx/ops/fft.h>

#include "host.h"
#include "kernel_list.h"
#include "kernels/axis_rows.h"
#include "kernels/fourier_transform.h"
#include "scalar_types.h"

namespace native {
namespace {

// Fetches a row of T, transforms it and stores the results as U.
template <class T, class U>
class RowTransform {
public:
    // n: of the transform.
    RowTransform(const AxisRows& rows, int64_t n, bool is_inverse, double scale)
        : rows_{rows},
          scale_{scale},
          transform_{make_fourier_transform(n, is_inverse)},
          from_(static_cast<size_t>(n)),
          to_(static_cast<size_t>(n)) {}

    void operator()(const char* x, char* y) {
        const auto n_given = static_cast<size_t>(rows_.n);
        for (size_t i = 0; i < std::min(n_given, from_.size()); ++i) {
            const T value = load<T>(x + static_cast<int64_t>(i) * rows_.stride);
            if constexpr (is_complex_v<T>) {
                from_[i] = {value.real(), value.imag()};
            } else {
                from_[i] = value;
            }
        }
        if constexpr (!is_complex_v<U>) complete();
        transform_->run(from_.data(), to_.data());
        for (int64_t i = 0; i < rows_.n_out; ++i) {
            const complex128 value = to_[static_cast<size_t>(i)] * scale_;
            store(y + i * rows_.out_stride(), convert<U>(value));
        }
    }

private:
    // The second half of a row whose transform is real, of which the first one was given.
    void complete() {
        const size_t n = from_.size();
        from_[0].imag(0);
        if (n % 2 == 0) from_[n / 2].imag(0);
        for (size_t i = 1; i < (n + 1) / 2; ++i) from_[n - i] = std::conj(from_[i]);
    }

    const AxisRows& rows_;
    double scale_;
    std::unique_ptr<FourierTransform> transform_;
    std::vector<complex128> from_, to_;
};

template <class T, class U>
void transform(const chx_launch& launch, int64_t axis, int64_t n, bool is_inverse, double scale) {
    chx_tensor& y = chx::output(launch, 0);
    if (y.numel == 0) return;
    const AxisRows rows(chx::input(launch, 0), y, axis);
    rows.for_each([&] { return RowTransform<T, U>(rows, n, is_inverse, scale); });
}

template <class T>
void fft(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_fft>(launch);
    const int64_t n = chx::input(launch, 0).shape[attrs.axis];
    transform<T, T>(launch, attrs.axis, n, attrs.inverse != 0, attrs.scale);
}

template <class T>
void rfft(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_rfft>(launch);
    const int64_t n = chx::input(launch, 0).shape[attrs.axis];
    if (n == 0) throw chx::Error(CHX_E_INVALID, "a transform of no elements");
    transform<T, std::complex<T>>(launch, attrs.axis, n, false, attrs.scale);
}

template <class T>
void irfft(const chx_launch& launch) {
    const auto& attrs = chx::attrs<chx_attrs_irfft>(launch);
    transform<std::complex<T>, T>(launch, attrs.axis, attrs.n, true, attrs.scale);
}

}  // namespace

void register_fft(KernelList& kernels) {
    constexpr uint64_t kCaps = kPlainCaps | CHX_K_STRIDED_IN;
    kernels.add(CHX_OP_FFT, CHX_OP_FFT_VERSION, "c64", kCaps, chx::kernel<&fft<complex64>>);
    kernels.add(CHX_OP_FFT, CHX_OP_FFT_VERSION, "c128", kCaps, chx::kernel<&fft<complex128>>);
    kernels.add(CHX_OP_RFFT, CHX_OP_RFFT_VERSION, "f32", kCaps, chx::kernel<&rfft<float>>);
    kernels.add(CHX_OP_RFFT, CHX_OP_RFFT_VERSION, "f64", kCaps, chx::kernel<&rfft<double>>);
    kernels.add(CHX_OP_IRFFT, CHX_OP_IRFFT_VERSION, "c64", kCaps, chx::kernel<&irfft<float>>);
    kernels.add(CHX_OP_IRFFT, CHX_OP_IRFFT_VERSION, "c128", kCaps, chx::kernel<&irfft<double>>);
}

}  // namespace native
