// Tier 2: what was captured does what its kernel does, at every launch and with whatever the memory holds by then.
#include <set>

#include "captured_call.h"
#include "cases.h"
#include "kernel_test.h"

namespace conformance {
namespace {

const chx_capture_api& capture_of(const LoadedPlugin& plugin) {
    if (!plugin.has_streams()) skip("the device has no streams");
    if (plugin.api().get_extension == nullptr) skip("it does not offer {}", CHX_CAPTURE);
    const auto* api = static_cast<const chx_capture_api*>(
        plugin.api().get_extension(plugin.handle(), CHX_CAPTURE, 1));
    if (api == nullptr) skip("it does not offer {}", CHX_CAPTURE);
    require(api->struct_size >= sizeof *api && api->begin != nullptr && api->end != nullptr &&
                api->launch != nullptr && api->destroy != nullptr,
            "{}: struct_size is {}, or one of its four functions is NULL",
            CHX_CAPTURE,
            api->struct_size);
    return *api;
}

bool is_for_capture(const chx_kernel_def& def) {
    return (def.caps & CHX_K_CAPTURE_SAFE) != 0 && def.memory_kind == nullptr;
}

// Of each kernel and dtype one call.
int check_op(Context& context, const std::string& op) {
    KernelTest test(context, op);
    const chx_capture_api& capture = capture_of(test.subject.plugin);
    std::set<std::pair<const chx_kernel_def*, int>> done;
    test.for_each_call([&](const chx_kernel_def& def, int type, const OpCall& call) {
        if (!is_for_capture(def) || call.needs_host_scalars || done.count({&def, type}) != 0)
            return;
        if (call.outputs.empty() || size_of(call.outputs[0].shape) < 2) return;
        // The core captures what has run before.
        const Results first = test.expected(call, type);
        if (!test.check(def, type, call, first, {})) return;
        CapturedCall captured(test.subject, capture, def, call);
        if (!captured.record()) return;
        done.insert({&def, type});
        try {
            KernelTest::compare(def, type, call, captured.launch(call), first);
            // Elsewhere other values might not be what the op takes.
            const bool changes = test.row().kind == OpKind::kElementwise;
            const OpCall next = changes ? turned(call) : call;
            KernelTest::compare(def,
                                type,
                                next,
                                captured.launch(next),
                                changes ? test.expected(next, type) : first);
        } catch (const Failure& failure) {
            fail("captured and launched: {}", failure.what());
        }
    });
    return static_cast<int>(done.size());
}

void check_replay(Context& context) {
    const DeviceUnderTest subject(context);
    capture_of(subject.plugin);
    std::set<std::string> ops;
    for (const chx_kernel_def* def : subject.plugin.kernels()) {
        if (find_op(def->op) != nullptr && is_for_capture(*def)) ops.insert(def->op);
    }
    if (ops.empty()) skip("it has no kernels with CHX_K_CAPTURE_SAFE that the kit knows");
    int count = 0;
    for (const std::string& op : ops) {
        try {
            count += check_op(context, op);
        } catch (const Failure& failure) {
            fail("{}: {}", op, failure.what());
        } catch (const Skipped&) {
            // There is nothing to compare with.
        }
    }
    if (count == 0) skip("the kit has no call of its kernels with CHX_K_CAPTURE_SAFE");
    context.note("{} kernels and dtypes captured", count);
}

}  // namespace

void add_capture_cases(CaseList& cases) {
    cases.push_back({"capture.replay",
                     2,
                     "what was captured computes with what its operands hold at each launch",
                     check_replay});
}

}  // namespace conformance
