// Calls of ops on matrices and of Fourier transforms. Singular vectors and eigenvectors are free up to a factor, and general
// eigenvalues in their order: of those ops there is nothing to compare.
#include <chx/ops/fft.h>
#include <chx/ops/linalg.h>

#include "case.h"
#include "op_call.h"

namespace conformance {
namespace {

int part_of(int type) {
    return type == CHX_TYPE_C64 ? CHX_TYPE_F32 : type == CHX_TYPE_C128 ? CHX_TYPE_F64 : type;
}
int complex_of(int type) { return type == CHX_TYPE_F32 ? CHX_TYPE_C64 : CHX_TYPE_C128; }

// Matrices whose diagonal outweighs the rest.
OperandSpec matrices(int type, int64_t batch, int64_t m, int64_t n) {
    OperandSpec spec = operand(type, {batch, m, n}, 0, "unit");
    for (int64_t i = 0; i < batch; ++i) {
        for (int64_t k = 0; k < std::min(m, n); ++k)
            spec.values[static_cast<std::size_t>((i * m + k) * n + k)] =
                static_cast<double>(8 + k + i);
    }
    return spec;
}

// One call for each size of the matrices.
template <class Make>
std::vector<OpCall> square_calls(const Make& make) {
    std::vector<OpCall> calls;
    for (const int64_t n : {0, 1, 4}) {
        for (const int64_t batch : {1, 3}) {
            OpCall call = make(batch, n);
            call.label = fmt::format("{} matrices ({}, {})", batch, n, n) + call.label;
            calls.push_back(std::move(call));
        }
    }
    return calls;
}

std::vector<OpCall> factorizations(int type) {
    return square_calls([&](int64_t batch, int64_t n) {
        return call_with("",
                         {matrices(type, batch, n, n)},
                         {result(type, {batch, n, n}),
                          fixed_result(CHX_TYPE_I64, {batch, n}),
                          fixed_result(CHX_TYPE_I64, {batch})});
    });
}

std::vector<OpCall> determinants(int type, bool with_logarithm) {
    return square_calls([&](int64_t batch, int64_t n) {
        OpCall call = call_with("", {matrices(type, batch, n, n)}, {result(type, {batch})});
        if (with_logarithm) call.outputs.push_back(result(part_of(type), {batch}));
        return call;
    });
}

std::vector<OpCall> systems(int type) {
    return square_calls([&](int64_t batch, int64_t n) {
        return call_with("",
                         {matrices(type, batch, n, n), operand(type, {batch, n, 2}, 1)},
                         {result(type, {batch, n, 2})});
    });
}

std::vector<OpCall> triangular_systems(int type) {
    std::vector<OpCall> calls;
    for (const bool is_lower : {false, true}) {
        for (const bool is_unit : {false, true}) {
            for (OpCall& call : systems(type)) {
                call.label +=
                    fmt::format("{}{}", is_lower ? ", lower" : "", is_unit ? ", unit" : "");
                set_attrs<chx_attrs_solve_triangular>(call,
                                                      [&](chx_attrs_solve_triangular& attrs, bool) {
                                                          attrs.lower = is_lower;
                                                          attrs.unit_diagonal = is_unit;
                                                      });
                calls.push_back(std::move(call));
            }
        }
    }
    return calls;
}

// y is as large as a, or a vector of real numbers for each matrix.
template <class Attrs>
std::vector<OpCall> of_a_triangle(int type, bool gives_values) {
    std::vector<OpCall> calls;
    for (const bool is_upper : {false, true}) {
        for (OpCall& call : square_calls([&](int64_t batch, int64_t n) {
                 const OperandSpec y =
                     gives_values ? result(part_of(type), {batch, n}) : result(type, {batch, n, n});
                 return call_with("", {matrices(type, batch, n, n)}, {y});
             })) {
            call.label += is_upper ? ", upper" : ", lower";
            set_attrs<Attrs>(call, [&](Attrs& attrs, bool) { attrs.upper = is_upper; });
            calls.push_back(std::move(call));
        }
    }
    return calls;
}

std::vector<OpCall> reflections(int type) {
    std::vector<OpCall> calls;
    const struct {
        int64_t m, n;
    } sizes[] = {{4, 4}, {5, 3}, {3, 5}, {3, 0}};
    for (const auto& size : sizes) {
        const int64_t m = size.m, n = size.n, k = std::min(m, n);
        for (const int32_t mode : {CHX_QR_MODE_REDUCED, CHX_QR_MODE_COMPLETE, CHX_QR_MODE_RAW}) {
            const Shape q = mode == CHX_QR_MODE_RAW
                                ? Shape{2, n, m}
                                : Shape{2, m, mode == CHX_QR_MODE_REDUCED ? k : m};
            const Shape r = mode == CHX_QR_MODE_RAW
                                ? Shape{2, k}
                                : Shape{2, mode == CHX_QR_MODE_REDUCED ? k : m, n};
            OpCall call = call_with(fmt::format("matrices ({}, {}), mode {}", m, n, mode),
                                    {matrices(type, 2, m, n)},
                                    {result(type, q), result(type, r)});
            set_attrs<chx_attrs_qr>(call, [&](chx_attrs_qr& attrs, bool) { attrs.mode = mode; });
            calls.push_back(call);
        }
    }
    return calls;
}

std::vector<OpCall> singular_values(int type) {
    std::vector<OpCall> calls;
    for (const Shape& shape : {Shape{4, 4}, Shape{5, 3}, Shape{2, 5}, Shape{0, 3}}) {
        calls.push_back(call_with("matrices " + to_string(shape),
                                  {matrices(type, 2, shape[0], shape[1])},
                                  {result(part_of(type), {2, std::min(shape[0], shape[1])})}));
    }
    return calls;
}

// Along both axes of (extent, 3) and (3, extent); make(axis, extent, shape of that extent).
template <class Make>
std::vector<OpCall> transforms(const Make& make) {
    std::vector<OpCall> calls;
    for (const int64_t axis : {0, 1}) {
        for (const int64_t extent : {1, 8, 15, 67}) {
            const auto shape = [&](int64_t n) { return axis == 0 ? Shape{n, 3} : Shape{3, n}; };
            OpCall call = make(axis, extent, shape);
            call.label = fmt::format("{} elements along axis {}", extent, axis) + call.label;
            calls.push_back(std::move(call));
        }
    }
    return calls;
}

std::vector<OpCall> complex_transforms(int type) {
    std::vector<OpCall> calls;
    for (const bool is_inverse : {false, true}) {
        for (OpCall& call : transforms([&](int64_t axis, int64_t n, const auto& shape) {
                 OpCall made = call_with(is_inverse ? ", inverse" : "",
                                         {operand(type, shape(n))},
                                         {result(type, shape(n))});
                 set_attrs<chx_attrs_fft>(made, [&](chx_attrs_fft& attrs, bool) {
                     attrs.axis = axis;
                     attrs.inverse = is_inverse;
                     attrs.scale = 0.25;
                 });
                 return made;
             }))
            calls.push_back(std::move(call));
    }
    return calls;
}

std::vector<OpCall> transforms_of_reals(int type) {
    return transforms([&](int64_t axis, int64_t n, const auto& shape) {
        OpCall call =
            call_with("", {operand(type, shape(n))}, {result(complex_of(type), shape(n / 2 + 1))});
        set_attrs<chx_attrs_rfft>(call, [&](chx_attrs_rfft& attrs, bool) {
            attrs.axis = axis;
            attrs.scale = 0.25;
        });
        return call;
    });
}

std::vector<OpCall> transforms_to_reals(int type) {
    return transforms([&](int64_t axis, int64_t n, const auto& shape) {
        OpCall call =
            call_with("", {operand(type, shape(n / 2 + 1))}, {result(part_of(type), shape(n))});
        set_attrs<chx_attrs_irfft>(call, [&](chx_attrs_irfft& attrs, bool) {
            attrs.axis = axis;
            attrs.n = n;
            attrs.scale = 0.25;
        });
        return call;
    });
}

}  // namespace

std::vector<OpCall> matrix_calls_of(const std::string& op, int type) {
    if (op == CHX_OP_LU) return factorizations(type);
    if (op == CHX_OP_DET) return determinants(type, false);
    if (op == CHX_OP_SLOGDET) return determinants(type, true);
    if (op == CHX_OP_SOLVE) return systems(type);
    if (op == CHX_OP_SOLVE_TRIANGULAR) return triangular_systems(type);
    if (op == CHX_OP_CHOLESKY) return of_a_triangle<chx_attrs_cholesky>(type, false);
    if (op == CHX_OP_EIGVALSH) return of_a_triangle<chx_attrs_eigvalsh>(type, true);
    if (op == CHX_OP_QR) return reflections(type);
    if (op == CHX_OP_SVDVALS) return singular_values(type);
    if (op == CHX_OP_FFT) return complex_transforms(type);
    if (op == CHX_OP_RFFT) return transforms_of_reals(type);
    if (op == CHX_OP_IRFFT) return transforms_to_reals(type);
    return {};
}

}  // namespace conformance
