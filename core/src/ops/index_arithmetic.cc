// int64 arrays of indices.
#include "ops/index_arithmetic.h"

#include "chx/ops/creation.h"
#include "ops/op_support.h"

namespace chainerx::internal {

Array index_range(int64_t start, int64_t step, int64_t n, Device& device) {
    auto attrs = make_attrs<chx_attrs_arange>();
    attrs.dtype = to_chx_dtype(DType::kInt64);
    attrs.n = n;
    return call(kOps[kOpArange], {Scalar(start), Scalar(step)}, &attrs, &device);
}

void check_index_dtype(const char* op, const Array& indices, bool allows_bool) {
    if (is_integral(indices.dtype()) || (allows_bool && indices.dtype() == DType::kBool)) return;
    throw IndexError(
        fmt::format("{}: indices have dtype {}; expected integers{}; convert them with astype",
                    op,
                    dtype_name(indices.dtype()),
                    allows_bool ? " or bool" : ""));
}

void LinearIndex::add_valid(const Array& indices, int64_t extent) {
    index_ = index_.is_null() ? indices : chainerx::add(multiply(index_, extent), indices);
    extent_ *= extent;
}

void LinearIndex::add(const Array& indices, int64_t extent) {
    const Array given = indices.astype(DType::kInt64, false);
    const Array wrapped = where(less(given, 0), chainerx::add(given, extent), given);
    const Array is_valid = logical_and(greater_equal(wrapped, 0), less(wrapped, extent));
    is_valid_ = is_valid_.is_null() ? is_valid : logical_and(is_valid_, is_valid);
    add_valid(wrapped, extent);
}

Array LinearIndex::finish() const {
    return is_valid_.is_null() ? index_ : where(is_valid_, index_, extent_);
}

}  // namespace chainerx::internal
