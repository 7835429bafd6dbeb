// Ops of primdev's own, differentiable twice: primdev.affine(x, w; scale) = x * w * scale.
#include "affine.h"

#include <cstddef>
#include <cstring>

#include "tensor.h"

namespace primdev {

using sim::item_size;
using sim::load;
using sim::store;

namespace {

struct AffineAttrs {
    uint32_t struct_size, reserved;
    double scale;
};

// Every operand and result has one shape and one dtype, f32 or f64.
chx_status infer(void*,
                 const chx_meta* const* in,
                 uint32_t n_in,
                 const void*,
                 chx_meta* const* out,
                 uint32_t n_out) {
    const chx_meta& first = *in[0];
    if (first.dtype.code != CHX_DT_FLOAT || first.dtype.bits < 32) {
        return chx::host().set_error(
            CHX_E_INVALID,
            "operands of another dtype were given; expected float32 or float64; cast them");
    }
    for (uint32_t i = 1; i < n_in; ++i) {
        const bool is_same =
            chx::same_dtype(in[i]->dtype, first.dtype) && in[i]->ndim == first.ndim &&
            std::memcmp(
                in[i]->shape, first.shape, sizeof(int64_t) * static_cast<size_t>(first.ndim)) == 0;
        if (!is_same)
            return chx::host().set_error(
                CHX_E_INVALID, "operands of several shapes or dtypes were given; expected one");
    }
    for (uint32_t i = 0; i < n_out; ++i) {
        out[i]->ndim = first.ndim;
        out[i]->dtype = first.dtype;
        std::memcpy(out[i]->shape, first.shape, sizeof first.shape);
    }
    return CHX_OK;
}

double scale_of(const chx_launch& launch) { return chx::attrs<AffineAttrs>(launch).scale; }

// x, w -> y
void affine(double scale, const double* in, double* out) { out[0] = in[0] * in[1] * scale; }

// gy, x, w -> gx, gw
void affine_grad(double scale, const double* in, double* out) {
    out[0] = in[0] * in[2] * scale;
    out[1] = in[0] * in[1] * scale;
}

// ggx, ggw, gy, x, w -> gradients of affine_grad with respect to gy, x, w
void affine_grad_grad(double scale, const double* in, double* out) {
    out[0] = (in[0] * in[4] + in[1] * in[3]) * scale;
    out[1] = in[1] * in[2] * scale;
    out[2] = in[0] * in[2] * scale;
}

using Formula = void (*)(double scale, const double* in, double* out);

template <Formula formula>
void on_device(const chx_launch& launch) {
    for (int64_t i = 0; i < launch.out[0]->numel; ++i) {
        double in[5], out[3];
        for (int j = 0; j < launch.n_in; ++j) in[j] = sim::input(launch, j).at(i).re;
        formula(scale_of(launch), in, out);
        for (int j = 0; j < launch.n_out; ++j) sim::output(launch, j).put(i, {0, out[j], 0});
    }
}

// For memory of kind "host", whoever's it is: the device handle is not ours.
template <Formula formula>
void on_host(const chx_launch& launch) {
    const int type = chx::type_code(launch.out[0]->dtype);
    for (int64_t i = 0; i < launch.out[0]->numel; ++i) {
        double in[5], out[3];
        for (int j = 0; j < launch.n_in; ++j)
            in[j] = load(type, chx::data<char>(*launch.in[j]) + i * item_size(type)).re;
        formula(scale_of(launch), in, out);
        for (int j = 0; j < launch.n_out; ++j)
            store(type, chx::data<char>(*launch.out[j]) + i * item_size(type), {0, out[j], 0});
    }
}

template <Formula formula>
void add(chx::KernelList& kernels, const char* op) {
    kernels.add(op, 1, "f32 f64", 0, chx::kernel<&on_device<formula>>);
    kernels.add(op, 1, "f32 f64", 0, chx::kernel<&on_host<formula>>).memory_kind = "host";
}

constexpr chx_attr_field kScale = {"scale", CHX_ATTR_F64, offsetof(AffineAttrs, scale), 0, 1.0};
constexpr const chx_attr_field* kFields[] = {&kScale};

constexpr chx_op_def define(const char* name,
                            const char* doc,
                            int16_t n_in,
                            int16_t n_out,
                            const char* backward_op,
                            const char* operands) {
    return {sizeof(chx_op_def),
            1,
            name,
            doc,
            1,
            sizeof(AffineAttrs),
            kFields,
            n_in,
            n_out,
            0,
            infer,
            nullptr,
            backward_op,
            operands};
}

constexpr chx_op_def kAffine =
    define("primdev.affine", "x * w * scale.", 2, 1, "primdev.affine_grad", "g0 x0 x1");
constexpr chx_op_def kAffineGrad = define("primdev.affine_grad",
                                          "The gradients of affine.",
                                          3,
                                          2,
                                          "primdev.affine_grad_grad",
                                          "g0 g1 x0 x1 x2");
constexpr chx_op_def kAffineGradGrad =
    define("primdev.affine_grad_grad", "The gradients of affine_grad.", 5, 3, nullptr, nullptr);
constexpr const chx_op_def* kDefinitions[kOpCount] = {&kAffine, &kAffineGrad, &kAffineGradGrad};

}  // namespace

const chx_op_def* const* op_definitions() { return kDefinitions; }

void add_affine_kernels(chx::KernelList& kernels) {
    add<affine>(kernels, "primdev.affine");
    add<affine_grad>(kernels, "primdev.affine_grad");
    add<affine_grad_grad>(kernels, "primdev.affine_grad_grad");
}

}  // namespace primdev
