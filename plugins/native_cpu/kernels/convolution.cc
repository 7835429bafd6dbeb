// conv and its gradients: operands, special cases, and the choice between direct loops and matrix
// products.
#include <algorithm>

#include <chx/ops/convolution.h>

#include "kernel_list.h"
#include "kernels/convolution_passes.h"
#include "kernels/float_arrays.h"

namespace native {
namespace {

template <class T>
void forward(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const chx_tensor& w = chx::input(launch, 1);
    chx_tensor& y = chx::output(launch, 0);
    const ConvolutionShape shape = convolution_shape(chx::attrs<chx_attrs_conv>(launch),
                                                     x.shape[0],
                                                     w.shape[0],
                                                     w.shape[1],
                                                     x.shape + 2,
                                                     y.shape + 2,
                                                     w.shape + 2);
    const FloatInput<T> from(launch, x), weights(launch, w);
    FloatOutput<T> to(launch, y);
    const T* bias = nullptr;
    if (launch.n_in > 2 && launch.in[2] != nullptr) {
        bias = FloatInput<T>(launch, *launch.in[2]).data();
    }
    const ConvolutionArrays<T> arrays{
        const_cast<T*>(from.data()), const_cast<T*>(weights.data()), to.data(), bias};
    if (shape.depthwise()) {
        convolve_depthwise(shape, arrays);
    } else {
        convolve(launch, shape, arrays);
    }
    to.finish();
}

// Whether the gradient of x is a convolution of y's gradient itself: with the taps in reverse order.
bool has_unit_stride(const chx_attrs_conv_input_grad& attrs) {
    return std::all_of(
        attrs.stride, attrs.stride + attrs.n_stride, [](int64_t stride) { return stride == 1; });
}

// That convolution: from gy (n, groups * filters, output...) to gx (n, groups * channels, input...).
ConvolutionShape reversed_shape(chx_attrs_conv_input_grad attrs,
                                const chx_tensor& gy,
                                const chx_tensor& w,
                                const chx_tensor& gx) {
    for (int64_t d = 0; d < attrs.n_stride; ++d) {
        attrs.pad[d] = attrs.dilation[d] * (w.shape[d + 2] - 1) - attrs.pad[d];
    }
    return convolution_shape(attrs,
                             gy.shape[0],
                             gx.shape[1],
                             gy.shape[1] / attrs.groups,
                             gy.shape + 2,
                             gx.shape + 2,
                             w.shape + 2);
}

template <class T>
void input_grad(const chx_launch& launch) {
    const chx_tensor& gy = chx::input(launch, 0);
    const chx_tensor& w = chx::input(launch, 1);
    chx_tensor& gx = chx::output(launch, 0);
    const auto& attrs = chx::attrs<chx_attrs_conv_input_grad>(launch);
    const ConvolutionShape shape = convolution_shape(
        attrs, gy.shape[0], w.shape[0], w.shape[1], gx.shape + 2, gy.shape + 2, w.shape + 2);
    const FloatInput<T> from(launch, gy), weights(launch, w);
    FloatOutput<T> to(launch, gx);
    const ConvolutionArrays<T> arrays{
        to.data(), const_cast<T*>(weights.data()), const_cast<T*>(from.data()), nullptr};
    if (gy.numel == 0 || w.numel == 0) {
        std::fill_n(to.data(), gx.numel, T(0));
    } else if (shape.depthwise()) {
        convolve_depthwise_input_grad(shape, arrays);
    } else if (has_unit_stride(attrs)) {
        const ConvolutionArrays<T> reversed{arrays.y, arrays.w, arrays.x, nullptr};
        convolve_reversed(launch, reversed_shape(attrs, gy, w, gx), reversed);
    } else {
        convolve_input_grad(launch, shape, arrays);
    }
    to.finish();
}

template <class T>
void weight_grad(const chx_launch& launch) {
    const chx_tensor& gy = chx::input(launch, 0);
    const chx_tensor& x = chx::input(launch, 1);
    chx_tensor& gw = chx::output(launch, 0);
    const ConvolutionShape shape = convolution_shape(chx::attrs<chx_attrs_conv_weight_grad>(launch),
                                                     x.shape[0],
                                                     gw.shape[0],
                                                     gw.shape[1],
                                                     x.shape + 2,
                                                     gy.shape + 2,
                                                     gw.shape + 2);
    const FloatInput<T> g(launch, gy), from(launch, x);
    FloatOutput<T> to(launch, gw);
    const ConvolutionArrays<T> arrays{
        const_cast<T*>(from.data()), to.data(), const_cast<T*>(g.data()), nullptr};
    if (gy.numel == 0 || x.numel == 0) {
        std::fill_n(to.data(), gw.numel, T(0));
    } else if (shape.depthwise()) {
        convolve_depthwise_weight_grad(shape, arrays);
    } else {
        convolve_weight_grad(launch, shape, arrays);
    }
    to.finish();
}

void conv(const chx_launch& launch) {
    if (chx::output(launch, 0).numel > 0) {
        dispatch_real(chx::input(launch, 0).dtype,
                      [&](auto tag) { forward<typename decltype(tag)::type>(launch); });
    }
}

void conv_input_grad(const chx_launch& launch) {
    if (chx::output(launch, 0).numel > 0) {
        dispatch_real(chx::input(launch, 0).dtype,
                      [&](auto tag) { input_grad<typename decltype(tag)::type>(launch); });
    }
}

void conv_weight_grad(const chx_launch& launch) {
    if (chx::output(launch, 0).numel > 0) {
        dispatch_real(chx::input(launch, 0).dtype,
                      [&](auto tag) { weight_grad<typename decltype(tag)::type>(launch); });
    }
}

}  // namespace

void register_convolution(KernelList& kernels) {
    kernels.add(CHX_OP_CONV, CHX_OP_CONV_VERSION, kFloatTypes, kPlainCaps, chx::kernel<&conv>);
    kernels.add(CHX_OP_CONV_INPUT_GRAD,
                CHX_OP_CONV_INPUT_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&conv_input_grad>);
    kernels.add(CHX_OP_CONV_WEIGHT_GRAD,
                CHX_OP_CONV_WEIGHT_GRAD_VERSION,
                kFloatTypes,
                kPlainCaps,
                chx::kernel<&conv_weight_grad>);
}

}  // namespace native
