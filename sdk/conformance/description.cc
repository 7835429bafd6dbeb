// Implements the description, and the cases that check what it is made of.
#include "description.h"

#include <algorithm>
#include <cstring>
#include <regex>
#include <set>

#include <nlohmann/json.hpp>

#include "cases.h"
#include "child_process.h"
#include "element.h"
#include "kit_host.h"
#include "loaded_plugin.h"
#include "op_rows.h"

namespace conformance {
namespace {

using Json = nlohmann::json;

std::string text_or_empty(const char* text) { return text == nullptr ? "" : text; }

// Nothing of tolerances that make no sense: description.kernels says so.
Json describe_tolerances(const chx_kernel_def& def) {
    Json json = Json::array();
    try {
        for (const WideTolerance& wide : wide_tolerances(def))
            json.push_back(
                {{"dtypes", wide.dtypes}, {"rtol", wide.stated.rtol}, {"atol", wide.stated.atol}});
    } catch (const Failure&) {
        return Json::array();
    }
    return json;
}

Json describe_here(const Settings& settings) {
    const LoadedPlugin plugin(settings.library);
    const chx_plugin_desc& desc = plugin.desc();
    Json json = {{"name", text_or_empty(desc.name)},
                 {"version", text_or_empty(desc.version)},
                 {"vendor", text_or_empty(desc.vendor)},
                 {"build_info", text_or_empty(desc.build_info)},
                 {"abi", fmt::format("{}.{}", desc.abi_major, desc.abi_minor)},
                 {"kernels_for", text_or_empty(desc.kernels_for)},
                 {"has_streams", plugin.has_streams()},
                 {"kernels", Json::array()}};
    for (const chx_kernel_def* def : plugin.kernels())
        json["kernels"].push_back({{"op", def->op},
                                   {"dtypes", expand_dtypes(def->dtypes)},
                                   {"tolerances", describe_tolerances(*def)}});
    return json;
}

void check_create(Context& context) {
    LoadedPlugin plugin(context.settings.library);
    const chx_device_api& api = plugin.api();
    if (plugin.is_provider()) {
        require(api.n_kernels > 0, "a kernel provider without kernels");
    } else {
        require(api.device_count != nullptr && api.device_open != nullptr &&
                    api.device_close != nullptr && api.device_info != nullptr &&
                    api.alloc != nullptr && api.free != nullptr && api.copy != nullptr &&
                    api.sync != nullptr,
                "one of the eight functions of tier 0 is NULL");
    }
    const void* const streams[] = {reinterpret_cast<void*>(api.stream_create),
                                   reinterpret_cast<void*>(api.stream_destroy),
                                   reinterpret_cast<void*>(api.stream_query),
                                   reinterpret_cast<void*>(api.stream_wrap_native),
                                   reinterpret_cast<void*>(api.stream_native),
                                   reinterpret_cast<void*>(api.event_create),
                                   reinterpret_cast<void*>(api.event_destroy),
                                   reinterpret_cast<void*>(api.event_record),
                                   reinterpret_cast<void*>(api.stream_wait_event),
                                   reinterpret_cast<void*>(api.event_query),
                                   reinterpret_cast<void*>(api.event_sync),
                                   reinterpret_cast<void*>(api.event_elapsed_ns)};
    const auto n = std::count(std::begin(streams), std::end(streams), nullptr);
    require(n == 0 || n == std::ssize(streams),
            "{} of the {} functions of tier 1 are NULL; expected all or none",
            n,
            std::ssize(streams));
    expect_ok(plugin.destroy(), "destroy");
}

void check_descriptor(Context& context) {
    const chx_plugin_desc& desc = describe_plugin(load_query(context.settings.library));
    static const std::regex kName("[a-z][a-z0-9_]*");
    require(desc.name != nullptr && std::regex_match(desc.name, kName),
            "the name is \"{}\"; expected lower-case letters, digits and _, a letter first",
            text_or_empty(desc.name));
    require(!text_or_empty(desc.version).empty(), "the descriptor has no version");
    require(!text_or_empty(desc.vendor).empty(), "the descriptor has no vendor");
    require(desc.flags == 0, "the descriptor's flags are 0x{:x}; expected 0", desc.flags);
    require(desc.abi_minor_required <= desc.abi_minor,
            "requires hosts of minor {}, but was built against minor {}",
            desc.abi_minor_required,
            desc.abi_minor);
    require(desc.destroy != nullptr, "the descriptor has no destroy function");
    require(desc.n_option_defs == 0 || desc.option_defs != nullptr,
            "{} options are counted, none is listed",
            desc.n_option_defs);
    for (uint32_t i = 0; i < desc.n_option_defs; ++i) {
        const chx_option_def* option = desc.option_defs[i];
        require(option != nullptr && option->name != nullptr && option->doc != nullptr,
                "option {} has no name or no doc",
                i);
    }
}

void check_kernel(const chx_kernel_def& def, const std::string& plugin_name) {
    constexpr uint64_t kCaps = CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT | CHX_K_HOST_SCALAR |
                               CHX_K_INPLACE_OK | CHX_K_DETERMINISTIC | CHX_K_CAPTURE_SAFE |
                               CHX_K_MAY_REFUSE | CHX_K_DETERMINISTIC_ON_REQUEST;
    require(def.struct_size >= sizeof(chx_kernel_def),
            "kernel of {}: struct_size is {}; expected {}",
            text_or_empty(def.op),
            def.struct_size,
            sizeof(chx_kernel_def));
    require(def.op != nullptr && def.fn != nullptr, "a kernel without an op or a function");
    const std::string op = def.op;
    require(!expand_dtypes(def.dtypes).empty(), "kernel of {}: no dtypes", op);
    require((def.caps & ~kCaps) == 0,
            "kernel of {}: caps 0x{:x} has bits without a meaning",
            op,
            def.caps);
    require((def.supports == nullptr && def.plan == nullptr) || (def.caps & CHX_K_MAY_REFUSE) != 0,
            "kernel of {}: it has supports or plan, but not CHX_K_MAY_REFUSE",
            op);
    if (op.rfind("chx.", 0) == 0) {
        const OpRow* row = find_op(op);
        require(row != nullptr, "kernel of {}: there is no such op", op);
        require(def.op_version >= 1 && def.op_version <= row->version,
                "kernel of {}: op_version is {}; the op has version {}",
                op,
                def.op_version,
                row->version);
    } else {
        require(op.rfind(plugin_name + ".", 0) == 0,
                "kernel of {}: an op is chx.<name> or {}.<name>",
                op,
                plugin_name);
    }
    for (uint32_t i = 0; i < def.n_tolerances; ++i) {
        const chx_tolerance& tolerance = *def.tolerances[i];
        expand_dtypes(tolerance.dtypes);
        require(tolerance.rtol >= 0 && tolerance.atol >= 0 && tolerance.rtol <= kLargestTolerance &&
                    tolerance.atol <= kLargestTolerance,
                "kernel of {}: a tolerance of {} and {} times the value; expected at most {}",
                op,
                tolerance.atol,
                tolerance.rtol,
                kLargestTolerance);
    }
}

void check_kernel_table(Context& context) {
    const LoadedPlugin plugin(context.settings.library);
    require(plugin.api().n_kernels == 0 || plugin.api().kernels != nullptr,
            "{} kernels are counted, none is listed",
            plugin.api().n_kernels);
    std::set<std::string> ops, primitives;
    for (const chx_kernel_def* def : plugin.kernels()) {
        require(def != nullptr, "a kernel definition is NULL");
        check_kernel(*def, plugin.desc().name);
        const OpRow* row = find_op(def->op);
        if (row != nullptr) ops.insert(row->name);
        if (row != nullptr && row->is_primitive) primitives.insert(row->name);
    }
    std::string missing;
    int n_ops = 0, n_primitives = 0;
    for (const OpRow& row : op_rows()) {
        ++n_ops;
        if (!row.is_primitive) continue;
        ++n_primitives;
        if (primitives.count(row.name) == 0) missing += (missing.empty() ? "" : ", ") + row.name;
    }
    context.note("kernels for {} of {} ops, {} of {} primitives{}",
                 ops.size(),
                 n_ops,
                 primitives.size(),
                 n_primitives,
                 missing.empty() ? "" : "; without " + missing);
}

}  // namespace

const std::vector<std::string> kDtypeNames = {"bool",
                                              "i8",
                                              "i16",
                                              "i32",
                                              "i64",
                                              "u8",
                                              "u16",
                                              "u32",
                                              "u64",
                                              "f16",
                                              "bf16",
                                              "f32",
                                              "f64",
                                              "c64",
                                              "c128"};

std::vector<std::string> expand_dtypes(const char* dtypes) {
    std::vector<std::string> names;
    for (const std::string& word : words(dtypes)) {
        if (word == "*") return kDtypeNames;
        require(std::find(kDtypeNames.begin(), kDtypeNames.end(), word) != kDtypeNames.end(),
                "\"{}\" is no dtype; expected bool i8 ... c128 or *",
                word);
        names.push_back(word);
    }
    return names;
}

std::vector<int> types_of(const chx_kernel_def& def, const OpRow& row) {
    std::vector<int> types;
    for (const std::string& name : expand_dtypes(def.dtypes)) {
        const int type = type_named(name.c_str());
        if ((row.dtypes >> type & 1) != 0) types.push_back(type);
    }
    return types;
}

std::vector<std::string> PluginDescription::ops() const {
    std::vector<std::string> names;
    for (const KernelDescription& kernel : kernels) {
        if (std::find(names.begin(), names.end(), kernel.op) == names.end())
            names.push_back(kernel.op);
    }
    return names;
}

PluginDescription describe(const Settings& settings) {
    const ChildResult result = run_in_child(
        [&] {
            try {
                describe_plugin(load_query(settings.library));
            } catch (const std::exception& error) {
                return Json{{"error", error.what()}, {"is_loaded", false}}.dump();
            }
            try {
                return describe_here(settings).dump();
            } catch (const Skipped& unavailable) {
                return Json{{"unavailable", unavailable.what()}}.dump();
            } catch (const std::exception& error) {
                return Json{{"error", error.what()}}.dump();
            }
        },
        settings.timeout);
    PluginDescription description;
    description.error = describe_ending(result, settings.timeout);
    if (!description.error.empty()) return description;
    const Json json = Json::parse(result.answer);
    description.is_unavailable = json.contains("unavailable");
    if (description.is_unavailable) description.error = json["unavailable"];
    description.is_loaded = json.value("is_loaded", true);
    if (json.contains("error")) description.error = json["error"];
    if (!description.error.empty()) return description;
    description.name = json["name"];
    description.version = json["version"];
    description.vendor = json["vendor"];
    description.build_info = json["build_info"];
    description.abi = json["abi"];
    description.kernels_for = json["kernels_for"];
    description.has_streams = json["has_streams"];
    for (const Json& kernel : json["kernels"]) {
        KernelDescription one{kernel["op"], kernel["dtypes"], {}};
        for (const Json& wide : kernel["tolerances"])
            one.wide_tolerances.push_back({wide["dtypes"], {wide["rtol"], wide["atol"]}});
        description.kernels.push_back(std::move(one));
    }
    return description;
}

void add_description_cases(CaseList& cases) {
    cases.push_back({"description.descriptor", 0, "the descriptor makes sense", check_descriptor});
    cases.push_back({"description.create", 0, "create offers whole tiers", check_create});
    cases.push_back(
        {"description.kernels", 2, "kernel definitions make sense", check_kernel_table});
}

}  // namespace conformance
