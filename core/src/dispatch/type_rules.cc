// Dtype rules of the op table.
#include "dispatch/type_rules.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chainerx/error.h"

namespace chainerx::internal {

namespace {

bool is_free(const OpDef& op, int i) {
    return op.input_dtypes[op.is_variadic && i > op.n_inputs ? op.n_inputs : i] == kFreeDType;
}

[[noreturn]] void throw_unsupported(const OpDef& op,
                                    const Operand* inputs,
                                    int n_inputs,
                                    DType dtype) {
    std::vector<std::string_view> names;
    for (int i = 0; i < kDTypeCount; ++i) {
        if (supports_dtype(op, static_cast<DType>(i)))
            names.push_back(dtype_name(static_cast<DType>(i)));
    }
    throw DtypeError(
        fmt::format("{}; {} is not defined for {}; expected one of {}; cast with astype",
                    describe_call(op, inputs, n_inputs),
                    op.name,
                    dtype_name(dtype),
                    fmt::join(names, ", ")));
}

DType common_dtype(const OpDef& op, const Operand* inputs, int n_inputs) {
    int found = -1;  // no array yet
    DTypeKind highest_scalar = DTypeKind::kBool;
    bool has_scalar = false;
    const bool is_first = op.dispatch == DispatchRule::kFirst;
    for (int i = 0; i < (is_first ? std::min(n_inputs, 1) : n_inputs); ++i) {
        if (!is_free(op, i) && !is_first) continue;
        const Operand& input = inputs[i];
        if (input.is_array()) {
            const DType own = input.body()->dtype;
            if (found < 0) {
                found = static_cast<int>(own);
            } else if (own != static_cast<DType>(found)) {
                found = static_cast<int>(promote_types(static_cast<DType>(found), own));
            }
        } else if (input.is_scalar()) {
            has_scalar = true;
            highest_scalar = std::max(highest_scalar, input.scalar().kind());
        }
    }
    if (found < 0) {
        switch (highest_scalar) {
            case DTypeKind::kBool:
                return has_scalar ? DType::kBool : DType::kFloat32;
            case DTypeKind::kInt:
                return DType::kInt64;
            case DTypeKind::kUInt:
                return DType::kUInt64;
            case DTypeKind::kFloat:
                return DType::kFloat32;
            case DTypeKind::kComplex:
                return DType::kComplex64;
        }
    }
    return has_scalar ? promote_with_scalar(static_cast<DType>(found), highest_scalar)
                      : static_cast<DType>(found);
}

}  // namespace

DType promote_with_scalar(DType dtype, DTypeKind scalar) {
    if (scalar == DTypeKind::kUInt) scalar = DTypeKind::kInt;
    const DTypeKind own = kind(dtype) == DTypeKind::kUInt ? DTypeKind::kInt : kind(dtype);
    if (scalar <= own) return dtype;
    switch (scalar) {
        case DTypeKind::kInt:
            return DType::kInt64;
        case DTypeKind::kFloat:
            return DType::kFloat32;
        default:
            return promote_types(is_floating(dtype) ? dtype : DType::kFloat32, DType::kComplex64);
    }
}

DType dtype_attribute(const OpDef& op, const void* attrs) {
    chx_dtype code;
    std::memcpy(&code, static_cast<const char*>(attrs) + sizeof(uint32_t), sizeof code);
    const std::optional<DType> dtype = from_chx_dtype(code);
    if (!dtype)
        throw DtypeError(
            fmt::format("{}: dtype code ({}, {} bits) is unknown", op.name, code.code, code.bits));
    return *dtype;
}

DType dispatch_dtype(const OpDef& op, const Operand* inputs, int n_inputs, const void* attrs) {
    DType dtype;
    if (op.dispatch == DispatchRule::kAttribute) {
        dtype = dtype_attribute(op, attrs);
    } else {
        dtype = common_dtype(op, inputs, n_inputs);
        if (op.dispatch == DispatchRule::kFloat && !is_inexact(dtype)) dtype = DType::kFloat32;
    }
    if (!supports_dtype(op, dtype)) throw_unsupported(op, inputs, n_inputs, dtype);
    return dtype;
}

DType result_dtype(const OpDef& op, int output, DType dispatch, const void* attrs) {
    if (op.output_dtypes[output] != kFreeDType) return static_cast<DType>(op.output_dtypes[output]);
    switch (op.result) {
        case ResultRule::kSame:
            return dispatch;
        case ResultRule::kBool:
            return DType::kBool;
        case ResultRule::kInt64:
            return DType::kInt64;
        case ResultRule::kReal:
            return real_dtype(dispatch);
        case ResultRule::kSum:
            return kind(dispatch) == DTypeKind::kUInt ? DType::kUInt64
                   : is_inexact(dispatch)             ? dispatch
                                                      : DType::kInt64;
        case ResultRule::kAttribute:
            return dtype_attribute(op, attrs);
    }
    return dispatch;
}

std::string describe_call(const OpDef& op, const Operand* inputs, int n_inputs) {
    std::vector<std::string> parts;
    for (int i = 0; i < n_inputs; ++i) {
        if (inputs[i].is_scalar()) {
            parts.push_back("scalar " + inputs[i].scalar().to_string());
        } else if (inputs[i].is_array()) {
            const ArrayBody& body = *inputs[i].body();
            parts.push_back(fmt::format(
                "{} {}", dtype_name(body.dtype), to_string({body.tensor.shape, body.tensor.ndim})));
        } else {
            parts.emplace_back("none");
        }
    }
    return fmt::format("{}: {}", op.name, fmt::join(parts, ", "));
}

}  // namespace chainerx::internal
