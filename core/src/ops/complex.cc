// Parts of complex numbers. The gradient of a real loss L by z = x + iy is dL/dx + i dL/dy.
#include <complex>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {
namespace internal {

void gradient_real(GradientContext& c) { c.set(0, astype(c.grad(), c.input_dtype(0))); }

void gradient_imag(GradientContext& c) {
    c.set(0, multiply(astype(c.grad(), c.input_dtype(0)), Scalar(std::complex<double>(0, 1))));
}

void gradient_conj(GradientContext& c) { c.set(0, conj(c.grad())); }

}  // namespace internal

using internal::is_complex;

Array real(const Array& x) {
    return is_complex(x) ? internal::call(internal::kOps[internal::kOpReal], {x}) : x;
}

Array imag(const Array& x) {
    return is_complex(x) ? internal::call(internal::kOps[internal::kOpImag], {x}) : zeros_like(x);
}

Array conj(const Array& x) {
    return is_complex(x) ? internal::call(internal::kOps[internal::kOpConj], {x}) : x;
}

}  // namespace chainerx
