// Rows of a table picked by identifiers, and identifiers as rows of zeros and ones.
#include "ops/index_arithmetic.h"
#include "ops/op_support.h"

namespace chainerx {

namespace {

Array is_identifier(const Array& x, int64_t identifier) {
    return expand_dims(equal(x, identifier), {-1});
}

}  // namespace

Array embedding(const Array& x,
                const Array& weight,
                std::optional<int64_t> padding_idx,
                std::optional<int64_t> ignore_index) {
    internal::check_index_dtype("embedding", x);
    if (weight.ndim() != 2) {
        throw DimensionError(
            fmt::format("embedding: weight has shape {}; expected (identifiers, features)",
                        to_string(weight.shape())));
    }
    const int64_t n = weight.shape()[0];
    if (padding_idx && (*padding_idx < -n || *padding_idx >= n)) {
        throw ValueError(
            fmt::format("embedding: padding_idx is {}; expected one of {} rows", *padding_idx, n));
    }
    const Array wanted = x.astype(DType::kInt64, false);
    const Array found = ignore_index ? where(equal(wanted, *ignore_index), 0, wanted) : wanted;
    Array y = take(weight, found, 0);
    if (padding_idx) {
        const Array is_padding =
            is_identifier(found, *padding_idx < 0 ? *padding_idx + n : *padding_idx);
        y = where(is_padding, y.as_grad_stopped(), y);
    }
    if (!ignore_index) return y;
    return where(is_identifier(wanted, *ignore_index), zeros({}, y.dtype(), &y.device()), y);
}

}  // namespace chainerx
