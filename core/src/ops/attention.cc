// Scaled dot-product attention (Vaswani et al., 2017).
#include <cmath>
#include <limits>

#include "ops/index_arithmetic.h"
#include "ops/op_support.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

// (L, S): whether key j is not behind query i.
Array causal_mask(int64_t n_queries, int64_t n_keys, Device& device) {
    const Array queries = internal::index_range(0, 1, n_queries, device).reshape({n_queries, 1});
    return greater_equal(queries, internal::index_range(0, 1, n_keys, device));
}

void check_attention(const Array& query, const Array& key, const Array& value) {
    const int n = query.ndim();
    if (n < 2 || key.ndim() < 2 || value.ndim() < 2 ||
        query.shape()[n - 1] != key.shape()[key.ndim() - 1] ||
        key.shape()[key.ndim() - 2] != value.shape()[value.ndim() - 2]) {
        throw DimensionError(
            fmt::format("scaled_dot_product_attention: query, key and value have shapes {}, {} and "
                        "{}; expected (..., L, E), (..., S, E) and (..., S, Ev)",
                        to_string(query.shape()),
                        to_string(key.shape()),
                        to_string(value.shape())));
    }
}

}  // namespace

Array scaled_dot_product_attention(const Array& query,
                                   const Array& key,
                                   const Array& value,
                                   const Array& attn_mask,
                                   double dropout_p,
                                   bool is_causal,
                                   std::optional<double> scale,
                                   random::Generator* generator) {
    constexpr const char* kName = "scaled_dot_product_attention";
    check_attention(query, key, value);
    const DType dtype = internal::floating_dtype(kName, {query, key, value});
    const auto n_features = static_cast<double>(query.shape()[query.ndim() - 1]);
    const Array scaled = multiply(internal::widened(query, dtype),
                                  scale.value_or(n_features == 0 ? 1 : 1 / std::sqrt(n_features)));
    Array scores = matmul(scaled, matrix_transpose(internal::widened(key, dtype)));
    Array is_allowed;
    if (is_causal) {
        is_allowed = causal_mask(
            scores.shape()[scores.ndim() - 2], scores.shape()[scores.ndim() - 1], scores.device());
    }
    if (!attn_mask.is_null()) {
        if (attn_mask.dtype() == DType::kBool) {
            is_allowed = is_allowed.is_null() ? attn_mask : logical_and(is_allowed, attn_mask);
        } else {
            scores = add(scores, attn_mask);
        }
    }
    // A query that may attend to nothing gets zeros, not NaN: the least number, not minus infinity,
    // stands for what is forbidden.
    if (!is_allowed.is_null()) {
        const double least = scores.dtype() == DType::kFloat64
                                 ? std::numeric_limits<double>::lowest()
                                 : static_cast<double>(std::numeric_limits<float>::lowest());
        scores = where(is_allowed, scores, least);
    }
    Array weights = softmax(scores, -1);
    if (!is_allowed.is_null()) weights = where(is_allowed, weights, 0);
    if (dropout_p != 0) weights = dropout(weights, dropout_p, true, generator);
    return matmul(weights, internal::widened(value, dtype)).astype(dtype, false);
}

}  // namespace chainerx
