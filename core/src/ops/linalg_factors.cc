// Factors of matrices: LU, Cholesky and QR.
#include "chx/ops/linalg.h"
#include "ops/linalg_support.h"

namespace chainerx {
namespace internal {

void require_matrices(const char* op, DimsView shape) {
    if (shape.size() >= 2) return;
    throw DimensionError(fmt::format(
        "{}: an array of shape {} was given; expected matrices (..., m, n)", op, to_string(shape)));
}

void require_square(const char* op, DimsView shape) {
    if (shape.size() >= 2 && n_rows(shape) == n_columns(shape)) return;
    throw DimensionError(
        fmt::format("{}: an array of shape {} was given; expected square matrices (..., n, n)",
                    op,
                    to_string(shape)));
}

void infer_lu(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_matrices("lu", shape);
    c.set(0, shape);
    c.set(1, batch_and(shape, {n_rows(shape)}));
    c.set(2, DimsView(shape.data(), shape.size() - 2));
}

// With a[p] = l @ u: of l only the part below the diagonal varies, of u the upper triangle.
void gradient_lu(GradientContext& c) {
    const DimsView shape = c.input_shape(0);
    if (n_rows(shape) != n_columns(shape)) {
        throw GradientError(fmt::format(
            "lu: matrices of shape {} were factorized; the gradient is there for square ones",
            to_string(shape)));
    }
    const Array lu = c.output(0);
    const Array unit = identity_of(lu, n_rows(shape));
    const Array l_t = matrix_transpose(add(tril(lu, -1), unit));
    const Array u_t = matrix_transpose(triu(lu, 0));
    const Array& g = c.grad(0);
    const Array inner = add(tril(matmul(l_t, tril(g, -1)), -1), triu(matmul(triu(g, 0), u_t), 0));
    // l^-T @ inner @ u^-T
    const Array left = linalg::solve_triangular(l_t, inner, false, true);
    const Array permuted = matrix_transpose(
        linalg::solve_triangular(matrix_transpose(u_t), matrix_transpose(left), false, false));
    const Array back = expand_dims(argsort(array_of(c.output(1)), -1), {-1});
    c.set(0, take_along_axis(permuted, broadcast_to(back, permuted.shape()), -2));
}

void infer_cholesky(InferContext& c) {
    require_square("cholesky", c.shape(0));
    c.set(0, c.shape(0));
}

// Iain Murray, Differentiation of the Cholesky decomposition, 2016; the Hermitian part of the gradient.
void gradient_cholesky(GradientContext& c) {
    const bool is_upper = c.attrs<chx_attrs_cholesky>().upper != 0;
    const Array y = c.output(0);
    const Array l_h = is_upper ? y : adjoint(y);
    const Array g = is_upper ? adjoint(c.grad()) : c.grad();
    const Array product = matmul(l_h, g);
    const int64_t n = n_rows(y.shape());
    const Array half = multiply(identity_of(real(y), n), 0.5);
    const Array phi = add(tril(product, -1), multiply(product, half));
    const Array left = linalg::solve_triangular(l_h, phi, false, false);
    const Array s = adjoint(linalg::solve_triangular(l_h, adjoint(left), false, false));
    c.set(0, multiply(add(s, adjoint(s)), 0.5));
}

void infer_qr(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_matrices("qr", shape);
    const int64_t m = n_rows(shape), n = n_columns(shape), k = std::min(m, n);
    switch (c.attrs<chx_attrs_qr>().mode) {
        case CHX_QR_MODE_RAW:
            c.set(0, batch_and(shape, {n, m}));
            return c.set(1, batch_and(shape, {k}));
        case CHX_QR_MODE_COMPLETE:
            c.set(0, batch_and(shape, {m, m}));
            return c.set(1, shape);
        default:
            c.set(0, batch_and(shape, {m, k}));
            c.set(1, batch_and(shape, {k, n}));
    }
}

namespace {

Array columns(const Array& x, int64_t start, int64_t n) {
    return part_of(x, x.ndim() - 1, start, n);
}

// Of a = q @ r with a square r. Roberts and Roberts, QR and LQ decomposition matrix backpropagation algorithms, 2020.
Array gradient_of_tall(const Array& q, const Array& r, const Array& gq, const Array& gr) {
    const Array m = subtract(matmul(r, adjoint(gr)), matmul(adjoint(gq), q));
    const Array below = tril(m, -1);
    const Array diagonal = multiply(real(m), identity_of(real(m), n_rows(m.shape())));
    const Array hermitian = add(add(below, adjoint(below)), diagonal);
    const Array b = add(gq, matmul(q, hermitian));
    return adjoint(linalg::solve_triangular(r, adjoint(b), false, false));
}

}  // namespace

void gradient_qr(GradientContext& c) {
    const int32_t mode = c.attrs<chx_attrs_qr>().mode;
    const DimsView shape = c.input_shape(0);
    const int64_t m = n_rows(shape), n = n_columns(shape);
    if (mode == CHX_QR_MODE_RAW || (mode == CHX_QR_MODE_COMPLETE && m > n)) {
        throw GradientError(
            fmt::format("qr: there is no gradient for mode '{}' and matrices of shape {}; use mode "
                        "'reduced'",
                        mode == CHX_QR_MODE_RAW ? "raw" : "complete",
                        to_string(shape)));
    }
    const Array q = c.output(0), r = c.output(1);
    const Array &gq = c.grad(0), gr = c.grad(1);
    if (m >= n) return c.set(0, gradient_of_tall(q, r, gq, gr));
    // a = [x, y] = [q @ u, q @ v]
    const Array gv = columns(gr, m, n - m);
    const Array y = matmul(q, columns(r, m, n - m));
    const Array of_x =
        gradient_of_tall(q, columns(r, 0, m), add(gq, matmul(y, adjoint(gv))), columns(gr, 0, m));
    c.set(0, concatenate({of_x, matmul(q, gv)}, -1));
}

namespace {

// mode 'r' is 'reduced' without q.
int32_t qr_mode(std::string_view mode) {
    if (mode == "reduced" || mode == "r") return CHX_QR_MODE_REDUCED;
    if (mode == "complete") return CHX_QR_MODE_COMPLETE;
    if (mode == "raw") return CHX_QR_MODE_RAW;
    throw ValueError(
        fmt::format("qr: mode is '{}'; expected 'reduced', 'complete', 'r' or 'raw'", mode));
}

}  // namespace
}  // namespace internal

namespace linalg {

std::vector<Array> lu_factor(const Array& a) {
    std::vector<Array> parts = internal::call_for_all<3>(internal::kOpLu, a);
    parts.pop_back();
    return parts;
}

Array cholesky(const Array& a, bool upper) {
    auto attrs = internal::make_attrs<chx_attrs_cholesky>();
    attrs.upper = upper;
    return internal::call_for_one(internal::kOpCholesky, a, &attrs);
}

std::vector<Array> qr(const Array& a, std::string_view mode) {
    auto attrs = internal::make_attrs<chx_attrs_qr>();
    attrs.mode = internal::qr_mode(mode);
    std::vector<Array> parts = internal::call_for_all<2>(internal::kOpQr, a, &attrs);
    if (mode == "r") parts.erase(parts.begin());
    return parts;
}

}  // namespace linalg
}  // namespace chainerx
