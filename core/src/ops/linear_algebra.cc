// Matrix products.
#include "ops/op_support.h"

namespace chainerx {
namespace internal {
namespace {

[[noreturn]] void throw_unaligned(
    const char* op, DimsView a, DimsView b, int64_t extent_a, int64_t extent_b) {
    throw DimensionError(fmt::format("{}: shapes {} and {} do not align ({} != {})",
                                     op,
                                     to_string(a),
                                     to_string(b),
                                     extent_a,
                                     extent_b));
}

}  // namespace

void infer_matmul(InferContext& context) {
    const DimsView a = context.shape(0);
    const DimsView b = context.shape(1);
    const int n = a.size();
    if (n < 2 || b.size() != n) {
        throw DimensionError(fmt::format(
            "matmul: shapes {} and {}; the op expects two operands of the same rank, at least 2",
            to_string(a),
            to_string(b)));
    }
    if (a[n - 1] != b[n - 2]) throw_unaligned("matmul", a, b, a[n - 1], b[n - 2]);
    if (n == 2) return context.set(0, {a[0], b[1]});
    Shape shape = a;
    shape[n - 1] = b[n - 1];
    for (int i = 0; i < n - 2; ++i) {
        if (a[i] != b[i]) throw_unaligned("matmul", a, b, a[i], b[i]);
    }
    context.set(0, shape);
}

void gradient_matmul(GradientContext& context) {
    const Array& g = context.grad();
    if (context.wants(0)) {
        context.set(0, call(kOps[kOpMatmul], {g, matrix_transpose(array_of(context.input(1)))}));
    }
    if (context.wants(1)) {
        context.set(1, call(kOps[kOpMatmul], {matrix_transpose(array_of(context.input(0))), g}));
    }
}

void infer_linear(InferContext& context) {
    const DimsView x = context.shape(0);
    const DimsView w = context.shape(1);
    const bool is_biased = context.has(2);
    const DimsView b = is_biased ? context.shape(2) : DimsView();
    if (x.size() != 2 || w.size() != 2 || x[1] != w[1] ||
        (is_biased && (b.size() != 1 || b[0] != w[0]))) {
        throw DimensionError(
            fmt::format("linear: x of shape {}, w of shape {} and b of shape {}; the op expects "
                        "(m, k), (n, k) and (n,)",
                        to_string(x),
                        to_string(w),
                        to_string(b)));
    }
    context.set(0, {x[0], w[0]});
}

namespace {

// The gradients of x, unless nobody asks for it, of w and of b.
void set_linear_gradients(GradientContext& context) {
    const Operand operands[] = {context.grad(), context.input(0), context.input(1)};
    Array gradients[3];
    if (context.wants(0)) {
        dispatch(kOps[kOpLinearGrad], operands, 3, nullptr, gradients);
    } else {
        dispatch(kOps[kOpLinearWeightGrad], operands, 2, nullptr, gradients + 1);
    }
    for (int i = 0; i < 3; ++i) context.set(i, std::move(gradients[i]));
}

}  // namespace

void gradient_linear(GradientContext& context) {
    const bool wants_bias = context.n_inputs() > 2 && context.wants(2);
    if (context.wants(1) && wants_bias && !context.is_recording())
        return set_linear_gradients(context);
    const Array& g = context.grad();
    if (context.wants(0)) context.set(0, call(kOps[kOpMatmul], {g, context.input(1)}));
    if (context.wants(1)) {
        context.set(1, call(kOps[kOpMatmul], {matrix_transpose(g), context.input(0)}));
    }
    if (wants_bias) context.set(2, sum(g, Axes{0}));
}

void infer_linear_weight_grad(InferContext& context) {
    const DimsView g = context.shape(0);
    const DimsView x = context.shape(1);
    if (g.size() != 2 || x.size() != 2 || g[0] != x[0]) {
        throw DimensionError(
            fmt::format("linear_weight_grad: gy of shape {} and x of shape {}; the op expects "
                        "(m, n) and (m, k)",
                        to_string(g),
                        to_string(x)));
    }
    context.set(0, {g[1], x[1]});
    context.set(1, {g[1]});
}

void decompose_linear_weight_grad(const Operand* inputs, int, const void*, Array* outputs) {
    const Array g = array_of(inputs[0]);
    outputs[0] = call(kOps[kOpMatmul], {matrix_transpose(g), inputs[1]});
    outputs[1] = sum(g, Axes{0});
}

void infer_linear_grad(InferContext& context) {
    const DimsView g = context.shape(0), x = context.shape(1), w = context.shape(2);
    if (g.size() != 2 || x.size() != 2 || w.size() != 2 || g[0] != x[0] || w[0] != g[1] ||
        w[1] != x[1]) {
        throw DimensionError(
            fmt::format("linear_grad: gy of shape {}, x of shape {} and w of shape {}; the op "
                        "expects (m, n), (m, k) and (n, k)",
                        to_string(g),
                        to_string(x),
                        to_string(w)));
    }
    context.set(0, {x[0], x[1]});
    context.set(1, {w[0], w[1]});
    context.set(2, {w[0]});
}

void decompose_linear_grad(const Operand* inputs, int, const void*, Array* outputs) {
    outputs[0] = call(kOps[kOpMatmul], {inputs[0], inputs[2]});
    dispatch(kOps[kOpLinearWeightGrad], inputs, 2, nullptr, outputs + 1);
}

void decompose_linear(const Operand* inputs, int n_inputs, const void*, Array* outputs) {
    outputs[0] = call(kOps[kOpMatmul], {inputs[0], matrix_transpose(array_of(inputs[1]))});
    if (n_inputs > 2 && !inputs[2].is_absent()) outputs[0] = add(outputs[0], inputs[2]);
}

namespace {

// The first `count` extents of shape, then those of tail.
Shape join(DimsView shape, int count, std::initializer_list<int64_t> tail) {
    Shape joined{DimsView(shape.data(), count)};
    for (int64_t extent : tail) joined.push_back(extent);
    return joined;
}

// Either operand has at least two dimensions and one of them more.
Array matmul_batched(const Array& x1, const Array& x2) {
    const int n1 = x1.ndim();
    const int n2 = x2.ndim();
    const int64_t m = x1.shape()[n1 - 2];
    const int64_t k = x1.shape()[n1 - 1];
    const int64_t n = x2.shape()[n2 - 1];
    if (n2 == 2) {
        // One large product is faster than many small ones, and so is its gradient.
        const int64_t rows = total_size(DimsView(x1.shape().data(), n1 - 1));
        const Array y = call(kOps[kOpMatmul], {x1.reshape({rows, k}), x2});
        return y.reshape(join(x1.shape(), n1 - 1, {n}));
    }
    const Shape batch = broadcast_shapes(
        "matmul", DimsView(x1.shape().data(), n1 - 2), DimsView(x2.shape().data(), n2 - 2));
    const Shape shape1 = join(batch, batch.size(), {m, k});
    const Shape shape2 = join(batch, batch.size(), {k, n});
    return call(kOps[kOpMatmul],
                {x1.shape() == DimsView(shape1) ? x1 : broadcast_to(x1, shape1),
                 x2.shape() == DimsView(shape2) ? x2 : broadcast_to(x2, shape2)});
}

Array matmul_any(const Array& x1, const Array& x2) {
    const int n1 = x1.ndim();
    const int n2 = x2.ndim();
    if (n1 == 0 || n2 == 0) {
        throw DimensionError(
            fmt::format("matmul: shapes {} and {}; expected at least one dimension each; use "
                        "multiply for scalars",
                        to_string(x1.shape()),
                        to_string(x2.shape())));
    }
    const int64_t extent1 = x1.shape()[n1 - 1];
    const int64_t extent2 = x2.shape()[n2 == 1 ? 0 : n2 - 2];
    if (extent1 != extent2) throw_unaligned("matmul", x1.shape(), x2.shape(), extent1, extent2);
    if (n1 > 1 && n2 > 1) return matmul_batched(x1, x2);

    const Array matrix1 = n1 == 1 ? x1.reshape({1, extent1}) : x1;
    const Array matrix2 = n2 == 1 ? x2.reshape({extent2, 1}) : x2;
    const Array y = matmul(matrix1, matrix2);
    Shape shape = y.shape();
    if (n2 == 1) shape.erase(shape.size() - 1);
    if (n1 == 1) shape.erase(shape.size() - (n2 == 1 ? 1 : 2));
    return y.reshape(shape);
}

}  // namespace
}  // namespace internal

Array matmul(const Array& x1, const Array& x2) {
    if (x1.ndim() == 2 && x2.ndim() == 2)
        return internal::call(internal::kOps[internal::kOpMatmul], {x1, x2});
    return internal::matmul_any(x1, x2);
}

Array dot(const Array& a, const Operand& b) {
    if (b.is_scalar() || a.ndim() == 0) return multiply(a, b);
    const Array b_array = internal::array_of(b);
    const int na = a.ndim();
    const int nb = b_array.ndim();
    if (nb == 0) return multiply(a, b);
    const int b_axis = nb == 1 ? 0 : nb - 2;
    const int64_t k = a.shape()[na - 1];
    if (k != b_array.shape()[b_axis]) {
        internal::throw_unaligned("dot", a.shape(), b_array.shape(), k, b_array.shape()[b_axis]);
    }
    if (nb <= 2) return matmul(a, b_array);

    // Both as matrices: (rest of a, k) and (k, rest of b).
    Shape shape{DimsView(a.shape().data(), na - 1)};
    const int64_t rows = total_size(shape);
    int64_t columns = 1;
    Axes axes{b_axis};
    for (int axis = 0; axis < nb; ++axis) {
        if (axis == b_axis) continue;
        axes.push_back(axis);
        shape.push_back(b_array.shape()[axis]);
        columns *= b_array.shape()[axis];
    }
    return matmul(a.reshape({rows, k}), b_array.transpose(axes).reshape({k, columns}))
        .reshape(shape);
}

Array linear(const Array& x, const Array& w, const Array& b, int64_t n_batch_axes) {
    if (w.ndim() != 2) {
        throw DimensionError(
            fmt::format("linear: w has shape {}; expected (out, in)", to_string(w.shape())));
    }
    if (n_batch_axes < 0 || n_batch_axes > x.ndim()) {
        throw ValueError(fmt::format(
            "linear: n_batch_axes is {}; expected 0 to {}, the number of dimensions of x",
            n_batch_axes,
            x.ndim()));
    }
    const int n_batch = static_cast<int>(n_batch_axes);
    const DimsView shape = x.shape();
    const int64_t n_in = shape.size() == n_batch + 1
                             ? shape[n_batch]
                             : total_size(DimsView(shape.data() + n_batch, shape.size() - n_batch));
    if (n_in != w.shape()[1]) {
        throw DimensionError(
            fmt::format("linear: x of shape {} has {} elements per sample ({} batch axes) but w of "
                        "shape {} takes {}",
                        to_string(shape),
                        n_in,
                        n_batch,
                        to_string(w.shape()),
                        w.shape()[1]));
    }
    if (!b.is_null() && (b.ndim() != 1 || b.shape()[0] != w.shape()[0])) {
        throw DimensionError(fmt::format("linear: b has shape {}; expected ({},) as w has shape {}",
                                         to_string(b.shape()),
                                         w.shape()[0],
                                         to_string(w.shape())));
    }
    const Operand bias = b.is_null() ? Operand() : Operand(b);
    const internal::OpDef& op = internal::kOps[internal::kOpLinear];
    if (shape.size() == 2 && n_batch == 1) return internal::call(op, {x, w, bias});
    const Array x_matrix = x.reshape({total_size(DimsView(shape.data(), n_batch)), n_in});
    const Array y = internal::call(op, {x_matrix, w, bias});
    return y.reshape(internal::join(shape, n_batch, {w.shape()[0]}));
}

}  // namespace chainerx
