// Tier 2: every kernel against native's in double precision, and what its caps promise.
#include "cases.h"
#include "kernel_test.h"

namespace conformance {
namespace {

// Operand values along dimension 0 as a broadcast one has them.
OpCall broadcast_along_first(const OpCall& call) {
    OpCall repeated = call;
    for (OperandSpec& input : repeated.inputs) {
        if (input.shape.empty() || input.shape[0] == 0) continue;
        const std::size_t row = input.values.size() / static_cast<std::size_t>(input.shape[0]);
        for (std::size_t i = row; i < input.values.size(); ++i)
            input.values[i] = input.values[i - row];
    }
    return repeated;
}

std::vector<Layout> input_layouts(const chx_kernel_def& def, const OpCall& call) {
    std::vector<Layout> layouts = {Layout::kContiguous};
    if ((def.caps & CHX_K_STRIDED_IN) == 0) return layouts;
    for (const Layout layout : {Layout::kTransposed, Layout::kGaps, Layout::kReversed})
        layouts.push_back(layout);
    if (call.may_broadcast) layouts.push_back(Layout::kBroadcast);
    return layouts;
}

void check_values(Context& context, const std::string& op) {
    KernelTest test(context, op);
    int n_run = 0, n_refused = 0;
    test.for_each_call([&](const chx_kernel_def& def, int type, const OpCall& call) {
        const auto reference = test.expected(call, type);
        const auto run = [&](const OpCall& given,
                             const std::vector<std::vector<char>>& wanted,
                             const LaunchOptions& options) {
            try {
                ++(test.check(def, type, given, wanted, options) ? n_run : n_refused);
            } catch (const Failure& failure) {
                fail("inputs {}, outputs {}{}: {}",
                     layout_name(options.in),
                     layout_name(options.out),
                     options.uses_host_scalars ? ", host scalars" : "",
                     failure.what());
            }
        };
        LaunchOptions options;
        for (const Layout layout : input_layouts(def, call)) {
            options.in = layout;
            if (layout == Layout::kBroadcast) {
                const OpCall repeated = broadcast_along_first(call);
                run(repeated, test.expected(repeated, type), options);
            } else {
                run(call, reference, options);
            }
        }
        options = {};
        if ((def.caps & CHX_K_STRIDED_OUT) != 0) {
            for (const Layout layout : {Layout::kTransposed, Layout::kGaps, Layout::kReversed}) {
                options.out = layout;
                run(call, reference, options);
            }
        }
        options = {};
        if (call.has_scalars && (def.caps & CHX_K_HOST_SCALAR) != 0) {
            options.uses_host_scalars = true;
            run(call, reference, options);
        }
    });
    if (n_run == 0 && n_refused == 0) skip("the kit has no call of this op");
    if (n_run == 0) skip("the kernel refused all {} launches", n_refused);
    if (n_refused > 0) context.note("refused {} of {} launches", n_refused, n_run + n_refused);
}

void check_caps(Context& context, const std::string& op) {
    KernelTest test(context, op);
    bool is_tested = false;
    test.for_each_call([&](const chx_kernel_def& def, int type, const OpCall& call) {
        if (call.inputs.empty() || call.inputs[0].is_left_out) return;
        const auto run = [&](const char* what, const LaunchOptions& options) {
            try {
                is_tested |= test.check(def, type, call, test.expected(call, type), options);
            } catch (const Failure& failure) {
                fail("{}: {}", what, failure.what());
            }
        };
        if ((def.caps & CHX_K_INPLACE_OK) != 0) {
            for (std::size_t i = 0; i < call.inputs.size(); ++i) {
                const OperandSpec &in = call.inputs[i], &out = call.outputs[0];
                if (in.is_left_out || in.type != out.type || in.shape != out.shape) continue;
                LaunchOptions options;
                options.inplace_input = static_cast<int>(i);
                run(fmt::format("in place of input {} (CHX_K_INPLACE_OK)", i).c_str(), options);
            }
        }
        if ((def.caps & CHX_K_CAPTURE_SAFE) != 0) {
            LaunchOptions options;
            options.flags = CHX_L_CAPTURING;
            run("during capture (CHX_K_CAPTURE_SAFE)", options);
        }
        const bool on_request = (def.caps & CHX_K_DETERMINISTIC_ON_REQUEST) != 0;
        if ((def.caps & CHX_K_DETERMINISTIC) != 0 || on_request) {
            LaunchOptions options;
            options.flags = on_request ? CHX_L_DETERMINISTIC : 0;
            options.checks_memory = false;
            const auto first = test.actual(def, call, options);
            for (int i = 0; i < 3 && first; ++i) {
                require(test.actual(def, call, options) == first,
                        "two runs gave different results, although the kernel says that it is "
                        "deterministic");
                is_tested = true;
            }
        }
    });
    if (!is_tested) skip("its caps promise nothing that could be tested");
}

}  // namespace

void add_kernel_cases(CaseList& cases, const std::vector<std::string>& ops) {
    for (const std::string& op : ops) {
        cases.push_back({"kernel." + op,
                         2,
                         "computes what native does, whatever the layout",
                         [op](Context& context) { check_values(context, op); }});
        cases.push_back({"caps." + op,
                         2,
                         "in place, captured and repeated as its caps say",
                         [op](Context& context) { check_caps(context, op); }});
    }
}

}  // namespace conformance
