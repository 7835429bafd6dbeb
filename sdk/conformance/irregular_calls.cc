// Calls of ops that make, rearrange and index arrays, and of fused programs.
#include <algorithm>

#include <chx/ops/creation.h>
#include <chx/ops/fused.h>
#include <chx/ops/indexing.h>
#include <chx/ops/manipulation.h>
#include <chx/ops/opcodes.h>
#include <chx/ops/random.h>
#include <chx/ops/reduction.h>
#include <chx/ops/sorting.h>

#include "case.h"
#include "description.h"
#include "op_call.h"

namespace conformance {
namespace {

void set_shape(int64_t& n, int64_t* to, const Shape& shape) {
    n = static_cast<int64_t>(shape.size());
    std::copy(shape.begin(), shape.end(), to);
}

std::vector<OpCall> fills(int type) {
    std::vector<OpCall> calls;
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{3, 4}, Shape{1031}}) {
        OpCall call =
            call_with("shape " + to_string(shape), {operand(type, {}, 5)}, {result(type, shape)});
        call.has_scalars = true;
        set_attrs<chx_attrs_fill>(call, [&](chx_attrs_fill& attrs, bool is_wide) {
            attrs.dtype = dtype_of(is_wide ? wide_type(type) : type);
            set_shape(attrs.n_shape, attrs.shape, shape);
        });
        calls.push_back(call);
    }
    return calls;
}

std::vector<OpCall> aranges(int type) {
    std::vector<OpCall> calls;
    for (const int64_t n : {0, 1, 7, 60}) {
        OpCall call =
            call_with(fmt::format("{} numbers", n),
                      {operand(type, {}, 0, "positive"), operand(type, {}, 1, "positive")},
                      {result(type, {n})});
        call.has_scalars = true;
        set_attrs<chx_attrs_arange>(call, [&](chx_attrs_arange& attrs, bool is_wide) {
            attrs.dtype = dtype_of(is_wide ? wide_type(type) : type);
            attrs.n = n;
        });
        calls.push_back(call);
    }
    return calls;
}

std::vector<OpCall> random_words(int type) {
    std::vector<OpCall> calls;
    for (const Shape& shape : {Shape{0}, Shape{1}, Shape{3, 5}, Shape{1031}}) {
        OperandSpec state{type, {2}, {12345, 678}, true, false};
        OpCall call =
            call_with("shape " + to_string(shape),
                      {state},
                      {fixed_result(CHX_TYPE_U32, shape), fixed_result(CHX_TYPE_U64, {2})});
        set_attrs<chx_attrs_random_bits>(call, [&](chx_attrs_random_bits& attrs, bool) {
            set_shape(attrs.n_shape, attrs.shape, shape);
        });
        calls.push_back(call);
    }
    return calls;
}

std::vector<OpCall> copies(int type) {
    std::vector<OpCall> calls;
    const auto add = [&](int to, const Shape& shape, const std::string& domain) {
        OpCall call = call_with(
            fmt::format(
                "shape {} to {}", to_string(shape), kDtypeNames[static_cast<std::size_t>(to)]),
            {operand(type, shape, 0, domain)},
            {result(to, shape)});
        call.may_broadcast = true;
        set_attrs<chx_attrs_copy>(call, [&](chx_attrs_copy& attrs, bool is_wide) {
            attrs.dtype = dtype_of(is_wide ? wide_type(to) : to);
        });
        calls.push_back(call);
    };
    for (const Shape& shape :
         {Shape{}, Shape{0}, Shape{1}, Shape{2, 3, 4}, Shape{7, 33}, Shape{1031}})
        add(type, shape, "any");
    for (int to = 0; to < CHX_N_TYPES; ++to) add(to, {3, 5}, "positive");
    return calls;
}

std::vector<OpCall> unslices(int type) {
    std::vector<OpCall> calls;
    for (const Shape& steps : {Shape{1, 1}, Shape{2, 1}, Shape{1, -2}}) {
        OpCall call =
            call_with("steps " + to_string(steps), {operand(type, {2, 3})}, {result(type, {5, 7})});
        set_attrs<chx_attrs_unslice>(call, [&](chx_attrs_unslice& attrs, bool) {
            set_shape(attrs.n_starts, attrs.starts, {1, steps[1] < 0 ? 6 : 2});
            set_shape(attrs.n_steps, attrs.steps, steps);
            set_shape(attrs.n_shape, attrs.shape, {5, 7});
        });
        calls.push_back(call);
    }
    return calls;
}

std::vector<OpCall> concatenations(int type) {
    std::vector<OpCall> calls;
    for (const int64_t axis : {0, 1}) {
        const auto shape = [&](int64_t extent) {
            return axis == 0 ? Shape{extent, 3} : Shape{3, extent};
        };
        OpCall call = call_with(
            fmt::format("axis {}", axis),
            {operand(type, shape(2), 0), operand(type, shape(0), 1), operand(type, shape(4), 2)},
            {result(type, shape(6))});
        set_attrs<chx_attrs_concatenate>(
            call, [&](chx_attrs_concatenate& attrs, bool) { attrs.axis = axis; });
        calls.push_back(call);
    }
    return calls;
}

// Indices within range; beyond it for the modes that say what that means.
std::vector<int64_t> indices_for(int32_t mode) {
    return mode == CHX_TAKE_MODE_RAISE ? std::vector<int64_t>{3, 0, -1, 2}
                                       : std::vector<int64_t>{3, -9, 5, 17};
}

std::vector<OpCall> takes(int type) {
    std::vector<OpCall> calls;
    for (const int64_t axis : {0, 1, 2}) {
        for (const int32_t mode : {CHX_TAKE_MODE_RAISE, CHX_TAKE_MODE_WRAP, CHX_TAKE_MODE_CLIP}) {
            Shape shape = {2, 2, 2}, taken = shape;
            shape[static_cast<std::size_t>(axis)] = 5;
            taken[static_cast<std::size_t>(axis)] = 4;
            OpCall call = call_with(fmt::format("axis {}, mode {}", axis, mode),
                                    {operand(type, shape), integers({4}, indices_for(mode))},
                                    {result(type, taken)});
            set_attrs<chx_attrs_take>(call, [&](chx_attrs_take& attrs, bool) {
                attrs.axis = axis;
                attrs.mode = mode;
            });
            calls.push_back(call);
        }
    }
    OpCall none =
        call_with("no index", {operand(type, {5, 2}), integers({0}, {})}, {result(type, {0, 2})});
    set_attrs<chx_attrs_take>(none, [](chx_attrs_take&, bool) {});
    calls.push_back(none);
    return calls;
}

std::vector<OpCall> scatters(int type, bool adds) {
    std::vector<OpCall> calls;
    for (const int64_t axis : {0, 1}) {
        const Shape shape = axis == 0 ? Shape{5, 3} : Shape{3, 5},
                    updates = axis == 0 ? Shape{4, 3} : Shape{3, 4};
        OpCall call = call_with(
            fmt::format("axis {}", axis),
            {operand(type, shape), integers({4}, {3, 0, 3, -4}), operand(type, updates, 1)},
            {result(type, shape)});
        const auto change = [&](auto& attrs, bool) { attrs.axis = axis; };
        if (adds)
            set_attrs<chx_attrs_scatter_add>(call, change);
        else
            set_attrs<chx_attrs_scatter>(call, change);
        calls.push_back(call);
    }
    return calls;
}

std::vector<OpCall> nonzeros(int type) {
    OperandSpec x = operand(type, {3, 4}, 0, "nonzero");
    for (auto& value : x.values) value = value == 0.0 ? 1.0 : value;
    return {call_with("all of (3, 4)",
                      {x},
                      {fixed_result(CHX_TYPE_I64, {12, 2}), fixed_result(CHX_TYPE_I64, {})})};
}

template <class Attrs>
std::vector<OpCall> sorts(int type, int to) {
    std::vector<OpCall> calls;
    for (const int64_t axis : {0, 1}) {
        for (const bool is_descending : {false, true}) {
            for (const Shape& shape : {Shape{9, 5}, Shape{0, 2}, Shape{1, 1}}) {
                OpCall call = call_with(fmt::format("shape {} along axis {}{}",
                                                    to_string(shape),
                                                    axis,
                                                    is_descending ? ", descending" : ""),
                                        {operand(type, shape)},
                                        {to == type ? result(to, shape) : fixed_result(to, shape)});
                set_attrs<Attrs>(call, [&](Attrs& attrs, bool) {
                    attrs.axis = axis;
                    attrs.descending = is_descending;
                });
                calls.push_back(call);
            }
        }
    }
    return calls;
}

std::vector<OpCall> searches(int type) {
    std::vector<OpCall> calls;
    for (const bool is_right : {false, true}) {
        OperandSpec sorted = operand(type, {7});
        std::sort(sorted.values.begin(), sorted.values.end(), [](auto a, auto b) {
            return a.real() < b.real();
        });
        OpCall call = call_with(is_right ? "right" : "left",
                                {sorted, operand(type, {3, 4}, 1)},
                                {fixed_result(CHX_TYPE_I64, {3, 4})});
        set_attrs<chx_attrs_searchsorted>(
            call, [&](chx_attrs_searchsorted& attrs, bool) { attrs.right = is_right; });
        calls.push_back(call);
    }
    return calls;
}

template <class Attrs>
std::vector<OpCall> partial_results(int type) {
    std::vector<OpCall> calls;
    const int to = is_inexact(type) ? type : type <= CHX_TYPE_I64 ? CHX_TYPE_I64 : CHX_TYPE_U64;
    for (const int64_t axis : {0, 1}) {
        for (const Shape& shape : {Shape{3, 5}, Shape{0, 2}, Shape{1, 1}}) {
            OpCall call = call_with(fmt::format("shape {} along axis {}", to_string(shape), axis),
                                    {operand(type, shape)},
                                    {result(to, shape)});
            set_attrs<Attrs>(call, [&](Attrs& attrs, bool) { attrs.axis = axis; });
            calls.push_back(call);
        }
    }
    return calls;
}

// x0 + x0 * x1 with arithmetic that all dtypes but bool have; bool: maximum of a product.
void set_program(chx_program& program, int type) {
    const auto code = static_cast<uint8_t>(type);
    const uint16_t second = type == CHX_TYPE_BOOL ? CHX_OPCODE_MAXIMUM : CHX_OPCODE_ADD;
    program.n_in = 2;
    program.n_instructions = 2;
    program.code[0] = {CHX_OPCODE_MULTIPLY, code, code, 0, 1, 0, 0};
    program.code[1] = {second, code, code, 0, 2, 0, 0};
}

std::vector<OpCall> programs(int type) {
    std::vector<OpCall> calls;
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{2, 3, 4}, Shape{1031}}) {
        OpCall call = call_with("x0 + x0 * x1 of shape " + to_string(shape),
                                {operand(type, shape, 0), operand(type, shape, 1)},
                                {result(type, shape)});
        call.may_broadcast = true;
        set_attrs<chx_attrs_fused_elementwise>(
            call, [&](chx_attrs_fused_elementwise& attrs, bool is_wide) {
                attrs.dtype = dtype_of(is_wide ? wide_type(type) : type);
                set_program(attrs.program, is_wide ? wide_type(type) : type);
            });
        calls.push_back(call);
    }
    return calls;
}

std::vector<OpCall> reduced_programs(int type) {
    std::vector<OpCall> calls;
    for (const Shape& axes : {Shape{0}, Shape{1}, Shape{0, 1}}) {
        const Shape left = axes.size() == 2 ? Shape{} : Shape{axes[0] == 0 ? 6 : 5};
        for (const int32_t reduction :
             {CHX_FUSED_REDUCTION_REDUCTION_SUM, CHX_FUSED_REDUCTION_REDUCTION_MAX}) {
            OpCall call =
                call_with(fmt::format("over axes {}, reduction {}", to_string(axes), reduction),
                          {operand(type, {5, 6}, 0), operand(type, {5, 6}, 1)},
                          {result(type, left)});
            set_attrs<chx_attrs_fused_reduction>(
                call, [&](chx_attrs_fused_reduction& attrs, bool is_wide) {
                    attrs.dtype = dtype_of(is_wide ? wide_type(type) : type);
                    set_program(attrs.program, is_wide ? wide_type(type) : type);
                    attrs.reduction = reduction;
                    set_shape(attrs.n_axes, attrs.axes, axes);
                });
            calls.push_back(call);
        }
    }
    return calls;
}

}  // namespace

std::vector<OpCall> irregular_calls_of(const std::string& op, int type) {
    if (op == CHX_OP_FILL) return fills(type);
    if (op == CHX_OP_ARANGE) return aranges(type);
    if (op == CHX_OP_RANDOM_BITS) return random_words(type);
    if (op == CHX_OP_COPY) return copies(type);
    if (op == CHX_OP_UNSLICE) return unslices(type);
    if (op == CHX_OP_CONCATENATE) return concatenations(type);
    if (op == CHX_OP_TAKE) return takes(type);
    if (op == CHX_OP_SCATTER_ADD) return scatters(type, true);
    if (op == CHX_OP_SCATTER) return scatters(type, false);
    if (op == CHX_OP_NONZERO) return nonzeros(type);
    if (op == CHX_OP_SORT) return sorts<chx_attrs_sort>(type, type);
    if (op == CHX_OP_ARGSORT) return sorts<chx_attrs_argsort>(type, CHX_TYPE_I64);
    if (op == CHX_OP_SEARCHSORTED) return searches(type);
    if (op == CHX_OP_CUMSUM) return partial_results<chx_attrs_cumsum>(type);
    if (op == CHX_OP_CUMPROD) return partial_results<chx_attrs_cumprod>(type);
    if (op == CHX_OP_FUSED_ELEMENTWISE) return programs(type);
    if (op == CHX_OP_FUSED_REDUCTION) return reduced_programs(type);
    return {};
}

}  // namespace conformance
