// Singular values, eigenvalues and their vectors. Gradients as in Giles, Collected matrix derivative results, 2008, and, for complex
// matrices, Boeddeker et al., On the computation of complex-valued gradients, 2017.
#include "chx/ops/linalg.h"
#include "ops/linalg_support.h"

namespace chainerx {
namespace internal {
namespace {

// d[j] - d[i] at (i, j), and 1 on the diagonal.
Array differences(const Array& d) {
    const Array unit = identity_of(d, d.shape()[d.ndim() - 1]);
    return add(subtract(expand_dims(d, {-2}), expand_dims(d, {-1})), unit);
}

Array on_diagonal(const Array& d) {
    return multiply(expand_dims(d, {-2}), identity_of(real(d), d.shape()[d.ndim() - 1]));
}

Array off_diagonal(const Array& x) {
    const Array unit = identity_of(real(x), n_rows(x.shape()));
    return multiply(x, subtract(1, unit));
}

Array anti_hermitian(const Array& x) { return subtract(x, adjoint(x)); }

// x without its part in the space of the orthonormal columns of q.
Array outside(const Array& q, const Array& x) {
    return subtract(x, matmul(q, matmul(adjoint(q), x)));
}

}  // namespace

void infer_svd(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_matrices("svd", shape);
    const int64_t m = n_rows(shape), n = n_columns(shape), k = std::min(m, n);
    const bool is_full = c.attrs<chx_attrs_svd>().full_matrices != 0;
    c.set(0, batch_and(shape, {m, is_full ? m : k}));
    c.set(1, batch_and(shape, {k}), real_dtype(c.dispatch_dtype()));
    c.set(2, batch_and(shape, {is_full ? n : k, n}));
}

void gradient_svd(GradientContext& c) {
    const DimsView shape = c.input_shape(0);
    const int64_t m = n_rows(shape), n = n_columns(shape), k = std::min(m, n);
    const bool has_u = c.has_grad(0), has_vh = c.has_grad(2);
    if (m != n && c.attrs<chx_attrs_svd>().full_matrices != 0 && (has_u || has_vh)) {
        throw GradientError(fmt::format(
            "svd: there is no gradient for all of u and vh of matrices of shape {}; pass "
            "full_matrices=False",
            to_string(shape)));
    }
    const auto first = [&](const Array& x, int axis_from_end) {
        return part_of(x, x.ndim() - axis_from_end, 0, k);
    };
    const Array u = first(c.output(0), 1), s = c.output(1), vh = first(c.output(2), 2);
    Array inner = on_diagonal(c.grad(1));
    Array turn_u, turn_v;
    const Array gaps = has_u || has_vh ? differences(square(s)) : Array();
    if (has_u) {
        turn_u = anti_hermitian(matmul(adjoint(u), c.grad(0)));
        inner = add(inner, scale_columns(divide(turn_u, gaps), s));
    }
    if (has_vh) {
        turn_v = anti_hermitian(matmul(vh, adjoint(c.grad(2))));
        inner = add(inner, scale_rows(divide(turn_v, gaps), s));
    }
    if (kind(u.dtype()) == DTypeKind::kComplex && has_u && has_vh) {
        const Array phases = divide(diagonal(turn_u, 0, -2, -1), multiply(s, 2));
        // The terms above have on their diagonals what depends on the free phases; it cancels.
        inner = add(inner, on_diagonal(phases));
    }
    Array gradient = matmul(matmul(u, inner), vh);
    if (has_u && m > k)
        gradient = add(gradient, matmul(outside(u, divide(c.grad(0), expand_dims(s, {-2}))), vh));
    if (has_vh && n > k) {
        const Array scaled = adjoint(divide(c.grad(2), expand_dims(s, {-1})));
        gradient = add(gradient, matmul(u, adjoint(outside(adjoint(vh), scaled))));
    }
    c.set(0, gradient);
}

void infer_svdvals(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_matrices("svdvals", shape);
    c.set(0,
          batch_and(shape, {std::min(n_rows(shape), n_columns(shape))}),
          real_dtype(c.dispatch_dtype()));
}

void decompose_svdvals(const Operand* inputs, int, const void*, Array* outputs) {
    outputs[0] = linalg::svd(array_of(inputs[0]), false, true)[1];
}

void gradient_svdvals(GradientContext& c) {
    const std::vector<Array> parts = linalg::svd(array_of(c.input(0)), false, true);
    c.set(0, matmul(scale_columns(parts[0], c.grad()), parts[2]));
}

void infer_eigh(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_square("eigh", shape);
    c.set(0, batch_and(shape, {n_rows(shape)}), real_dtype(c.dispatch_dtype()));
    c.set(1, shape);
}

void gradient_eigh(GradientContext& c) {
    const Array w = c.output(0), v = c.output(1);
    Array inner = on_diagonal(c.grad(0));
    if (c.has_grad(1)) {
        const Array turn = divide(matmul(adjoint(v), c.grad(1)), differences(w));
        inner = add(inner, off_diagonal(turn));
    }
    const Array g = matmul(matmul(v, inner), adjoint(v));
    c.set(0, multiply(add(g, adjoint(g)), 0.5));
}

void infer_eigvalsh(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_square("eigvalsh", shape);
    c.set(0, batch_and(shape, {n_rows(shape)}), real_dtype(c.dispatch_dtype()));
}

namespace {

std::vector<Array> eigh_of(const Array& a, bool is_upper) {
    auto attrs = make_attrs<chx_attrs_eigh>();
    attrs.upper = is_upper;
    return call_for_all<2>(kOpEigh, a, &attrs);
}

bool is_upper(const char* op, std::string_view uplo) {
    if (uplo == "L" || uplo == "l") return false;
    if (uplo == "U" || uplo == "u") return true;
    throw ValueError(fmt::format("{}: UPLO is '{}'; expected 'L' or 'U'", op, uplo));
}

}  // namespace

void decompose_eigvalsh(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const bool upper = static_cast<const chx_attrs_eigvalsh*>(attrs)->upper != 0;
    outputs[0] = eigh_of(array_of(inputs[0]), upper)[0];
}

void gradient_eigvalsh(GradientContext& c) {
    const bool upper = c.attrs<chx_attrs_eigvalsh>().upper != 0;
    const Array v = eigh_of(array_of(c.input(0)), upper)[1];
    c.set(0, matmul(scale_columns(v, c.grad()), adjoint(v)));
}

void infer_eig(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_square("eig", shape);
    const DType dtype = complex_dtype(c.dispatch_dtype());
    c.set(0, batch_and(shape, {n_rows(shape)}), dtype);
    c.set(1, shape, dtype);
}

void gradient_eig(GradientContext& c) {
    const Array w = c.output(0), v = c.output(1), v_h = adjoint(v);
    Array inner = on_diagonal(c.grad(0));
    if (c.has_grad(1)) {
        const Array turn = matmul(v_h, c.grad(1));
        // The eigenvectors keep their norm.
        const Array stretch = real(diagonal(turn, 0, -2, -1));
        const Array free = subtract(turn, matmul(v_h, scale_columns(v, stretch)));
        inner = add(inner, off_diagonal(divide(free, conj(differences(w)))));
    }
    c.set(0, linalg::solve(v_h, matmul(inner, v_h)));
}

void infer_eigvals(InferContext& c) {
    const DimsView shape = c.shape(0);
    require_square("eigvals", shape);
    c.set(0, batch_and(shape, {n_rows(shape)}), complex_dtype(c.dispatch_dtype()));
}

void decompose_eigvals(const Operand* inputs, int, const void*, Array* outputs) {
    outputs[0] = linalg::eig(array_of(inputs[0]))[0];
}

void gradient_eigvals(GradientContext& c) {
    const Array v_h = adjoint(linalg::eig(array_of(c.input(0)))[1]);
    c.set(0, linalg::solve(v_h, scale_rows(v_h, c.grad())));
}

}  // namespace internal

namespace linalg {

std::vector<Array> svd(const Array& a, bool full_matrices, bool compute_uv) {
    if (!compute_uv) return {svdvals(a)};
    auto attrs = internal::make_attrs<chx_attrs_svd>();
    attrs.full_matrices = full_matrices;
    return internal::call_for_all<3>(internal::kOpSvd, a, &attrs);
}

Array svdvals(const Array& x) { return internal::call_for_one(internal::kOpSvdvals, x); }

std::vector<Array> eigh(const Array& a, std::string_view uplo) {
    return internal::eigh_of(a, internal::is_upper("eigh", uplo));
}

Array eigvalsh(const Array& a, std::string_view uplo) {
    auto attrs = internal::make_attrs<chx_attrs_eigvalsh>();
    attrs.upper = internal::is_upper("eigvalsh", uplo);
    return internal::call_for_one(internal::kOpEigvalsh, a, &attrs);
}

std::vector<Array> eig(const Array& a) { return internal::call_for_all<2>(internal::kOpEig, a); }

Array eigvals(const Array& a) { return internal::call_for_one(internal::kOpEigvals, a); }

}  // namespace linalg
}  // namespace chainerx
