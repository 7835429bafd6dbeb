// chx.graph: "compiled" means that the kernels are known and run as one piece of work; what only the graph sees gets memory of
// the graph's own.
#include <algorithm>
#include <string>

#include "device.h"
#include "launch.h"

struct chx_compiled {
    struct Value {
        chx_graph_value record;
        std::vector<int64_t> dims;
        std::max_align_t number;
    };
    struct Node {
        const sim::Definition* kernel;
        std::vector<std::max_align_t> attrs;
        uint32_t attrs_size;
        std::vector<int32_t> in, out;
    };

    chx_device* device;
    std::deque<Value> values;
    std::vector<Node> nodes;
    // For each buffer; base nullptr: the core's.
    std::vector<chx_memref> own;
};

namespace sim {

namespace {

const Definition* find_kernel(const chx_device& device, const chx_graph_node& node) {
    for (const Definition& kernel : device.kernels) {
        if (node.op == std::string(kernel.op) && node.op_version == kernel.version) return &kernel;
    }
    return nullptr;
}

void partition(chx_device* device, const chx_graph* graph, uint8_t* taken) {
    for (uint32_t i = 0; i < graph->n_nodes; ++i)
        taken[i] = find_kernel(*device, *graph->nodes[i]) != nullptr ? 1 : 0;
}

void destroy(chx_compiled* compiled) {
    for (const chx_memref& memory : compiled->own) {
        if (memory.base == nullptr) continue;
        compiled->device->memory.mark_freed(memory);
        compiled->device->memory.release(memory.base);
    }
    delete compiled;
}

struct Destroy {
    void operator()(chx_compiled* compiled) const { destroy(compiled); }
};

void compile(chx_device* device, const chx_graph* graph, chx_compiled** result) {
    std::unique_ptr<chx_compiled, Destroy> made(new chx_compiled{device, {}, {}, {}});
    for (uint32_t i = 0; i < graph->n_values; ++i) {
        chx_compiled::Value& value = made->values.emplace_back();
        value.record = *graph->values[i];
        const int32_t ndim = value.record.ndim;
        value.dims.assign(value.record.shape, value.record.shape + ndim);
        value.dims.insert(value.dims.end(), value.record.strides, value.record.strides + ndim);
        if (value.record.buffer < 0)
            std::memcpy(&value.number,
                        value.record.number,
                        static_cast<size_t>(chx::item_size(value.record.dtype)));
    }
    for (uint32_t i = 0; i < graph->n_nodes; ++i) {
        const chx_graph_node& node = *graph->nodes[i];
        const Definition* kernel = find_kernel(*device, node);
        if (kernel == nullptr)
            throw chx::Error(CHX_E_UNIMPLEMENTED, std::string("sim: no kernel for ") + node.op);
        chx_compiled::Node& own = made->nodes.emplace_back();
        own.kernel = kernel;
        own.attrs_size = node.attrs_size;
        own.attrs.resize(node.attrs_size / sizeof(std::max_align_t) + 1);
        if (node.attrs != nullptr) std::memcpy(own.attrs.data(), node.attrs, node.attrs_size);
        own.in.assign(node.in, node.in + node.n_in);
        own.out.assign(node.out, node.out + node.n_out);
    }
    for (uint32_t i = 0; i < graph->n_buffers; ++i) {
        const chx_graph_buffer& buffer = *graph->buffers[i];
        const bool is_internal = (buffer.flags & CHX_G_INTERNAL) != 0;
        made->own.push_back(
            is_internal
                ? device->memory.allocate(std::max<uint64_t>(buffer.bytes, 1), 64, CHX_MEM_DEVICE)
                : chx_memref{});
    }
    *result = made.release();
}

// The tensors of all values, for the places given.
std::vector<chx_tensor> tensors_of(const chx_compiled& compiled, const chx_memref* const* places) {
    std::vector<chx_tensor> tensors;
    for (const chx_compiled::Value& value : compiled.values) {
        const chx_graph_value& record = value.record;
        chx_tensor& tensor = tensors.emplace_back();
        tensor.dtype = record.dtype;
        tensor.ndim = record.ndim;
        tensor.shape = value.dims.data();
        tensor.strides = value.dims.data() + record.ndim;
        tensor.numel = 1;
        int64_t step = 1;
        bool is_contiguous = true;
        for (int32_t d = record.ndim - 1; d >= 0; --d) {
            is_contiguous = is_contiguous && (record.shape[d] == 1 || tensor.strides[d] == step);
            step *= tensor.shape[d];
            tensor.numel *= tensor.shape[d];
        }
        tensor.flags = is_contiguous || tensor.numel == 0 ? CHX_T_CONTIGUOUS : 0;
        if (record.buffer < 0) {
            tensor.data = const_cast<std::max_align_t*>(&value.number);
            tensor.flags |= CHX_T_HOST_SCALAR | CHX_T_READONLY;
            continue;
        }
        const auto buffer = static_cast<size_t>(record.buffer);
        const chx_memref& own = compiled.own[buffer];
        const chx_memref& place = own.base != nullptr ? own : *places[buffer];
        tensor.data = place.base;
        tensor.byte_offset =
            static_cast<uint64_t>(static_cast<int64_t>(place.offset) + record.offset);
    }
    return tensors;
}

void launch(chx_compiled* compiled,
            const chx_memref* const* places,
            uint32_t n_places,
            chx_stream* stream) {
    if (n_places != compiled->own.size())
        throw chx::Error(CHX_E_INVALID, "sim: other buffers than those of the graph");
    chx_device& device = *compiled->device;
    const std::shared_ptr<Queue>& queue = queue_of(device, stream);
    device.scheduler.tell_error(*queue);
    std::vector<chx_tensor> tensors = tensors_of(*compiled, places);
    const auto tensor = [&](int32_t value) {
        return value < 0 ? nullptr : &tensors[static_cast<size_t>(value)];
    };
    auto calls = std::make_shared<std::deque<OwnLaunch>>();
    for (const chx_compiled::Node& node : compiled->nodes) {
        std::vector<const chx_tensor*> in;
        std::vector<chx_tensor*> out;
        for (const int32_t value : node.in) in.push_back(tensor(value));
        for (const int32_t value : node.out) out.push_back(tensor(value));
        chx_launch call{};
        call.struct_size = sizeof call;
        call.n_in = static_cast<uint16_t>(in.size());
        call.n_out = static_cast<uint16_t>(out.size());
        call.in = in.data();
        call.out = out.data();
        call.attrs = node.attrs_size > 0 ? node.attrs.data() : nullptr;
        call.attrs_size = node.attrs_size;
        call.device = &device;
        check_operands(call);
        calls->emplace_back(call);
    }
    device.scheduler.enqueue(
        queue, "a compiled graph", Scheduler::Kind::kWork, [calls, nodes = compiled->nodes] {
            for (size_t i = 0; i < nodes.size(); ++i) nodes[i].kernel->run((*calls)[i].get());
        });
}

}  // namespace

const chx_graph_api kGraph = {sizeof(chx_graph_api),
                              0,
                              chx::entry<&partition>,
                              chx::entry<&compile>,
                              chx::entry<&launch>,
                              chx::entry<&destroy>};

}  // namespace sim
