// Losses of distances and angles between vectors.
#include <algorithm>
#include <cmath>

#include "ops/loss_reduction.h"
#include "ops/op_support.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

Array cosine(const Array& x1, const Array& x2, const Axes& axes, double eps) {
    // No less than eps; bounded before the square root, whose derivative at 0 is infinite.
    const auto norm = [&](const Array& x) {
        return sqrt(maximum(sum(square(x), axes), eps * eps));
    };
    return divide(sum(multiply(x1, x2), axes), multiply(norm(x1), norm(x2)));
}

Array distance(const Array& x1, const Array& x2, double p, double eps) {
    const Array d = abs(add(subtract(x1, x2), eps));
    const Axes last{d.ndim() - 1};
    if (p == 1) return sum(d, last);
    if (p == 2) return sqrt(sum(square(d), last));
    if (std::isinf(p)) return max(d, last);
    return power(sum(power(d, p), last), 1 / p);
}

void check_p(const char* op, double p) {
    if (!(p > 0)) throw ValueError(fmt::format("{}: p is {}; expected above 0", op, p));
}

void check_vectors(const char* op, const Array& x) {
    if (x.ndim() >= 1) return;
    throw DimensionError(
        fmt::format("{}: an array without dimensions was given; expected (..., features)", op));
}

}  // namespace

Array cosine_similarity(const Array& x1, const Array& x2, int64_t axis, double eps) {
    const int ndim = std::max(x1.ndim(), x2.ndim());
    const int along = normalize_axis("cosine_similarity", axis, ndim);
    const DType dtype = internal::floating_dtype("cosine_similarity", {x1, x2});
    const Shape shape = broadcast_shapes("cosine_similarity", x1.shape(), x2.shape());
    return cosine(broadcast_to(internal::widened(x1, dtype), shape),
                  broadcast_to(internal::widened(x2, dtype), shape),
                  Axes{along},
                  eps)
        .astype(dtype, false);
}

Array pairwise_distance(const Array& x1, const Array& x2, double p, double eps) {
    check_p("pairwise_distance", p);
    check_vectors("pairwise_distance", x1);
    const DType dtype = internal::floating_dtype("pairwise_distance", {x1, x2});
    return distance(internal::widened(x1, dtype), internal::widened(x2, dtype), p, eps)
        .astype(dtype, false);
}

Array cosine_embedding_loss(
    const Array& x1, const Array& x2, const Array& t, double margin, std::string_view reduction) {
    constexpr const char* kName = "cosine_embedding_loss";
    internal::check_reduction(kName, reduction);
    internal::check_same_shape(kName, x1, x2);
    check_vectors(kName, x1);
    const DType dtype = internal::floating_dtype(kName, {x1, x2});
    const Array similarity = cosine(
        internal::widened(x1, dtype), internal::widened(x2, dtype), Axes{x1.ndim() - 1}, 1e-8);
    internal::check_same_shape(kName, similarity, t);
    const Array loss =
        where(greater(t, 0), subtract(1, similarity), relu(subtract(similarity, margin)));
    return internal::reduced_loss(loss, reduction, dtype);
}

Array triplet_margin_loss(const Array& anchor,
                          const Array& positive,
                          const Array& negative,
                          double margin,
                          double p,
                          double eps,
                          bool swap,
                          std::string_view reduction) {
    constexpr const char* kName = "triplet_margin_loss";
    internal::check_reduction(kName, reduction);
    check_p(kName, p);
    check_vectors(kName, anchor);
    internal::check_same_shape(kName, anchor, positive);
    internal::check_same_shape(kName, anchor, negative);
    const DType dtype = internal::floating_dtype(kName, {anchor, positive, negative});
    const Array a = internal::widened(anchor, dtype);
    const Array near = internal::widened(positive, dtype);
    const Array far = internal::widened(negative, dtype);
    Array to_far = distance(a, far, p, eps);
    if (swap) to_far = minimum(to_far, distance(near, far, p, eps));
    const Array loss = relu(add(subtract(distance(a, near, p, eps), to_far), margin));
    return internal::reduced_loss(loss, reduction, dtype);
}

Array margin_ranking_loss(
    const Array& x1, const Array& x2, const Array& t, double margin, std::string_view reduction) {
    constexpr const char* kName = "margin_ranking_loss";
    internal::check_reduction(kName, reduction);
    internal::check_same_shape(kName, x1, x2);
    internal::check_same_shape(kName, x1, t);
    const DType dtype = internal::floating_dtype(kName, {x1, x2});
    const Array difference = subtract(internal::widened(x2, dtype), internal::widened(x1, dtype));
    const Array loss = relu(add(multiply(difference, t), margin));
    return internal::reduced_loss(loss, reduction, dtype);
}

}  // namespace chainerx
