// The attributes of conv and its gradients, as views and as copies of one another.
#pragma once

#include "chx/ops/convolution.h"
#include "dispatch/dispatch.h"

namespace chainerx::internal {

template <typename Attrs>
DimsView stride_of(const Attrs& a) {
    return {a.stride, static_cast<int>(a.n_stride)};
}
template <typename Attrs>
DimsView pad_of(const Attrs& a) {
    return {a.pad, static_cast<int>(a.n_pad)};
}
template <typename Attrs>
DimsView dilation_of(const Attrs& a) {
    return {a.dilation, static_cast<int>(a.n_dilation)};
}
inline DimsView output_of(const chx_attrs_conv& a) {
    return {a.output, static_cast<int>(a.n_output)};
}
inline DimsView input_of(const chx_attrs_conv_input_grad& a) {
    return {a.input, static_cast<int>(a.n_input)};
}
inline DimsView kernel_of(const chx_attrs_conv_weight_grad& a) {
    return {a.kernel, static_cast<int>(a.n_kernel)};
}

// The attributes that the three ops share.
template <typename To>
To make_conv_attrs(DimsView stride, DimsView pad, DimsView dilation, int64_t groups) {
    auto attrs = make_attrs<To>();
    set_attr(attrs.n_stride, attrs.stride, stride);
    set_attr(attrs.n_pad, attrs.pad, pad);
    set_attr(attrs.n_dilation, attrs.dilation, dilation);
    attrs.groups = groups;
    return attrs;
}
template <typename To, typename From>
To make_conv_attrs(const From& from) {
    return make_conv_attrs<To>(stride_of(from), pad_of(from), dilation_of(from), from.groups);
}

}  // namespace chainerx::internal
