// Implements tensors and launches.
#include "kernel_launch.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "case.h"
#include "loaded_plugin.h"

namespace conformance {
namespace {

constexpr int64_t kGuard = 64;

// Strides in elements; the first element's distance from the lowest one in *first, the extent in *reach.
Shape strides_of(const Shape& shape, Layout layout, int64_t* first, int64_t* reach) {
    const std::size_t n = shape.size();
    Shape strides(n);
    const auto fill = [&](int64_t step, auto begin, auto end) {
        for (auto d = begin; d != end; ++d) {
            strides[*d] = step;
            step *= std::max<int64_t>(shape[*d], 1);
        }
    };
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    if (layout == Layout::kTransposed)
        fill(1, order.begin(), order.end());
    else
        fill(layout == Layout::kGaps ? 2 : 1, order.rbegin(), order.rend());
    if (layout == Layout::kBroadcast && n > 0) strides[0] = 0;
    *first = 0;
    *reach = 1;
    for (std::size_t d = 0; d < n; ++d) {
        const int64_t span = strides[d] * std::max<int64_t>(shape[d] - 1, 0);
        *reach += span;
        if (layout == Layout::kReversed) {
            strides[d] = -strides[d];
            *first += span;
        }
    }
    return strides;
}

bool is_row_major(const Shape& shape, const Shape& strides) {
    int64_t step = 1;
    for (std::size_t d = shape.size(); d-- > 0;) {
        if (shape[d] > 1 && strides[d] != step) return false;
        step *= shape[d];
    }
    return true;
}

// The stream is the record's from now on, and the operands are on their way.
void enqueue_operands(const LaunchOptions& options,
                      const std::vector<std::unique_ptr<TestTensor>>& inputs,
                      chx_launch& record) {
    const auto& [api, stream, delay] = *options.on;
    record.stream = stream;
    if (api->stream_native(stream, &record.native_stream) != CHX_OK) record.native_stream = nullptr;
    for (const auto& input : inputs) {
        if (input != nullptr) input->leave();
    }
    if (delay) delay();
    for (const auto& input : inputs) {
        if (input != nullptr) input->arrive(*api, record.device, stream);
    }
}

std::size_t index(int64_t i) { return static_cast<std::size_t>(i); }

// What a later minor may have appended to a struct.
constexpr uint32_t kAppended = 64;

// Attributes with fields behind those that the plugin knows, all zero, and with poison behind those.
std::vector<char> longer_attributes(std::vector<char> attrs) {
    const auto size =
        std::max(static_cast<uint32_t>(attrs.size()), static_cast<uint32_t>(sizeof(uint64_t))) +
        kAppended;
    attrs.resize(size);
    std::memcpy(attrs.data(), &size, sizeof size);
    attrs.resize(size + kPoisonBytes, static_cast<char>(kPoison));
    return attrs;
}

struct LongerPlan {
    chx_plan plan{};
    unsigned char appended[kAppended] = {};
};

}  // namespace

const char* layout_name(Layout layout) {
    switch (layout) {
        case Layout::kContiguous:
            return "contiguous";
        case Layout::kTransposed:
            return "transposed";
        case Layout::kGaps:
            return "with gaps";
        case Layout::kReversed:
            return "with negative strides";
        case Layout::kBroadcast:
            return "broadcast";
    }
    return "";
}

TestTensor::TestTensor(
    MemorySpace& space, const OperandSpec& spec, bool is_wide, Layout layout, bool is_host_scalar)
    : space_(&space),
      type_(is_wide && !spec.is_fixed ? wide_type(spec.type) : spec.type),
      shape_(spec.shape) {
    const auto size = static_cast<int64_t>(item_size(type_));
    int64_t first = 0, reach = 0;
    strides_ = strides_of(shape_, layout, &first, &reach);
    first_ = kGuard + first * size;
    written_.assign(index(2 * kGuard + reach * size), static_cast<char>(kPoison));
    const std::vector<int64_t> places = offsets();
    for (std::size_t i = 0; i < spec.values.size(); ++i) {
        // Both sides compute with what the operand's own type holds.
        encode(type_, rounded(spec.type, spec.values[i]), written_.data() + places[i]);
    }
    tensor_.ndim = static_cast<int32_t>(shape_.size());
    tensor_.dtype = dtype_of(type_);
    tensor_.shape = shape_.data();
    tensor_.strides = strides_.data();
    tensor_.numel = size_of(shape_);
    if (is_host_scalar) {
        tensor_.device = {1, 0};
        tensor_.data = written_.data() + first_;
        tensor_.flags = CHX_T_HOST_SCALAR | CHX_T_CONTIGUOUS;
        return;
    }
    block_ = std::make_unique<Block>(space, written_.size());
    space.write(block_->get(), written_.data(), written_.size());
    tensor_.data = block_->get().base;
    tensor_.device = space.location();
    tensor_.byte_offset = block_->get().offset + static_cast<uint64_t>(first_);
    tensor_.flags = is_row_major(shape_, strides_) ? CHX_T_CONTIGUOUS : 0;
    tensor_.storage = reinterpret_cast<chx_storage*>(block_.get());
}

std::vector<int64_t> TestTensor::offsets() const {
    const int64_t n = size_of(shape_);
    const auto size = static_cast<int64_t>(item_size(type_));
    std::vector<int64_t> places(index(n));
    for (int64_t i = 0; i < n; ++i) {
        int64_t rest = i, at = first_;
        for (std::size_t d = shape_.size(); d-- > 0;) {
            at += rest % shape_[d] * strides_[d] * size;
            rest /= shape_[d];
        }
        places[index(i)] = at;
    }
    return places;
}

std::vector<char> TestTensor::read_block() {
    std::vector<char> bytes(written_.size());
    if (block_ == nullptr) return written_;
    space_->read(bytes.data(), block_->get(), bytes.size());
    return bytes;
}

std::vector<char> TestTensor::read_elements() {
    const std::vector<char> block = read_block();
    const std::size_t size = item_size(type_);
    std::vector<char> elements;
    for (const int64_t place : offsets())
        elements.insert(elements.end(),
                        block.begin() + place,
                        block.begin() + place + static_cast<int64_t>(size));
    return elements;
}

void TestTensor::check_surroundings(const std::string& name) {
    std::vector<char> block = read_block();
    const std::size_t size = item_size(type_);
    for (const int64_t place : offsets())
        std::copy_n(written_.begin() + place, size, block.begin() + place);
    const auto differ = std::mismatch(block.begin(), block.end(), written_.begin()).first;
    require(differ == block.end(),
            "the kernel wrote outside of {}, at byte {} from its first element",
            name,
            differ - block.begin() - first_);
}

void TestTensor::check_untouched(const std::string& name) {
    require(read_block() == written_, "the kernel wrote to {}", name);
}

void TestTensor::rewrite(const Values& values) {
    const std::vector<int64_t> places = offsets();
    for (std::size_t i = 0; i < values.size(); ++i)
        encode(type_, rounded(type_, values[i]), written_.data() + places[i]);
    space_->write(block_->get(), written_.data(), written_.size());
}

void TestTensor::leave() {
    if (block_ == nullptr) return;
    elsewhere_ = std::make_unique<Block>(*space_, written_.size());
    space_->write(elsewhere_->get(), written_.data(), written_.size());
    const std::vector<char> nothing(written_.size(), 0);
    space_->write(block_->get(), nothing.data(), nothing.size());
}

void TestTensor::arrive(const chx_device_api& api, chx_device* device, chx_stream* stream) {
    if (block_ == nullptr) return;
    expect_ok(api.copy(device, &block_->get(), &elsewhere_->get(), written_.size(), stream),
              "copy on a stream");
}

std::optional<Results> run_kernel(const chx_kernel_def& def,
                                  chx_device* device,
                                  MemorySpace& space,
                                  const OpCall& call,
                                  bool is_wide,
                                  const LaunchOptions& options) {
    std::vector<std::unique_ptr<TestTensor>> inputs, outputs;
    std::vector<const chx_tensor*> in;
    std::vector<chx_tensor*> out;
    KitLaunch launch;
    std::memset(launch.poison, kPoison, sizeof launch.poison);
    for (const OperandSpec& spec : call.inputs) {
        if (spec.is_left_out) {
            inputs.push_back(nullptr);
            in.push_back(nullptr);
            continue;
        }
        const bool is_scalar = (options.uses_host_scalars || call.needs_host_scalars) &&
                               spec.shape.empty() && call.has_scalars;
        inputs.push_back(std::make_unique<TestTensor>(space, spec, is_wide, options.in, is_scalar));
        in.push_back(inputs.back()->tensor());
    }
    for (std::size_t i = 0; i < call.outputs.size(); ++i) {
        if (i == 0 && options.inplace_input >= 0) {
            outputs.push_back(nullptr);
            out.push_back(inputs[index(options.inplace_input)]->tensor());
            launch.record.inplace_outs = 1;
            continue;
        }
        outputs.push_back(
            std::make_unique<TestTensor>(space, call.outputs[i], is_wide, options.out));
        out.push_back(outputs.back()->tensor());
    }
    std::vector<Block> scratch;
    launch.scratch = [&](uint64_t bytes, uint64_t align, chx_memref* memory) {
        scratch.emplace_back(space, bytes, align);
        *memory = scratch.back().get();
        return CHX_OK;
    };
    std::vector<char> attrs = is_wide ? call.reference_attrs : call.attrs;
    std::size_t attrs_size = attrs.size();
    if (options.is_newer_host) {
        attrs = longer_attributes(std::move(attrs));
        attrs_size = attrs.size() - kPoisonBytes;
    }
    chx_launch& record = launch.record;
    record.struct_size = sizeof record + (options.is_newer_host ? kAppended : 0);
    record.n_in = static_cast<uint16_t>(in.size());
    record.n_out = static_cast<uint16_t>(out.size());
    record.in = in.data();
    record.out = out.data();
    record.attrs = attrs.empty() ? nullptr : attrs.data();
    record.attrs_size = static_cast<uint32_t>(attrs_size);
    record.flags = options.flags;
    record.device = device;

    clear_error();
    LongerPlan longer;
    chx_plan& plan = longer.plan;
    plan.struct_size = options.is_newer_host ? sizeof longer : sizeof plan;
    chx_status status = def.supports != nullptr ? def.supports(def.state, &record) : CHX_OK;
    if (status == CHX_OK && def.plan != nullptr) {
        status = def.plan(def.state, &record, &plan);
        record.plan = &plan;
    }
    if (status == CHX_OK && options.on != nullptr) enqueue_operands(options, inputs, record);
    if (status == CHX_OK) status = def.fn(def.state, &record);
    if (plan.destroy != nullptr) plan.destroy(plan.state);
    require(std::all_of(std::begin(longer.appended),
                        std::end(longer.appended),
                        [](unsigned char byte) { return byte == 0; }),
            "plan wrote behind the fields of chx_plan that it can know");
    if (status == CHX_E_UNIMPLEMENTED) return std::nullopt;
    expect_ok(status, "the kernel");

    Results results;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        TestTensor& tensor =
            outputs[i] == nullptr ? *inputs[index(options.inplace_input)] : *outputs[i];
        results.push_back(tensor.read_elements());
        if (options.checks_memory) tensor.check_surroundings(fmt::format("output {}", i));
    }
    for (std::size_t i = 0; i < inputs.size() && options.checks_memory; ++i) {
        if (inputs[i] != nullptr && static_cast<int>(i) != options.inplace_input)
            inputs[i]->check_untouched(fmt::format("input {}", i));
    }
    return results;
}

}  // namespace conformance
