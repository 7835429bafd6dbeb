// Calls of products, convolutions, pooling, normalization and losses.
#include <algorithm>

#include <chx/ops/activation.h>
#include <chx/ops/convolution.h>
#include <chx/ops/linear_algebra.h>
#include <chx/ops/loss.h>
#include <chx/ops/normalization.h>
#include <chx/ops/pooling.h>

#include "case.h"
#include "op_call.h"

namespace conformance {
namespace {

OperandSpec left_out(int type) {
    OperandSpec spec;
    spec.type = type;
    spec.is_left_out = true;
    return spec;
}

void set_list(int64_t& n, int64_t* to, const Shape& list) {
    n = static_cast<int64_t>(list.size());
    std::copy(list.begin(), list.end(), to);
}

std::vector<OpCall> products(int type) {
    std::vector<OpCall> calls;
    const struct {
        Shape a, b, y;
    } shapes[] = {{{3, 4}, {4, 5}, {3, 5}},
                  {{1, 1}, {1, 1}, {1, 1}},
                  {{2, 0}, {0, 3}, {2, 3}},
                  {{0, 2}, {2, 3}, {0, 3}},
                  {{2, 3, 4}, {2, 4, 5}, {2, 3, 5}},
                  {{33, 17}, {17, 19}, {33, 19}}};
    for (const auto& s : shapes)
        calls.push_back(call_with(to_string(s.a) + " times " + to_string(s.b),
                                  {operand(type, s.a, 0), operand(type, s.b, 1)},
                                  {result(type, s.y)}));
    return calls;
}

std::vector<OpCall> layers(int type) {
    std::vector<OpCall> calls;
    for (const bool has_bias : {true, false})
        calls.push_back(call_with(has_bias ? "with bias" : "without bias",
                                  {operand(type, {3, 4}, 0),
                                   operand(type, {5, 4}, 1),
                                   has_bias ? operand(type, {5}, 2) : left_out(type)},
                                  {result(type, {3, 5})}));
    return calls;
}

// A convolution of (2, C, 6, 5) by 2 kernels per group of 3 x 2.
struct Convolution {
    int64_t stride, pad, dilation, groups;
    int64_t output(int64_t extent, int64_t kernel) const {
        return (extent + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
    }
    Shape x() const { return {2, 2 * groups, 6, 5}; }
    Shape w() const { return {2 * groups, 2, 3, 2}; }
    Shape y() const { return {2, 2 * groups, output(6, 3), output(5, 2)}; }
    std::string label() const {
        return fmt::format(
            "stride {}, pad {}, dilation {}, {} groups", stride, pad, dilation, groups);
    }
    template <class A>
    void set(A& attrs) const {
        set_list(attrs.n_stride, attrs.stride, {stride, stride});
        set_list(attrs.n_pad, attrs.pad, {pad, pad});
        set_list(attrs.n_dilation, attrs.dilation, {dilation, dilation});
        attrs.groups = groups;
    }
};
constexpr Convolution kConvolutions[] = {
    {1, 0, 1, 1}, {1, 1, 1, 1}, {2, 1, 1, 1}, {1, 1, 2, 1}, {1, 1, 1, 2}};

std::vector<OpCall> convolutions(int type) {
    std::vector<OpCall> calls;
    for (const Convolution& c : kConvolutions) {
        for (const bool has_bias : {true, false}) {
            OpCall call = call_with(c.label(),
                                    {operand(type, c.x(), 0),
                                     operand(type, c.w(), 1),
                                     has_bias ? operand(type, {2 * c.groups}, 2) : left_out(type)},
                                    {result(type, c.y())});
            set_attrs<chx_attrs_conv>(call, [&](chx_attrs_conv& attrs, bool) {
                c.set(attrs);
                set_list(attrs.n_output, attrs.output, {c.y()[2], c.y()[3]});
            });
            calls.push_back(call);
        }
    }
    return calls;
}

std::vector<OpCall> input_gradients(int type) {
    std::vector<OpCall> calls;
    for (const Convolution& c : kConvolutions) {
        OpCall call = call_with(
            c.label(), {operand(type, c.y(), 0), operand(type, c.w(), 1)}, {result(type, c.x())});
        set_attrs<chx_attrs_conv_input_grad>(call, [&](chx_attrs_conv_input_grad& attrs, bool) {
            c.set(attrs);
            set_list(attrs.n_input, attrs.input, {6, 5});
        });
        calls.push_back(call);
    }
    return calls;
}

std::vector<OpCall> weight_gradients(int type) {
    std::vector<OpCall> calls;
    for (const Convolution& c : kConvolutions) {
        OpCall call = call_with(
            c.label(), {operand(type, c.y(), 0), operand(type, c.x(), 1)}, {result(type, c.w())});
        set_attrs<chx_attrs_conv_weight_grad>(call, [&](chx_attrs_conv_weight_grad& attrs, bool) {
            c.set(attrs);
            set_list(attrs.n_kernel, attrs.kernel, {3, 2});
        });
        calls.push_back(call);
    }
    return calls;
}

struct Window {
    int64_t kernel, stride, pad;
    int64_t output(int64_t extent) const { return (extent + 2 * pad - kernel) / stride + 1; }
    Shape y() const { return {2, 3, output(6), output(5)}; }
    std::string label() const {
        return fmt::format("kernel {}, stride {}, pad {}", kernel, stride, pad);
    }
    template <class A>
    void set(A& attrs) const {
        set_list(attrs.n_kernel, attrs.kernel, {kernel, kernel});
        set_list(attrs.n_stride, attrs.stride, {stride, stride});
        set_list(attrs.n_pad, attrs.pad, {pad, pad});
    }
};
constexpr Window kWindows[] = {{2, 2, 0}, {3, 1, 1}, {2, 1, 0}};
const Shape kPooled = {2, 3, 6, 5};

std::vector<OpCall> max_pools(int type) {
    std::vector<OpCall> calls;
    for (const Window& w : kWindows) {
        OpCall call = call_with(w.label(),
                                {operand(type, kPooled)},
                                {result(type, w.y()), fixed_result(CHX_TYPE_I64, w.y())});
        set_attrs<chx_attrs_max_pool>(call, [&](chx_attrs_max_pool& attrs, bool) {
            w.set(attrs);
            set_list(attrs.n_output, attrs.output, {w.y()[2], w.y()[3]});
        });
        calls.push_back(call);
    }
    return calls;
}

OperandSpec pool_indices() {
    std::vector<int64_t> indices(2 * 3 * 3 * 2);
    for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<int64_t>(i * 11 % 30);
    return integers({2, 3, 3, 2}, indices);
}

std::vector<OpCall> max_pool_gradients(int type) {
    OpCall call = call_with(
        "of (2, 3, 6, 5)", {operand(type, {2, 3, 3, 2}), pool_indices()}, {result(type, kPooled)});
    set_attrs<chx_attrs_max_pool_grad>(call, [](chx_attrs_max_pool_grad& attrs, bool) {
        set_list(attrs.n_input, attrs.input, {6, 5});
    });
    return {call};
}

std::vector<OpCall> average_pools(int type, bool is_gradient) {
    std::vector<OpCall> calls;
    for (const Window& w : kWindows) {
        for (const int32_t count_pad : {0, 1}) {
            OpCall call =
                is_gradient ? call_with(w.label(), {operand(type, w.y())}, {result(type, kPooled)})
                            : call_with(w.label(), {operand(type, kPooled)}, {result(type, w.y())});
            if (is_gradient) {
                set_attrs<chx_attrs_average_pool_grad>(
                    call, [&](chx_attrs_average_pool_grad& attrs, bool) {
                        w.set(attrs);
                        set_list(attrs.n_input, attrs.input, {6, 5});
                        attrs.count_pad = count_pad;
                    });
            } else {
                set_attrs<chx_attrs_average_pool>(call, [&](chx_attrs_average_pool& attrs, bool) {
                    w.set(attrs);
                    set_list(attrs.n_output, attrs.output, {w.y()[2], w.y()[3]});
                    attrs.count_pad = count_pad;
                });
            }
            calls.push_back(call);
        }
    }
    return calls;
}

// Channels of (4, 3, 5): axes 0 and 2 are normalized.
std::vector<OpCall> batch_norms(int type) {
    OpCall call = call_with(
        "axes (0, 2)",
        {operand(type, {4, 3, 5}, 0), operand(type, {3}, 1, "positive"), operand(type, {3}, 2)},
        {result(type, {4, 3, 5}), result(type, {3}), result(type, {3})});
    set_attrs<chx_attrs_batch_norm>(call, [](chx_attrs_batch_norm& attrs, bool) {
        set_list(attrs.n_axes, attrs.axes, {0, 2});
        attrs.eps = 1e-3;
    });
    return {call};
}

std::vector<OpCall> batch_norm_gradients(int type) {
    OpCall call = call_with("axes (0, 2)",
                            {operand(type, {4, 3, 5}, 0),
                             operand(type, {4, 3, 5}, 1),
                             operand(type, {3}, 2, "positive"),
                             operand(type, {3}, 3, "unit"),
                             operand(type, {3}, 4, "positive")},
                            {result(type, {4, 3, 5}), result(type, {3}), result(type, {3})});
    set_attrs<chx_attrs_batch_norm_grad>(call, [](chx_attrs_batch_norm_grad& attrs, bool) {
        set_list(attrs.n_axes, attrs.axes, {0, 2});
        attrs.eps = 1e-3;
    });
    return {call};
}

// (4, 3, 5) normalized over the last axis and over the last two.
std::vector<OpCall> layer_norms(int type) {
    std::vector<OpCall> calls;
    for (const int64_t first : {1, 2}) {
        const Shape parameters = first == 1 ? Shape{3, 5} : Shape{5},
                    statistics = first == 1 ? Shape{4} : Shape{4, 3};
        OpCall call = call_with(
            fmt::format("from axis {} on", first),
            {operand(type, {4, 3, 5}, 0),
             operand(type, parameters, 1, "positive"),
             operand(type, parameters, 2)},
            {result(type, {4, 3, 5}), result(type, statistics), result(type, statistics)});
        set_attrs<chx_attrs_layer_norm>(call, [&](chx_attrs_layer_norm& attrs, bool) {
            attrs.first_axis = first;
            attrs.eps = 1e-3;
        });
        calls.push_back(call);
    }
    return calls;
}

std::vector<OpCall> layer_norm_gradients(int type) {
    OpCall call = call_with("from axis 2 on",
                            {operand(type, {4, 3, 5}, 0),
                             operand(type, {4, 3, 5}, 1),
                             operand(type, {5}, 2, "positive"),
                             operand(type, {4, 3}, 3, "unit"),
                             operand(type, {4, 3}, 4, "positive")},
                            {result(type, {4, 3, 5}), result(type, {5}), result(type, {5})});
    set_attrs<chx_attrs_layer_norm_grad>(call, [](chx_attrs_layer_norm_grad& attrs, bool) {
        attrs.first_axis = 2;
        attrs.eps = 1e-3;
    });
    return {call};
}

// Attrs: those of the op or of its gradient, whose first operand is the op's result.
template <typename Attrs>
std::vector<OpCall> softmaxes(int type, const std::vector<std::string>& domains) {
    std::vector<OpCall> calls;
    for (const int64_t axis : {0, 1}) {
        for (const Shape& shape : {Shape{3, 5}, Shape{1, 1}, Shape{5, 37}}) {
            std::vector<OperandSpec> operands;
            for (const std::string& domain : domains)
                operands.push_back(operand(type, shape, static_cast<int>(operands.size()), domain));
            OpCall call = call_with(fmt::format("shape {} along axis {}", to_string(shape), axis),
                                    operands,
                                    {result(type, shape)});
            set_attrs<Attrs>(call, [&](Attrs& attrs, bool) { attrs.axis = axis; });
            calls.push_back(call);
        }
    }
    return calls;
}

std::vector<OpCall> losses(int type, bool is_gradient) {
    const OperandSpec labels = integers({4}, {2, 0, 4, -1});
    if (!is_gradient)
        return {call_with("4 rows of 5",
                          {operand(type, {4, 5}), labels},
                          {result(type, {4}), result(type, {4, 5})})};
    OperandSpec log_p = operand(type, {4, 5}, 0, "positive");
    for (auto& value : log_p.values) value = -value;
    return {
        call_with("4 rows of 5", {log_p, labels, operand(type, {4}, 1)}, {result(type, {4, 5})})};
}

}  // namespace

std::vector<OpCall> network_calls_of(const std::string& op, int type) {
    if (op == CHX_OP_MATMUL) return products(type);
    if (op == CHX_OP_LINEAR) return layers(type);
    if (op == CHX_OP_LINEAR_WEIGHT_GRAD)
        return {call_with("(6, 5) and (6, 4)",
                          {operand(type, {6, 5}, 0), operand(type, {6, 4}, 1)},
                          {result(type, {5, 4}), result(type, {5})})};
    if (op == CHX_OP_LINEAR_GRAD)
        return {call_with(
            "(6, 5), (6, 4) and (5, 4)",
            {operand(type, {6, 5}, 0), operand(type, {6, 4}, 1), operand(type, {5, 4}, 2)},
            {result(type, {6, 4}), result(type, {5, 4}), result(type, {5})})};
    if (op == CHX_OP_CONV) return convolutions(type);
    if (op == CHX_OP_CONV_INPUT_GRAD) return input_gradients(type);
    if (op == CHX_OP_CONV_WEIGHT_GRAD) return weight_gradients(type);
    if (op == CHX_OP_MAX_POOL) return max_pools(type);
    if (op == CHX_OP_MAX_POOL_GRAD) return max_pool_gradients(type);
    if (op == CHX_OP_POOL_GATHER)
        return {call_with("of (2, 3, 6, 5)",
                          {operand(type, kPooled), pool_indices()},
                          {result(type, {2, 3, 3, 2})})};
    if (op == CHX_OP_AVERAGE_POOL) return average_pools(type, false);
    if (op == CHX_OP_AVERAGE_POOL_GRAD) return average_pools(type, true);
    if (op == CHX_OP_BATCH_NORM) return batch_norms(type);
    if (op == CHX_OP_BATCH_NORM_GRAD) return batch_norm_gradients(type);
    if (op == CHX_OP_LAYER_NORM) return layer_norms(type);
    if (op == CHX_OP_LAYER_NORM_GRAD) return layer_norm_gradients(type);
    if (op == CHX_OP_SOFTMAX || op == CHX_OP_LOG_SOFTMAX)
        return softmaxes<chx_attrs_softmax>(type, {"any"});
    if (op == CHX_OP_SOFTMAX_GRAD || op == CHX_OP_LOG_SOFTMAX_GRAD)
        return softmaxes<chx_attrs_softmax_grad>(type, {"unit", "any"});
    if (op == CHX_OP_SOFTMAX_CROSS_ENTROPY) return losses(type, false);
    if (op == CHX_OP_SOFTMAX_CROSS_ENTROPY_GRAD) return losses(type, true);
    return {};
}

}  // namespace conformance
