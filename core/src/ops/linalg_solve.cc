// Systems of equations: determinants, inverses and pseudo-inverses, least squares.
#include <algorithm>

#include "chx/ops/linalg.h"
#include "ops/linalg_support.h"

namespace chainerx {
namespace internal {

std::pair<Array, Array> with_common_batch(const char* op, const Array& a, const Array& b) {
    const Shape batch = broadcast_shapes(
        op, DimsView(a.shape().data(), a.ndim() - 2), DimsView(b.shape().data(), b.ndim() - 2));
    const auto with_batch = [&](const Array& x) {
        Shape shape = batch;
        shape.push_back(n_rows(x.shape()));
        shape.push_back(n_columns(x.shape()));
        return x.shape() == DimsView(shape) ? x : broadcast_to(x, shape);
    };
    return {with_batch(a), with_batch(b)};
}

namespace {

struct Lu {
    Array diagonal;  // of u
    Array parity;
};

Lu lu_of(const Operand& a) {
    Array outputs[3];
    dispatch(kOps[kOpLu], &a, 1, nullptr, outputs);
    return {diagonal(outputs[0], 0, -2, -1), outputs[2]};
}

// x, or -x where parity is odd.
Array with_parity(const Array& x, const Array& parity) {
    return where(not_equal(parity, 0), negative(x), x);
}

}  // namespace

void infer_det(InferContext& c) {
    require_square("det", c.shape(0));
    c.set(0, batch_and(c.shape(0), {}));
}

void decompose_det(const Operand* inputs, int, const void*, Array* outputs) {
    const Lu lu = lu_of(inputs[0]);
    outputs[0] = with_parity(prod(lu.diagonal, Axes{-1}), lu.parity);
}

namespace {

// The matrices of cofactors, also of those without an inverse: det(u) * det(vh) * conj(u @ diag(p) @ vh), where each element
// of p is the product of the other singular values.
Array cofactors(const Array& a) {
    const std::vector<Array> parts = linalg::svd(a, false, true);
    const Array &u = parts[0], &s = parts[1], &vh = parts[2];
    const int64_t n = n_rows(a.shape());
    const Array unit = eye(n, std::nullopt, 0, DType::kBool, &a.device());
    const Array others = prod(where(unit, 1.0, expand_dims(s, {-2})), Axes{-1});
    const Array modulus = conj(matmul(scale_columns(u, others), vh));
    const Array factor = multiply(linalg::det(u), linalg::det(vh));
    return multiply(modulus, expand_dims(factor, {-2, -1}));
}

}  // namespace

void gradient_det(GradientContext& c) {
    const Array a = array_of(c.input(0));
    if (!c.is_recording()) return c.set(0, multiply(cofactors(a), expand_dims(c.grad(), {-2, -1})));
    const Array scale = multiply(c.grad(), c.output(0));
    c.set(0, multiply(matrix_transpose(linalg::inv(a)), expand_dims(scale, {-2, -1})));
}

void infer_slogdet(InferContext& c) {
    require_square("slogdet", c.shape(0));
    const Shape batch = batch_and(c.shape(0), {});
    c.set(0, batch);
    c.set(1, batch, real_dtype(c.dispatch_dtype()));
}

void decompose_slogdet(const Operand* inputs, int, const void*, Array* outputs) {
    const Lu lu = lu_of(inputs[0]);
    outputs[0] = with_parity(prod(sign(lu.diagonal), Axes{-1}), lu.parity);
    outputs[1] = sum(log(abs(lu.diagonal)), Axes{-1});
}

// d log(det) = tr(a^-1 da), whose real part is d logabsdet, and whose imaginary part is -i * conj(sign) * d sign.
void gradient_slogdet(GradientContext& c) {
    const Array a = array_of(c.input(0));
    Array factor = c.grad(1);
    if (kind(a.dtype()) == DTypeKind::kComplex && c.has_grad(0)) {
        const Array turn = imag(multiply(conj(c.grad(0)), c.output(0)));
        factor = subtract(factor, multiply(turn, Scalar(std::complex<double>(0, 1))));
    }
    c.set(0, multiply(adjoint(linalg::inv(a)), expand_dims(factor, {-2, -1})));
}

namespace {

void infer_system(InferContext& c, const char* op) {
    const DimsView a = c.shape(0), b = c.shape(1);
    require_square(op, a);
    const int n = a.size();
    if (b.size() != n || b[n - 2] != a[n - 1] ||
        !std::equal(a.data(), a.data() + n - 2, b.data())) {
        throw DimensionError(
            fmt::format("{}: a of shape {} and b of shape {}; expected (..., n, n) and (..., n, k)",
                        op,
                        to_string(a),
                        to_string(b)));
    }
    c.set(0, b);
}

Array triangle(const Array& x, const chx_attrs_solve_triangular& attrs) {
    const int64_t skipped = attrs.unit_diagonal != 0 ? 1 : 0;
    return attrs.lower != 0 ? tril(x, -skipped) : triu(x, skipped);
}

}  // namespace

void infer_solve(InferContext& c) { infer_system(c, "solve"); }

void gradient_solve(GradientContext& c) {
    const Array of_b = call(kOps[kOpSolve], {matrix_transpose(array_of(c.input(0))), c.grad()});
    if (c.wants(0)) {
        const Array x_t = matrix_transpose(array_of(c.output(0)));
        c.set(0, negative(call(kOps[kOpMatmul], {of_b, x_t})));
    }
    c.set(1, of_b);
}

void infer_solve_triangular(InferContext& c) { infer_system(c, "solve_triangular"); }

void gradient_solve_triangular(GradientContext& c) {
    const auto& attrs = c.attrs<chx_attrs_solve_triangular>();
    const Array a_t = matrix_transpose(array_of(c.input(0)));
    const Array of_b =
        linalg::solve_triangular(a_t, c.grad(), attrs.lower == 0, attrs.unit_diagonal != 0);
    if (c.wants(0)) {
        const Array product =
            call(kOps[kOpMatmul], {of_b, matrix_transpose(array_of(c.output(0)))});
        c.set(0, triangle(negative(product), attrs));
    }
    c.set(1, of_b);
}

void infer_pinv(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_matrices("pinv", shape);
    if (c.shape(1) != DimsView(batch_and(shape, {}))) {
        throw DimensionError(
            fmt::format("pinv: rtol has shape {} for matrices of shape {}; expected one each",
                        to_string(c.shape(1)),
                        to_string(shape)));
    }
    c.set(0, batch_and(shape, {n_columns(shape), n_rows(shape)}));
}

void decompose_pinv(const Operand* inputs, int, const void*, Array* outputs) {
    const Array a = array_of(inputs[0]);
    if (a.size() == 0) {
        const Shape shape = batch_and(a.shape(), {n_columns(a.shape()), n_rows(a.shape())});
        outputs[0] = zeros(shape, a.dtype(), &a.device());
        return;
    }
    const std::vector<Array> parts = linalg::svd(a, false, true);
    const Array &u = parts[0], &s = parts[1], &vh = parts[2];
    const Array rtol = expand_dims(astype(array_of(inputs[1]), s.dtype(), false), {-1});
    const Array is_kept = greater(s, multiply(rtol, max(s, Axes{-1}, true)));
    const Array inverse = where(is_kept, reciprocal(where(is_kept, s, 1.0)), 0.0);
    outputs[0] = matmul(scale_columns(adjoint(vh), inverse), adjoint(u));
}

// Golub and Pereyra, The differentiation of pseudo-inverses, 1973:
// dy = -y da y + y y^H da^H (1 - a y) + (1 - y a) da^H y^H y.
void gradient_pinv(GradientContext& c) {
    const Array a = array_of(c.input(0)), y = array_of(c.output(0));
    const Array g_h = adjoint(c.grad()), y_h = adjoint(y);
    const Array first = matmul(matmul(y_h, c.grad()), y_h);
    const Array second = matmul(matmul(g_h, y), y_h);
    const Array third = matmul(matmul(y_h, y), g_h);
    const Array outside = subtract(second, matmul(matmul(a, y), second));
    const Array inside = subtract(third, matmul(matmul(third, y), a));
    c.set(0, subtract(add(outside, inside), first));
}

namespace {

double default_rtol(const Array& a) {
    const DType dtype = real_dtype(inexact_dtype(a.dtype()));
    const double eps = dtype == DType::kFloat64    ? 0x1p-52
                       : dtype == DType::kFloat32  ? 0x1p-23
                       : dtype == DType::kBFloat16 ? 0x1p-7
                                                   : 0x1p-10;
    return eps * static_cast<double>(std::max(n_rows(a.shape()), n_columns(a.shape())));
}

// One for each matrix of a.
Array tolerance_of(const Array& a, const Operand& rtol) {
    const Shape batch = batch_and(a.shape(), {});
    if (!rtol.is_absent() && !rtol.is_scalar()) return broadcast_to(array_of(rtol), batch);
    const Scalar value = rtol.is_scalar() ? rtol.scalar() : Scalar(default_rtol(a));
    return full(batch, value, DType::kFloat64, &a.device());
}

// b as matrices beside a, by NumPy's rule: of one dimension it is a vector for each of a's matrices.
template <class Solve>
Array solve_for(const char* op, const Array& a, const Array& b, const Solve& solve) {
    require_square(op, a.shape());
    if (b.ndim() == 0 || b.shape()[b.ndim() == 1 ? 0 : b.ndim() - 2] != n_columns(a.shape())) {
        throw DimensionError(
            fmt::format("{}: a of shape {} and b of shape {}; expected (..., n, n) and (n,) or "
                        "(..., n, k)",
                        op,
                        to_string(a.shape()),
                        to_string(b.shape())));
    }
    const DType dtype = promote_types(a.dtype(), b.dtype());
    const auto [matrices, sides] =
        with_common_batch(op, widened(a), widened(b.ndim() == 1 ? expand_dims(b, {-1}) : b));
    const Array solved = solve(matrices, sides);
    const Array x = is_half(dtype) ? astype(solved, dtype) : solved;
    return b.ndim() == 1 ? squeeze(x, Axes{-1}) : x;
}

}  // namespace
}  // namespace internal

namespace linalg {

using internal::n_columns;
using internal::n_rows;

Array det(const Array& a) { return internal::call_for_one(internal::kOpDet, a); }

std::vector<Array> slogdet(const Array& a) {
    return internal::call_for_all<2>(internal::kOpSlogdet, a);
}

Array solve(const Array& a, const Array& b) {
    return internal::solve_for("solve", a, b, [](const Array& matrices, const Array& sides) {
        return internal::call(internal::kOps[internal::kOpSolve], {matrices, sides});
    });
}

Array solve_triangular(const Array& a, const Array& b, bool lower, bool unit_diagonal) {
    auto attrs = internal::make_attrs<chx_attrs_solve_triangular>();
    attrs.lower = lower;
    attrs.unit_diagonal = unit_diagonal;
    return internal::solve_for(
        "solve_triangular", a, b, [&](const Array& matrices, const Array& sides) {
            return internal::call(
                internal::kOps[internal::kOpSolveTriangular], {matrices, sides}, &attrs);
        });
}

Array inv(const Array& a) {
    internal::require_square("inv", a.shape());
    return solve(a, internal::identity_of(a, n_rows(a.shape())));
}

Array pinv(const Array& a, const Operand& rtol) {
    internal::require_matrices("pinv", a.shape());
    const Array tolerance = internal::tolerance_of(a, rtol);
    return internal::in_single(a, [&](const Array& wide) {
        return internal::call(internal::kOps[internal::kOpPinv], {wide, tolerance});
    });
}

Array matrix_rank(const Array& a, const Operand& tol, bool hermitian, const Operand& rtol) {
    if (a.ndim() < 2) return astype(any(not_equal(a, 0)), DType::kInt64);
    Array s;
    if (hermitian) {
        s = abs(eigvalsh(a, "L"));
    } else {
        s = svdvals(a);
    }
    if (s.shape()[s.ndim() - 1] == 0)
        return zeros(internal::batch_and(a.shape(), {}), DType::kInt64, &a.device());
    Array limit;
    if (tol.is_absent()) {
        const Array relative = astype(internal::tolerance_of(a, rtol), s.dtype(), false);
        limit = multiply(expand_dims(relative, {-1}), max(s, Axes{-1}, true));
    } else if (tol.is_scalar()) {
        limit = full({1}, tol.scalar(), s.dtype(), &a.device());
    } else {
        limit = expand_dims(internal::array_of(tol), {-1});
    }
    return sum(greater(s, limit), Axes{-1});
}

std::vector<Array> lstsq(const Array& a, const Array& b, std::optional<double> rcond) {
    if (a.ndim() != 2 || (b.ndim() != 1 && b.ndim() != 2) || a.shape()[0] != b.shape()[0]) {
        throw DimensionError(fmt::format(
            "lstsq: a of shape {} and b of shape {}; expected (m, n) and (m,) or (m, k)",
            to_string(a.shape()),
            to_string(b.shape())));
    }
    const double rtol = rcond.value_or(internal::default_rtol(a));
    const Array x = matmul(pinv(a, rtol), b);
    const Array plain = a.as_grad_stopped();
    const Array s = svdvals(plain);
    const Array rank = matrix_rank(plain, Operand(), false, rtol);
    int64_t rank_on_host = 0;
    rank.copy_to_host(&rank_on_host);
    const bool is_determined = rank_on_host == n_columns(a.shape()) && a.shape()[0] > rank_on_host;
    if (!is_determined) return {x, zeros({0}, s.dtype(), &a.device()), rank, s};
    const Array rest = subtract(b, matmul(a, x)).as_grad_stopped();
    const Array residuals = sum(square(abs(rest)), Axes{0});
    return {x, b.ndim() == 1 ? expand_dims(residuals, {0}) : residuals, rank, s};
}

}  // namespace linalg
}  // namespace chainerx
