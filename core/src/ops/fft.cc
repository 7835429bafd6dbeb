// The ops of discrete Fourier transforms: along one axis, of complex numbers, from and to real ones.
#include "chx/ops/fft.h"

#include "ops/linalg_support.h"
#include "ops/transforms.h"

namespace chainerx {
namespace internal {

Array transform(const Array& x, int64_t axis, bool is_inverse, double scale) {
    auto attrs = make_attrs<chx_attrs_fft>();
    attrs.axis = axis;
    attrs.inverse = is_inverse;
    attrs.scale = scale;
    return call(kOps[kOpFft], {x}, &attrs);
}

Array transform_real(const Array& x, int64_t axis, double scale) {
    auto attrs = make_attrs<chx_attrs_rfft>();
    attrs.axis = axis;
    attrs.scale = scale;
    return call(kOps[kOpRfft], {x}, &attrs);
}

Array transform_to_real(const Array& x, int64_t axis, int64_t n, double scale) {
    auto attrs = make_attrs<chx_attrs_irfft>();
    attrs.axis = axis;
    attrs.n = n;
    attrs.scale = scale;
    return call(kOps[kOpIrfft], {x}, &attrs);
}

Array with_extent(const Array& x, int64_t axis, int64_t n) {
    const int64_t extent = x.shape()[static_cast<int>(axis)];
    if (n == extent) return x;
    if (n < extent) return part_of(x, static_cast<int>(axis), 0, n);
    Shape shape = x.shape();
    shape[static_cast<int>(axis)] = n - extent;
    return concatenate({x, zeros(shape, x.dtype(), &x.device())}, axis);
}

void infer_fft(InferContext& c) { c.set(0, c.shape(0)); }

// The matrix of the transform is symmetric.
void gradient_fft(GradientContext& c) {
    const auto& attrs = c.attrs<chx_attrs_fft>();
    c.set(0, transform(c.grad(), attrs.axis, attrs.inverse != 0, attrs.scale));
}

void infer_rfft(InferContext& c) {
    const auto axis = static_cast<int>(c.attrs<chx_attrs_rfft>().axis);
    Shape shape = c.shape(0);
    shape[axis] = shape[axis] / 2 + 1;
    c.set(0, shape, complex_dtype(c.dispatch_dtype()));
}

void decompose_rfft(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_rfft*>(attributes);
    const Array x = array_of(inputs[0]);
    const int64_t extent = x.shape()[static_cast<int>(attrs.axis)];
    const Array all =
        transform(astype(x, complex_dtype(x.dtype())), attrs.axis, false, attrs.scale);
    outputs[0] = part_of(all, static_cast<int>(attrs.axis), 0, extent / 2 + 1);
}

void gradient_rfft(GradientContext& c) {
    const auto& attrs = c.attrs<chx_attrs_rfft>();
    const int64_t n = c.input_shape(0)[static_cast<int>(attrs.axis)];
    c.set(0, real(transform(with_extent(c.grad(), attrs.axis, n), attrs.axis, true, attrs.scale)));
}

void infer_irfft(InferContext& c) {
    const auto& attrs = c.attrs<chx_attrs_irfft>();
    Shape shape = c.shape(0);
    shape[static_cast<int>(attrs.axis)] = attrs.n;
    c.set(0, shape);
}

void decompose_irfft(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_irfft*>(attributes);
    const Array x = array_of(inputs[0]);
    const int64_t n_mirrored = (attrs.n - 1) / 2;
    Array all = x;
    if (n_mirrored > 0) {
        const Array mirrored =
            conj(flip(part_of(x, static_cast<int>(attrs.axis), 1, n_mirrored), Axes{attrs.axis}));
        all = concatenate({x, mirrored}, attrs.axis);
    }
    outputs[0] = real(transform(all, attrs.axis, true, attrs.scale));
}

// Each element but the first and, for an even n, the last stands for two.
void gradient_irfft(GradientContext& c) {
    const auto& attrs = c.attrs<chx_attrs_irfft>();
    const Array g = transform_real(c.grad(), attrs.axis, attrs.scale);
    const int64_t n_twice = (attrs.n - 1) / 2;
    if (n_twice == 0) return c.set(0, g);
    std::vector<Array> parts = {part_of(g, static_cast<int>(attrs.axis), 0, 1),
                                multiply(part_of(g, static_cast<int>(attrs.axis), 1, n_twice), 2)};
    if (attrs.n % 2 == 0) parts.push_back(part_of(g, static_cast<int>(attrs.axis), 1 + n_twice, 1));
    c.set(0, concatenate(parts, attrs.axis));
}

}  // namespace internal
}  // namespace chainerx
