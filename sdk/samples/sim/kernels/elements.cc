// Kernels that move elements, make them, or compute with each alone.
#include <algorithm>
#include <deque>
#include <string>

#include <chx/ops/creation.h>
#include <chx/ops/fused.h>
#include <chx/ops/indexing.h>
#include <chx/ops/manipulation.h>
#include <chx/ops/opcodes.h>
#include <chx/ops/random.h>

#include "kernels.h"
#include "tensor.h"

namespace sim {

namespace {

void copy_elements(const chx_launch& launch) {
    const Tensor x = input(launch, 0), y = output(launch);
    for_each_index(*launch.in[0], [&](const int64_t* index, int64_t) {
        y.put_index(index, convert(x.type(), y.type(), x.at_index(index)));
    });
}

void fused_elementwise(const chx_launch& launch) {
    const auto& program = chx::attrs<chx_attrs_fused_elementwise>(launch).program;
    std::deque<Tensor> operands;
    for (int i = 0; i < launch.n_in; ++i) operands.push_back(input(launch, i));
    const Tensor y = output(launch);
    Value registers[CHX_PROGRAM_MAX_INPUTS + CHX_PROGRAM_MAX_INSTRUCTIONS];
    for_each_index(*launch.out[0], [&](const int64_t* index, int64_t number) {
        for (uint32_t i = 0; i < program.n_in; ++i) registers[i] = operands[i].at_index(index);
        for (uint32_t i = 0; i < program.n_instructions; ++i) {
            const chx_instruction& code = program.code[i];
            registers[program.n_in + i] =
                apply(code, registers[code.a], registers[code.b], registers[code.c]);
        }
        y.put(number, registers[program.n_in + program.n_instructions - 1]);
    });
}

void fill(const chx_launch& launch) {
    const Tensor value = input(launch, 0), y = output(launch);
    if (y.numel() == 0) return;
    const Value element = convert(value.type(), y.type(), value.at(0));
    for (int64_t i = 0; i < y.numel(); ++i) y.put(i, element);
}

void arange(const chx_launch& launch) {
    const Tensor start = input(launch, 0), step = input(launch, 1), y = output(launch);
    if (y.numel() == 0) return;
    const Value first = convert(start.type(), y.type(), start.at(0));
    const Value by = convert(step.type(), y.type(), step.at(0));
    const auto start_bits = static_cast<uint64_t>(first.i), step_bits = static_cast<uint64_t>(by.i);
    for (int64_t i = 0; i < y.numel(); ++i) {
        y.put(i,
              {static_cast<int64_t>(start_bits + static_cast<uint64_t>(i) * step_bits),
               first.re + static_cast<double>(i) * by.re,
               0});
    }
}

// Philox4x32-10: ten rounds of two multiplications whose halves are crossed over.
void philox(uint64_t key, uint64_t counter, uint32_t (&words)[4]) {
    uint32_t key0 = static_cast<uint32_t>(key), key1 = static_cast<uint32_t>(key >> 32);
    words[0] = static_cast<uint32_t>(counter);
    words[1] = static_cast<uint32_t>(counter >> 32);
    words[2] = words[3] = 0;
    for (int round = 0; round < 10; ++round, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u) {
        const uint64_t even = uint64_t{0xD2511F53u} * words[0],
                       odd = uint64_t{0xCD9E8D57u} * words[2];
        words[0] = static_cast<uint32_t>(odd >> 32) ^ words[1] ^ key0;
        words[2] = static_cast<uint32_t>(even >> 32) ^ words[3] ^ key1;
        words[1] = static_cast<uint32_t>(odd);
        words[3] = static_cast<uint32_t>(even);
    }
}

void random_bits(const chx_launch& launch) {
    const Tensor state = input(launch, 0), bits = output(launch, 0), next = output(launch, 1);
    const auto key = static_cast<uint64_t>(state.at(0).i),
               counter = static_cast<uint64_t>(state.at(1).i);
    uint32_t words[4] = {};
    for (int64_t i = 0; i < bits.numel(); ++i) {
        if (i % 4 == 0) philox(key, counter + static_cast<uint64_t>(i) / 4, words);
        bits.put(i, {words[i % 4], 0, 0});
    }
    next.put(0, {static_cast<int64_t>(key), 0, 0});
    next.put(1,
             {static_cast<int64_t>(counter + (static_cast<uint64_t>(bits.numel()) + 3) / 4), 0, 0});
}

// An index made one of [0, extent).
int64_t resolve(int64_t index, int64_t extent, int32_t mode) {
    if (index >= 0 && index < extent) return index;
    if (extent > 0 && mode == CHX_TAKE_MODE_CLIP) return std::clamp<int64_t>(index, 0, extent - 1);
    if (extent > 0 && mode == CHX_TAKE_MODE_WRAP) return (index % extent + extent) % extent;
    if (index < 0 && index >= -extent) return index + extent;
    throw chx::Error(CHX_E_INVALID,
                     "index " + std::to_string(index) + " is out of range for an extent of " +
                         std::to_string(extent));
}

// Calls f(element of the array with the axis, element of the one with the indices in its place).
template <class F>
void for_each_taken(const Tensor& whole, const Tensor& indices, int64_t axis, int32_t mode, F&& f) {
    int64_t outer = 1, inner = 1;
    for (int d = 0; d < whole.ndim(); ++d)
        (d < axis ? outer : inner) *= d == axis ? 1 : whole.shape(d);
    const int64_t extent = whole.shape(axis), n = indices.numel();
    for (int64_t i = 0; i < outer * n; ++i) {
        const int64_t from = (i / n * extent + resolve(indices.at(i % n).i, extent, mode)) * inner;
        for (int64_t j = 0; j < inner; ++j) f(from + j, i * inner + j);
    }
}

void take(const chx_launch& launch) {
    const Tensor x = input(launch, 0), y = output(launch);
    const auto& a = chx::attrs<chx_attrs_take>(launch);
    for_each_taken(x, input(launch, 1), a.axis, a.mode, [&](int64_t from, int64_t to) {
        y.put(to, x.at(from));
    });
}

void scatter_add(const chx_launch& launch) {
    const Tensor x = input(launch, 0), updates = input(launch, 2), y = output(launch);
    const auto& a = chx::attrs<chx_attrs_scatter_add>(launch);
    for (int64_t i = 0; i < x.numel(); ++i) y.put(i, x.at(i));
    for_each_taken(y, input(launch, 1), a.axis, a.mode, [&](int64_t to, int64_t from) {
        y.put(to, apply(CHX_OPCODE_ADD, y.type(), y.at(to), updates.at(from)));
    });
}

}  // namespace

// Most take contiguous operands and no host scalars, so that the core has to adapt them.
void add_element_kernels(Definitions& kernels) {
    kernels.push_back({CHX_OP_COPY,
                       CHX_OP_COPY_VERSION,
                       "*",
                       CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT,
                       copy_elements});
    kernels.push_back({CHX_OP_FUSED_ELEMENTWISE,
                       CHX_OP_FUSED_ELEMENTWISE_VERSION,
                       "*",
                       CHX_K_STRIDED_IN,
                       fused_elementwise});
    kernels.push_back({CHX_OP_FILL, CHX_OP_FILL_VERSION, "*", 0, fill});
    kernels.push_back({CHX_OP_ARANGE, CHX_OP_ARANGE_VERSION, "*", CHX_K_HOST_SCALAR, arange});
    kernels.push_back({CHX_OP_RANDOM_BITS, CHX_OP_RANDOM_BITS_VERSION, "u64", 0, random_bits});
    kernels.push_back({CHX_OP_TAKE, CHX_OP_TAKE_VERSION, "*", 0, take});
    kernels.push_back({CHX_OP_SCATTER_ADD, CHX_OP_SCATTER_ADD_VERSION, "*", 0, scatter_add});
}

}  // namespace sim
