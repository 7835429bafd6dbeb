// Ops of plugins: their rules are the plugin's functions, their gradient is the op that the plugin names.
#include "dispatch/op_registry.h"

#include <cstring>
#include <map>
#include <mutex>
#include <sstream>

#include <fmt/format.h>

#include "autograd/gradient_context.h"
#include "chainerx/custom_op.h"
#include "chainerx/error.h"
#include "chainerx/log.h"
#include "dispatch/dispatch.h"
#include "dispatch/fork_guard.h"
#include "dispatch/thread_state.h"
#include "plugin/plugin_registry.h"

namespace chainerx {

namespace internal {

namespace {

struct Registry {
    std::mutex mutex;
    std::map<std::string, const OpDef*> builtin;
    std::map<std::string, PluginOp*> of_plugins;
    uint16_t next = kOpBuiltinCount;
    Registry() {
        for (uint16_t i = 0; i < kOpBuiltinCount; ++i)
            builtin.emplace(std::string("chx.") + kOps[i].name, &kOps[i]);
    }
};

Registry& registry() {
    static auto* instance = [] {
        auto* made = new Registry;
        keep_usable_after_fork(made->mutex);
        return made;
    }();
    return *instance;
}

// The definition is the first member of the op it belongs to.
const PluginOp& plugin_op(const OpDef& def) { return reinterpret_cast<const PluginOp&>(def); }

chx_meta meta_of(DimsView shape, DType dtype) {
    chx_meta meta{};
    meta.ndim = shape.size();
    meta.dtype = to_chx_dtype(dtype);
    for (int i = 0; i < shape.size(); ++i) meta.shape[i] = shape[i];
    return meta;
}

// nullptr for an op that has none.
template <typename Context>
const void* attributes_of(const Context& context) {
    return context.op().attrs_size != 0 ? &context.template attrs<char>() : nullptr;
}

// Calls the plugin's shape rule.
void infer_metas(const PluginOp& op, InferContext& context, std::vector<chx_meta>& results) {
    std::vector<chx_meta> inputs(static_cast<size_t>(context.n_inputs()));
    std::vector<const chx_meta*> in;
    for (int i = 0; i < context.n_inputs(); ++i) {
        if (context.has(i))
            inputs[static_cast<size_t>(i)] = meta_of(context.shape(i), context.dtype(i));
        in.push_back(context.has(i) ? &inputs[static_cast<size_t>(i)] : nullptr);
    }
    results.assign(op.def.n_outputs, chx_meta{});
    std::vector<chx_meta*> out;
    out.reserve(results.size());
    for (chx_meta& result : results) out.push_back(&result);
    const chx_op_def& source = *op.source;
    const chx_status status = source.infer(source.state,
                                           in.data(),
                                           static_cast<uint32_t>(in.size()),
                                           attributes_of(context),
                                           out.data(),
                                           op.def.n_outputs);
    if (status == CHX_OK) return;
    const std::string text = take_error_text();
    throw DimensionError(fmt::format(
        "{}: {}", op.name, text.empty() ? "its shape rule refused the operands" : text));
}

void infer_plugin_op(InferContext& context) {
    std::vector<chx_meta> results;
    infer_metas(plugin_op(context.op()), context, results);
    for (size_t i = 0; i < results.size(); ++i) {
        const chx_meta& meta = results[i];
        const std::optional<DType> dtype = from_chx_dtype(meta.dtype);
        if (!dtype || meta.ndim < 0 || meta.ndim > kMaxNdim)
            throw PluginError(fmt::format("{}: its shape rule returned nonsense for output {}",
                                          plugin_op(context.op()).name,
                                          i));
        context.set(static_cast<int>(i), Shape(DimsView(meta.shape, meta.ndim)), *dtype);
    }
}

void gradient_plugin_op(GradientContext& context) {
    const PluginOp& op = plugin_op(context.op());
    const OpDef* backward = find_op(op.backward_op);
    if (backward == nullptr)
        throw GradientError(
            fmt::format("{}: its backward op {} is unknown", op.name, op.backward_op));
    std::vector<Array> arrays;
    arrays.reserve(op.backward_operands.size());
    std::vector<Operand> operands;
    for (const std::string& text : op.backward_operands) {
        const int index = text[1] - '0';
        if (text[0] == 'x') {
            operands.push_back(context.input(index));
            continue;
        }
        arrays.push_back(text[0] == 'g' ? context.grad(index) : context.output(index));
        operands.emplace_back(arrays.back());
    }
    Array gradients[kMaxOutputs];
    dispatch(*backward,
             operands.data(),
             static_cast<int>(operands.size()),
             attributes_of(context),
             gradients);
    for (int i = 0; i < backward->n_outputs && i < context.n_inputs(); ++i)
        context.set(i, gradients[i]);
}

// What is wrong with a definition, or nothing.
std::string complaint(const chx_op_def& source, const LoadedPlugin& plugin) {
    if (source.name == nullptr || source.infer == nullptr)
        return "its name or shape rule is missing";
    if (std::string(source.name).rfind(plugin.name + ".", 0) != 0)
        return fmt::format("its name does not start with '{}.'", plugin.name);
    if (source.n_out < 1 || source.n_out > kMaxOutputs)
        return fmt::format("it has {} outputs; expected 1 to {}", source.n_out, kMaxOutputs);
    if (source.n_in > kMaxInputs)
        return fmt::format("it has {} inputs; expected at most {}", source.n_in, kMaxInputs);
    if (source.attrs_size > 4096) return "its attributes take more than 4096 bytes";
    return "";
}

constexpr uint8_t kAllAny[kMaxInputs + 1] = {
    kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType,
    kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType,
    kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType,
    kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType,
    kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType,
    kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType,
    kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType,
    kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType, kAnyDType,
    kAnyDType};
constexpr uint8_t kAllFree[kMaxOutputs] = {
    kFreeDType, kFreeDType, kFreeDType, kFreeDType, kFreeDType, kFreeDType};
constexpr uint16_t kNoLeaves[] = {kNoOp};

PluginOp* make_op(const chx_op_def& source, uint16_t id) {
    auto* op = new PluginOp;
    op->source = &source;
    op->name = source.name;
    OpDef& def = op->def;
    def.name = op->name.c_str();
    def.id = id;
    def.version = static_cast<uint16_t>(source.version);
    def.kind = OpKind::kIrregular;
    def.dispatch = DispatchRule::kFirst;
    def.is_variadic = source.n_in < 0;
    def.n_inputs = static_cast<uint8_t>(source.n_in < 0 ? 0 : source.n_in);
    def.n_outputs = static_cast<uint8_t>(source.n_out);
    def.dtypes = (1u << kDTypeCount) - 1;
    def.attrs_size = source.attrs_size;
    def.input_dtypes = kAllAny;
    def.output_dtypes = kAllFree;
    def.infer = infer_plugin_op;
    def.leaves = kNoLeaves;
    if (source.backward_op == nullptr) return op;
    op->backward_op = source.backward_op;
    std::istringstream words(source.backward_operands != nullptr ? source.backward_operands : "");
    for (std::string word; words >> word;) {
        if (word.size() != 2 || std::strchr("gxy", word[0]) == nullptr || word[1] < '0' ||
            word[1] > '9') {
            log(kLogWarning,
                "chainerx.plugin",
                fmt::format("{}: backward operand '{}' can't be read; the op is not differentiable",
                            op->name,
                            word));
            return op;
        }
        if (word[0] == 'x') def.saves_inputs |= 1u << (word[1] - '0');
        if (word[0] == 'y') def.saves_outputs |= 1u << (word[1] - '0');
        op->backward_operands.push_back(word);
    }
    def.gradient = gradient_plugin_op;
    return op;
}

}  // namespace

const OpDef* find_op(const std::string& full_name) {
    Registry& all = registry();
    std::lock_guard lock(all.mutex);
    auto builtin = all.builtin.find(full_name);
    if (builtin != all.builtin.end()) return builtin->second;
    auto found = all.of_plugins.find(full_name);
    return found == all.of_plugins.end() ? nullptr : &found->second->def;
}

std::string full_name(const OpDef& op) {
    const std::string name = op.name;
    return name.find('.') == std::string::npos ? "chx." + name : name;
}

uint32_t attrs_size_at(const OpDef& op, uint32_t abi_minor) {
    if (op.attrs_sizes == nullptr) return op.attrs_size;
    uint32_t size = op.attrs_sizes->size;
    for (const AttrsSize* entry = op.attrs_sizes; entry->size != 0; ++entry) {
        if (entry->since_minor <= abi_minor) size = entry->size;
    }
    return size;
}

uint32_t registered_op_count() {
    std::lock_guard lock(registry().mutex);
    return registry().next;
}

bool register_plugin_ops(const LoadedPlugin& plugin) {
    std::vector<const chx_op_def*> usable;
    for (const chx_op_def& source : plugin.ops) {
        const std::string reason = complaint(source, plugin);
        if (reason.empty()) {
            usable.push_back(&source);
            continue;
        }
        log(kLogWarning,
            "chainerx.plugin",
            fmt::format("{}: op {} is not used: {}",
                        plugin.name,
                        source.name != nullptr ? source.name : "(no name)",
                        reason));
    }
    Registry& all = registry();
    std::lock_guard lock(all.mutex);
    bool has_new = false;
    for (const chx_op_def* definition : usable) {
        const chx_op_def& source = *definition;
        if (all.of_plugins.count(source.name) != 0) continue;
        all.of_plugins.emplace(source.name, make_op(source, all.next++));
        has_new = true;
    }
    return has_new;
}

const PluginOp* find_plugin_op(const std::string& full_name) {
    Registry& all = registry();
    std::lock_guard lock(all.mutex);
    auto found = all.of_plugins.find(full_name);
    return found == all.of_plugins.end() ? nullptr : found->second;
}

namespace {

void write_attribute(const PluginOp& op,
                     std::vector<char>& attrs,
                     const chx_attr_field& field,
                     const AttributeValue& value) {
    char* at = attrs.data() + field.offset;
    auto put = [&](const auto& v) { std::memcpy(at, &v, sizeof v); };
    const auto* integer = std::get_if<int64_t>(&value);
    const auto* real = std::get_if<double>(&value);
    switch (field.kind) {
        case CHX_ATTR_BOOL:
        case CHX_ATTR_CODE:
            if (integer != nullptr) return put(static_cast<int32_t>(*integer));
            break;
        case CHX_ATTR_I64:
            if (integer != nullptr) return put(*integer);
            break;
        case CHX_ATTR_F64:
            if (real != nullptr) return put(*real);
            if (integer != nullptr) return put(static_cast<double>(*integer));
            break;
        case CHX_ATTR_DTYPE:
            if (const auto* dtype = std::get_if<DType>(&value)) return put(to_chx_dtype(*dtype));
            break;
        case CHX_ATTR_I64S:
            if (const auto* values = std::get_if<std::vector<int64_t>>(&value)) {
                if (values->size() > CHX_MAX_NDIM)
                    throw ValueError(
                        fmt::format("{}: attribute {} has {} values; expected at most {}",
                                    op.name,
                                    field.name,
                                    values->size(),
                                    CHX_MAX_NDIM));
                put(static_cast<int64_t>(values->size()));
                std::memcpy(at + sizeof(int64_t), values->data(), values->size() * sizeof(int64_t));
                return;
            }
            break;
        default:
            break;
    }
    throw ValueError(
        fmt::format("{}: attribute {} was given a value of the wrong type", op.name, field.name));
}

AttributeValue default_of(const chx_attr_field& field) {
    if (field.kind == CHX_ATTR_F64) return field.default_f;
    if (field.kind == CHX_ATTR_DTYPE) return DType::kFloat32;
    if (field.kind == CHX_ATTR_I64S) return std::vector<int64_t>{};
    return field.default_i;
}

std::vector<char> make_attributes(const PluginOp& op, const Attributes& attributes) {
    const chx_op_def& source = *op.source;
    std::vector<char> attrs(source.attrs_size, 0);
    if (attrs.size() >= sizeof(uint32_t))
        std::memcpy(attrs.data(), &source.attrs_size, sizeof(uint32_t));
    for (uint32_t i = 0; i < source.n_attrs; ++i)
        write_attribute(op, attrs, *source.attrs[i], default_of(*source.attrs[i]));
    for (const auto& [name, value] : attributes) {
        const chx_attr_field* found = nullptr;
        for (uint32_t i = 0; i < source.n_attrs; ++i) {
            if (name == source.attrs[i]->name) found = source.attrs[i];
        }
        if (found == nullptr)
            throw ValueError(fmt::format("{}: it has no attribute '{}'", op.name, name));
        write_attribute(op, attrs, *found, value);
    }
    return attrs;
}

}  // namespace
}  // namespace internal

std::vector<Array> call_op(const std::string& name,
                           const std::vector<Array>& inputs,
                           const Attributes& attributes,
                           Device* device) {
    const internal::PluginOp* op = internal::find_plugin_op(name);
    if (op == nullptr) {
        throw NotImplementedError(
            fmt::format("call_op: no plugin that was loaded defines '{}'; name one of its devices, "
                        "or load_plugin(), first",
                        name));
    }
    const int least = op->source->n_in < 0 ? -op->source->n_in : op->source->n_in;
    if (static_cast<int>(inputs.size()) < least ||
        (op->source->n_in >= 0 && static_cast<int>(inputs.size()) != least) ||
        inputs.size() > internal::kMaxInputs) {
        throw ValueError(fmt::format("{}: {} operands were given; expected {}{}",
                                     name,
                                     inputs.size(),
                                     op->source->n_in < 0 ? "at least " : "",
                                     least));
    }
    std::vector<Operand> operands;
    operands.reserve(inputs.size());
    for (const Array& input : inputs)
        operands.push_back(input.is_null() ? Operand() : Operand(input));
    const std::vector<char> attrs = internal::make_attributes(*op, attributes);
    std::vector<Array> outputs(op->def.n_outputs);
    internal::dispatch(op->def,
                       operands.data(),
                       static_cast<int>(operands.size()),
                       attrs.empty() ? nullptr : attrs.data(),
                       outputs.data(),
                       device);
    return outputs;
}

std::vector<OpDescription> plugin_ops() {
    internal::Registry& all = internal::registry();
    std::lock_guard lock(all.mutex);
    std::vector<OpDescription> out;
    for (const auto& [name, op] : all.of_plugins) {
        OpDescription description{name,
                                  op->source->doc != nullptr ? op->source->doc : "",
                                  op->source->n_in,
                                  op->source->n_out,
                                  {},
                                  op->def.gradient != nullptr};
        for (uint32_t i = 0; i < op->source->n_attrs; ++i)
            description.attributes.emplace_back(op->source->attrs[i]->name);
        out.push_back(std::move(description));
    }
    return out;
}

}  // namespace chainerx
