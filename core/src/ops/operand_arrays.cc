// Numbers as arrays, and checks of operands.
#include "ops/operand_arrays.h"

#include "dispatch/type_rules.h"
#include "ops/op_support.h"

namespace chainerx::internal {

Array as_array(const Operand& operand, const Operand& other) {
    if (!operand.is_scalar()) return array_of(operand);
    const Scalar& value = operand.scalar();
    if (other.is_scalar()) return full({}, value);
    const Array beside = array_of(other);
    return full({}, value, promote_with_scalar(beside.dtype(), value.kind()), &beside.device());
}

Array as_inexact(const Array& x) { return astype(x, inexact_dtype(x.dtype()), false); }

Array widened(const Array& x) {
    const bool is_half = x.dtype() == DType::kFloat16 || x.dtype() == DType::kBFloat16;
    return is_half ? astype(x, DType::kFloat32) : x;
}

void require_real(const char* op, const Array& x) {
    if (!is_complex(x)) return;
    throw DtypeError(fmt::format(
        "{}: an array of dtype {} was given; expected real numbers", op, dtype_name(x.dtype())));
}

void refuse_bool(const char* op, const Array& x) {
    if (x.dtype() != DType::kBool) return;
    throw DtypeError(fmt::format(
        "{}: an array of dtype bool was given; expected numbers; convert it with astype", op));
}

void require_ndim(const char* op, const char* name, const Array& x, int ndim) {
    if (x.ndim() == ndim) return;
    throw DimensionError(fmt::format("{}: {} has shape {}; expected {} dimension{}",
                                     op,
                                     name,
                                     to_string(x.shape()),
                                     ndim,
                                     ndim == 1 ? "" : "s"));
}

Array laid_along(const Array& x, int axis, int ndim) {
    Shape shape = Shape::filled(ndim, 1);
    shape[axis] = x.size();
    return x.reshape(shape);
}

Array part_of(const Array& x, int axis, int64_t start, int64_t extent) {
    if (start == 0 && extent == x.shape()[axis]) return x;
    return slice_view(x, part_along(x.shape(), axis, extent == 0 ? 0 : start, extent));
}

}  // namespace chainerx::internal
