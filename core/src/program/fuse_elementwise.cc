// Element-wise steps whose results only other element-wise steps read become one step: no memory in between.
#include <algorithm>
#include <cstring>

#include "array/scalar.h"
#include "chx/ops/fused.h"
#include "chx/ops/reduction.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"
#include "dispatch/op_ids.h"
#include "program/flow.h"
#include "program/passes.h"

namespace chainerx::internal {

namespace {

bool is_cast(const Step& step) {
    return step.op->id == kOpCopy && step.inputs[0].is_elements() &&
           step.inputs[0].dtype != step.outputs[0].dtype &&
           step.inputs[0].shape == step.outputs[0].shape;
}

bool is_elementwise(const Step& step) {
    return step.kind == StepKind::kKernel && step.outputs.size() == 1 &&
           step.outputs[0].is_elements() && step.outputs[0].numel() > 0 &&
           (step.op->opcode != 0 || is_cast(step));
}

// CHX_FUSED_REDUCTION_REDUCTION_*; 0: not one that may end a chain.
int reduction_of(const Step& step) {
    if (step.kind != StepKind::kKernel || !step.inputs[0].is_elements() ||
        step.inputs[0].dtype != step.outputs[0].dtype || step.inputs[0].numel() == 0)
        return 0;
    switch (step.op->id) {
        case kOpSum:
        case kOpMean:
            return CHX_FUSED_REDUCTION_REDUCTION_SUM;
        case kOpProd:
            return CHX_FUSED_REDUCTION_REDUCTION_PROD;
        case kOpMax:
            return CHX_FUSED_REDUCTION_REDUCTION_MAX;
        case kOpMin:
            return CHX_FUSED_REDUCTION_REDUCTION_MIN;
        default:
            return 0;
    }
}

// What the elements of a mean are multiplied by before they are summed; nothing for another step.
View weight_of_mean(const Step& step) {
    View weight;
    if (step.kind != StepKind::kKernel || step.op->id != kOpMean || step.outputs[0].numel() == 0)
        return weight;
    const auto count = static_cast<double>(step.inputs[0].numel() / step.outputs[0].numel());
    weight.kind = View::Kind::kNumber;
    weight.dtype = step.outputs[0].dtype;
    store_scalar(Scalar(1 / count), weight.dtype, weight.number);
    return weight;
}

// Steps that are to become one: the last of them is the sink, whose result the others lead to.
class Group {
public:
    Group(const ProgramIr& ir, const Flow& flow, int sink)
        : ir_{ir},
          flow_{flow},
          sink_{sink},
          reduction_{reduction_of(step(sink))},
          weight_{weight_of_mean(step(sink))},
          shape_{(reduction_ != 0 ? step(sink).inputs : step(sink).outputs)[0].shape},
          members_{sink} {}

    void grow() {
        // A result that two members read is absorbed when the second of them has been.
        for (bool has_grown = true; has_grown;) {
            has_grown = false;
            for (size_t m = 0; m < members_.size() && !has_grown; ++m) {
                for (const View& input : step(members_[m]).inputs) {
                    if (!input.is_elements() || !may_absorb(input)) continue;
                    members_.push_back(writer_of(input));
                    has_grown = fits();
                    if (!has_grown) members_.pop_back();
                }
            }
        }
        std::sort(members_.begin(), members_.end());
    }

    int64_t numel() const { return total_size(shape_); }
    const std::vector<int>& members() const { return members_; }

    // The step that does what the members do; without a kernel if the device has none that takes it.
    Step joined() const {
        Step result;
        result.device = step(sink_).device;
        result.outputs = step(sink_).outputs;
        result.inputs = operands();
        if (reduction_ == 0) {
            result.op = &kOps[kOpFusedElementwise];
            set_attributes(result, make_attrs<chx_attrs_fused_elementwise>());
        } else {
            result.op = &kOps[kOpFusedReduction];
            auto attrs = make_attrs<chx_attrs_fused_reduction>();
            const auto& own = step(sink_).attrs_as<chx_attrs_sum>();  // those of all reductions
            attrs.reduction = reduction_;
            attrs.n_axes = own.n_axes;
            std::copy(own.axes, own.axes + own.n_axes, attrs.axes);
            attrs.keepdims = own.keepdims;
            set_attributes(result, attrs);
        }
        result.kernel = find_kernel(result);
        return result;
    }

private:
    template <typename Attrs>
    void set_attributes(Step& result, Attrs attrs) const {
        attrs.dtype = to_chx_dtype(result.outputs[0].dtype);
        attrs.program.n_in = static_cast<uint32_t>(result.inputs.size());
        for (const int member : members_) {
            if (member != sink_ || reduction_ == 0)
                attrs.program.code[attrs.program.n_instructions++] =
                    instruction_of(member, result.inputs);
        }
        if (weight_.is_number())
            attrs.program.code[attrs.program.n_instructions++] = weighting(result.inputs);
        result.attrs.resize(sizeof attrs);
        std::memcpy(result.attrs.data(), &attrs, sizeof attrs);
    }

    const Step& step(int index) const { return ir_.steps[static_cast<size_t>(index)]; }
    bool has(int index) const {
        return std::find(members_.begin(), members_.end(), index) != members_.end();
    }
    int writer_of(const View& input) const {
        return flow_.buffers[static_cast<size_t>(input.buffer)].writers[0];
    }

    // Whether the operand is the whole result of an element-wise step that only members read and that can be put off until
    // the sink.
    bool may_absorb(const View& input) const {
        if (!flow_.is_temporary(ir_, input.buffer)) return false;
        const int index = writer_of(input);
        if (index >= sink_ || has(index)) return false;
        const Step& producer = step(index);
        if (!is_elementwise(producer) || producer.device != step(sink_).device ||
            !(producer.outputs[0] == input) || input.shape != shape_)
            return false;
        const auto& readers = flow_.buffers[static_cast<size_t>(input.buffer)].readers;
        if (!std::all_of(readers.begin(), readers.end(), [&](int reader) { return has(reader); }))
            return false;
        const View& result = step(sink_).outputs[0];
        return std::all_of(
            producer.inputs.begin(), producer.inputs.end(), [&](const View& operand) {
                return !operand.is_elements() ||
                       (!flow_.is_written_between(operand.buffer, index, sink_) &&
                        (operand.buffer != result.buffer || operand == result));
            });
    }

    bool fits() const {
        return members_.size() <= CHX_PROGRAM_MAX_INSTRUCTIONS &&
               operands().size() <= CHX_PROGRAM_MAX_INPUTS;
    }

    // Whether a member computes the operand.
    bool is_inner(const View& operand) const {
        return operand.is_elements() && flow_.is_temporary(ir_, operand.buffer) &&
               has(writer_of(operand)) && writer_of(operand) != sink_;
    }

    std::vector<View> operands() const {
        std::vector<View> result;
        for (const int member : members_) {
            for (const View& input : step(member).inputs) {
                if (!is_inner(input) &&
                    std::find(result.begin(), result.end(), input) == result.end())
                    result.push_back(input);
            }
        }
        if (weight_.is_number()) result.push_back(weight_);
        return result;
    }

    uint8_t register_of(const View& operand, const std::vector<View>& inputs) const {
        if (!is_inner(operand)) {
            return static_cast<uint8_t>(std::find(inputs.begin(), inputs.end(), operand) -
                                        inputs.begin());
        }
        const auto position =
            std::find(members_.begin(), members_.end(), writer_of(operand)) - members_.begin();
        return static_cast<uint8_t>(inputs.size() + static_cast<size_t>(position));
    }

    chx_instruction instruction_of(int member, const std::vector<View>& inputs) const {
        const Step& source = step(member);
        chx_instruction code{};
        code.opcode = source.op->opcode;  // of a copy 0, which is CHX_OPCODE_CAST
        code.type = static_cast<uint8_t>(source.inputs.back().dtype);
        code.result_type = static_cast<uint8_t>(source.outputs[0].dtype);
        uint8_t* const registers[] = {&code.a, &code.b, &code.c};
        for (size_t i = 0; i < source.inputs.size(); ++i)
            *registers[i] = register_of(source.inputs[i], inputs);
        return code;
    }

    // The last instruction before the elements of a mean are summed. Its number is the last operand.
    chx_instruction weighting(const std::vector<View>& inputs) const {
        chx_instruction code{};
        code.opcode = kOps[kOpMultiply].opcode;
        code.type = code.result_type = static_cast<uint8_t>(weight_.dtype);
        code.a = register_of(step(sink_).inputs[0], inputs);
        code.b = static_cast<uint8_t>(inputs.size() - 1);
        return code;
    }

    static const Kernel* find_kernel(const Step& joined) {
        const View& result = joined.outputs[0];
        const KernelTable* table = joined.device->kernels.load(std::memory_order_acquire);
        const Kernel* kernel =
            table != nullptr ? table->find(joined.op->id, result.dtype) : nullptr;
        if (kernel == nullptr) return nullptr;
        uint64_t needs = result.is_contiguous() ? 0 : CHX_K_STRIDED_OUT;
        for (const View& input : joined.inputs) {
            if (input.is_number()) needs |= CHX_K_HOST_SCALAR;
            if (!input.is_elements()) continue;
            if (!input.is_contiguous()) needs |= CHX_K_STRIDED_IN;
            if (input.buffer == result.buffer) needs |= CHX_K_INPLACE_OK;
        }
        return (needs & ~kernel->caps) == 0 ? kernel : nullptr;
    }

    const ProgramIr& ir_;
    const Flow& flow_;
    int sink_;
    int reduction_;  // of the sink, if it is one
    View weight_;    // if the sink is a mean
    const Shape& shape_;
    std::vector<int> members_;
};

// Element-wise steps take numbers for arrays that are full of one.
void replace_fills(ProgramIr& ir) {
    const Flow flow(ir);
    for (Step& step : ir.steps) {
        if (!is_elementwise(step) || is_cast(step) || (step.kernel->caps & CHX_K_HOST_SCALAR) == 0)
            continue;
        for (View& input : step.inputs) {
            if (!input.is_elements() || !flow.is_temporary(ir, input.buffer)) continue;
            const Step& writer = ir.steps[static_cast<size_t>(
                flow.buffers[static_cast<size_t>(input.buffer)].writers[0])];
            const auto n_arrays = std::count_if(step.inputs.begin(),
                                                step.inputs.end(),
                                                [](const View& v) { return v.is_elements(); });
            if (writer.kind == StepKind::kKernel && writer.op->id == kOpFill &&
                writer.inputs[0].is_number() && writer.inputs[0].dtype == input.dtype &&
                n_arrays > 1)
                input = writer.inputs[0];
        }
    }
    remove_dead_code(ir);
}

}  // namespace

void fuse_elementwise(ProgramIr& ir, int64_t fuse_from) {
    replace_fills(ir);
    const Flow flow(ir);
    std::vector<bool> is_absorbed(ir.steps.size());
    std::vector<std::pair<int, Step>> joined;
    for (int i = static_cast<int>(ir.steps.size()) - 1; i >= 0; --i) {
        const Step& sink = ir.steps[static_cast<size_t>(i)];
        if (is_absorbed[static_cast<size_t>(i)] ||
            (!is_elementwise(sink) && reduction_of(sink) == 0))
            continue;
        Group group(ir, flow, i);
        if (group.numel() < fuse_from) continue;
        group.grow();
        if (group.members().size() < 2) continue;
        Step step = group.joined();
        if (step.kernel == nullptr) continue;
        for (const int member : group.members()) {
            if (member != i) is_absorbed[static_cast<size_t>(member)] = true;
        }
        joined.emplace_back(i, std::move(step));
    }
    for (auto& [index, step] : joined) ir.steps[static_cast<size_t>(index)] = std::move(step);
    erase_steps(ir, is_absorbed);
}

}  // namespace chainerx::internal
