// Checks operands against the rules of the header.
#include "layer/tensor_checks.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "dispatch/op_def.h"
#include "layer/tensor_span.h"

namespace chainerx::internal {

namespace {

bool is_contiguous(const chx_tensor& tensor) {
    int64_t expected = 1;
    for (int i = tensor.ndim - 1; i >= 0; --i) {
        if (tensor.shape[i] != 1 && tensor.strides[i] != expected) return false;
        expected *= tensor.shape[i];
    }
    return true;
}

std::string form_complaint(const chx_tensor& tensor) {
    if (tensor.ndim < 0 || tensor.ndim > CHX_MAX_NDIM)
        return fmt::format("it has {} dimensions", tensor.ndim);
    if (tensor.ndim > 0 && (tensor.shape == nullptr || tensor.strides == nullptr))
        return "shape or strides are NULL";
    int64_t numel = 1;
    for (int i = 0; i < tensor.ndim; ++i) numel *= tensor.shape[i];
    if (numel != tensor.numel)
        return fmt::format("numel is {}, the shape has {}", tensor.numel, numel);
    if ((tensor.flags & CHX_T_CONTIGUOUS) != 0 && numel > 0 && !is_contiguous(tensor))
        return "it is flagged contiguous but is not";
    return {};
}

std::string place_complaint(const chx_tensor& tensor, const LiveMemory& memory) {
    if (tensor.numel == 0 || (tensor.flags & CHX_T_HOST_SCALAR) != 0) return {};
    const ByteSpan span = span_of(tensor);
    // Memory of others may reach below its base; of ours nothing lies there, nor that far above.
    constexpr int64_t kNowhere = int64_t{1} << 62;
    const int64_t begin = span.begin < 0 ? kNowhere : span.begin;
    const chx_memref place{tensor.data, static_cast<uint64_t>(begin), CHX_MEM_DEVICE, 0};
    return memory.complaint(place, static_cast<uint64_t>(span.end - span.begin));
}

std::string caps_complaint(const chx_tensor& tensor, uint64_t caps, uint64_t strided_cap) {
    const bool is_strided = (tensor.flags & CHX_T_CONTIGUOUS) == 0 && tensor.numel > 0;
    if (is_strided && (caps & strided_cap) == 0)
        return "it is not contiguous, which the kernel does not take";
    if ((tensor.flags & CHX_T_HOST_SCALAR) != 0 && (caps & CHX_K_HOST_SCALAR) == 0)
        return "it is a host scalar, which the kernel does not take";
    return {};
}

std::string operand_complaint(const chx_tensor& tensor,
                              uint64_t caps,
                              uint64_t strided_cap,
                              const LiveMemory& memory) {
    std::string text = form_complaint(tensor);
    if (text.empty()) text = caps_complaint(tensor, caps, strided_cap);
    return text.empty() ? place_complaint(tensor, memory) : text;
}

void keep(std::vector<KeptContent>& contents,
          const char* what,
          int index,
          void* base,
          int64_t begin,
          int64_t end) {
    if (begin >= end) return;
    const auto* bytes = static_cast<const unsigned char*>(base) + begin;
    contents.push_back(
        {what, index, bytes, std::vector<unsigned char>(bytes, bytes + (end - begin))});
}

bool is_written(const chx_launch& launch, const void* base) {
    return std::any_of(launch.out, launch.out + launch.n_out, [base](const chx_tensor* output) {
        return output != nullptr && output->data == base;
    });
}

// What the op's row says of the record. Ops of plugins have rules of their own.
std::string record_complaint(const chx_kernel_def& kernel, const chx_launch& launch) {
    if (launch.struct_size < sizeof(chx_launch))
        return fmt::format("the launch record has {} bytes", launch.struct_size);
    const OpDef* op = find_op(kernel.op);
    if (op == nullptr || std::strncmp(kernel.op, "chx.", 4) != 0) return {};
    const bool fits = op->is_variadic ? launch.n_in >= op->n_inputs : launch.n_in == op->n_inputs;
    if (!fits || launch.n_out != op->n_outputs)
        return fmt::format("{} operands and {} results; the op has {}{} and {}",
                           launch.n_in,
                           launch.n_out,
                           op->n_inputs,
                           op->is_variadic ? " or more" : "",
                           op->n_outputs);
    if ((launch.attrs == nullptr) != (op->attrs_size == 0) || launch.attrs_size != op->attrs_size)
        return fmt::format(
            "{} bytes of attributes; the op has {}", launch.attrs_size, op->attrs_size);
    return {};
}

}  // namespace

std::string launch_complaint(const chx_kernel_def& kernel,
                             const chx_launch& launch,
                             const LiveMemory& memory) {
    if (std::string text = record_complaint(kernel, launch); !text.empty()) return text;
    for (int i = 0; i < launch.n_in; ++i) {
        if (launch.in[i] == nullptr) continue;
        const std::string text =
            operand_complaint(*launch.in[i], kernel.caps, CHX_K_STRIDED_IN, memory);
        if (!text.empty()) return fmt::format("input {}: {}", i, text);
    }
    for (int i = 0; i < launch.n_out; ++i) {
        if (launch.out[i] == nullptr) continue;
        const bool is_readonly = (launch.out[i]->flags & CHX_T_READONLY) != 0;
        const std::string text =
            is_readonly ? "it must not be written"
                        : operand_complaint(*launch.out[i], kernel.caps, CHX_K_STRIDED_OUT, memory);
        if (!text.empty()) return fmt::format("output {}: {}", i, text);
    }
    return {};
}

std::vector<KeptContent> contents_to_keep(const chx_launch& launch, const LiveMemory& memory) {
    std::vector<KeptContent> contents;
    for (int i = 0; i < launch.n_in; ++i) {
        const chx_tensor* input = launch.in[i];
        if (input == nullptr || is_written(launch, input->data)) continue;
        const ByteSpan span = span_of(*input);
        keep(contents, "input", i, input->data, span.begin, span.end);
    }
    for (int i = 0; i < launch.n_out; ++i) {
        const chx_tensor* output = launch.out[i];
        if (output == nullptr || launch.n_out != 1) continue;
        const auto block = memory.block_with(output->data, output->byte_offset);
        if (!block) continue;
        const ByteSpan span = span_of(*output);
        const auto first = static_cast<int64_t>(block->offset);
        keep(contents, "memory before output", i, output->data, first, span.begin);
        keep(contents,
             "memory behind output",
             i,
             output->data,
             span.end,
             first + static_cast<int64_t>(block->bytes));
    }
    return contents;
}

std::string changed_content(const std::vector<KeptContent>& contents) {
    for (const KeptContent& kept : contents) {
        if (std::memcmp(kept.place, kept.bytes.data(), kept.bytes.size()) != 0)
            return fmt::format("{} {} was written by the kernel", kept.what, kept.index);
    }
    return {};
}

}  // namespace chainerx::internal
