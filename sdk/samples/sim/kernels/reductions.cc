// Kernels in which elements meet: sums, extremes, partial sums, matrix products.
#include <cmath>
#include <vector>

#include <chx/ops/linear_algebra.h>
#include <chx/ops/opcodes.h>
#include <chx/ops/reduction.h>

#include "kernels.h"
#include "tensor.h"

namespace sim {

namespace {

// All reductions have the attributes of chx.sum.
struct Reduction {
    explicit Reduction(const chx_launch& launch) : x{input(launch, 0)}, y{output(launch)} {
        const auto& a = chx::attrs<chx_attrs_sum>(launch);
        for (int64_t i = 0; i < a.n_axes; ++i) is_reduced[a.axes[i]] = true;
        axis = a.n_axes > 0 ? a.axes[0] : 0;
    }

    // The number of the result that the element at an index goes to.
    int64_t target(const int64_t* index) const {
        int64_t number = 0;
        for (int d = 0; d < x.ndim(); ++d)
            number = is_reduced[d] ? number : number * x.shape(d) + index[d];
        return number;
    }

    Tensor x, y;
    bool is_reduced[CHX_MAX_NDIM] = {};
    int64_t axis;
};

template <int opcode, int start>
void accumulate(const chx_launch& launch) {
    const Reduction r(launch);
    const int type = sum_type(r.x.type());
    std::vector<Value> sums(static_cast<size_t>(r.y.numel()), Value{start, start, 0});
    for_each_index(*launch.in[0], [&](const int64_t* index, int64_t number) {
        Value& sum = sums[static_cast<size_t>(r.target(index))];
        sum = apply(opcode, type, sum, convert(r.x.type(), type, r.x.at(number)));
    });
    for (int64_t i = 0; i < r.y.numel(); ++i)
        r.y.put(i, convert(type, r.y.type(), sums[static_cast<size_t>(i)]));
}

// The extreme elements and their positions along the axis: the first of equals, NaN before all.
struct Extreme {
    Value value;
    int64_t position = -1;
};

std::vector<Extreme> extremes(const chx_launch& launch, const Reduction& r, int opcode) {
    std::vector<Extreme> found(static_cast<size_t>(r.y.numel()));
    chx_instruction is_better{};
    is_better.opcode = static_cast<uint16_t>(opcode);
    is_better.type = static_cast<uint8_t>(r.x.type());
    for_each_index(*launch.in[0], [&](const int64_t* index, int64_t number) {
        Extreme& best = found[static_cast<size_t>(r.target(index))];
        const Value value = r.x.at(number);
        const bool is_first_nan = std::isnan(value.re) && !std::isnan(best.value.re);
        if (best.position < 0 || is_first_nan || apply(is_better, value, best.value, {}).i != 0)
            best = {value, index[r.axis]};
    });
    return found;
}

template <int opcode>
void extreme(const chx_launch& launch) {
    const Reduction r(launch);
    const std::vector<Extreme> found = extremes(launch, r, opcode);
    for (int64_t i = 0; i < r.y.numel(); ++i) r.y.put(i, found[static_cast<size_t>(i)].value);
}

template <int opcode>
void position_of_extreme(const chx_launch& launch) {
    const Reduction r(launch);
    const std::vector<Extreme> found = extremes(launch, r, opcode);
    for (int64_t i = 0; i < r.y.numel(); ++i)
        r.y.put(i, {found[static_cast<size_t>(i)].position, 0, 0});
}

void cumsum(const chx_launch& launch) {
    const Tensor x = input(launch, 0), y = output(launch);
    const int64_t axis = chx::attrs<chx_attrs_cumsum>(launch).axis;
    const int type = sum_type(x.type());
    int64_t inner = 1;
    for (int64_t d = axis + 1; d < x.ndim(); ++d) inner *= x.shape(d);
    std::vector<Value> sums(static_cast<size_t>(inner));
    for_each_index(*launch.in[0], [&](const int64_t* index, int64_t number) {
        Value& sum = sums[static_cast<size_t>(number % inner)];
        if (index[axis] == 0) sum = {};
        sum = apply(CHX_OPCODE_ADD, type, sum, convert(x.type(), type, x.at(number)));
        y.put(number, convert(type, y.type(), sum));
    });
}

void matmul(const chx_launch& launch) {
    const Tensor a = input(launch, 0), b = input(launch, 1), y = output(launch);
    const int64_t rows = y.shape(y.ndim() - 2), columns = y.shape(y.ndim() - 1),
                  depth = a.shape(a.ndim() - 1);
    const int type = sum_type(a.type());
    for (int64_t i = 0; i < y.numel(); ++i) {
        const int64_t row = i / columns, column = i % columns, matrix = row / rows;
        Value sum;
        for (int64_t k = 0; k < depth; ++k) {
            const Value left = convert(a.type(), type, a.at(row * depth + k));
            const Value right =
                convert(b.type(), type, b.at((matrix * depth + k) * columns + column));
            sum = apply(CHX_OPCODE_ADD, type, sum, apply(CHX_OPCODE_MULTIPLY, type, left, right));
        }
        y.put(i, convert(type, y.type(), sum));
    }
}

}  // namespace

void add_reduction_kernels(Definitions& kernels) {
    kernels.push_back({CHX_OP_SUM, CHX_OP_SUM_VERSION, "*", 0, accumulate<CHX_OPCODE_ADD, 0>});
    kernels.push_back(
        {CHX_OP_PROD, CHX_OP_PROD_VERSION, "*", 0, accumulate<CHX_OPCODE_MULTIPLY, 1>});
    kernels.push_back({CHX_OP_MAX, CHX_OP_MAX_VERSION, "*", 0, extreme<CHX_OPCODE_GREATER>});
    kernels.push_back({CHX_OP_MIN, CHX_OP_MIN_VERSION, "*", 0, extreme<CHX_OPCODE_LESS>});
    kernels.push_back(
        {CHX_OP_ARGMAX, CHX_OP_ARGMAX_VERSION, "*", 0, position_of_extreme<CHX_OPCODE_GREATER>});
    kernels.push_back(
        {CHX_OP_ARGMIN, CHX_OP_ARGMIN_VERSION, "*", 0, position_of_extreme<CHX_OPCODE_LESS>});
    kernels.push_back({CHX_OP_CUMSUM, CHX_OP_CUMSUM_VERSION, "*", 0, cumsum});
    kernels.push_back({CHX_OP_MATMUL, CHX_OP_MATMUL_VERSION, "*", 0, matmul});
}

}  // namespace sim
