// Tier 2: kernels under a host whose contract has grown. They serve what they know and refuse the rest.
#include "cases.h"
#include "kernel_test.h"
#include "later_calls.h"

namespace conformance {
namespace {

int64_t largest_result(const OpCall& call) {
    int64_t largest = 0;
    for (const OperandSpec& output : call.outputs)
        largest = std::max(largest, size_of(output.shape));
    return largest;
}

void expect_refusal(KernelTest& test, const chx_kernel_def& def, const LaterCall& later) {
    LaunchOptions options;
    options.checks_memory = false;
    bool is_refused = false;
    try {
        is_refused = !test.actual(def, later.call, options);
    } catch (const Failure& failure) {
        fail(
            "{}, which its header does not have: {}; expected CHX_E_UNIMPLEMENTED, so that the "
            "core looks for another kernel",
            later.what,
            failure.what());
    }
    require(is_refused,
            "it computes something with {}, which its header does not have; expected "
            "CHX_E_UNIMPLEMENTED: a later contract may give it a meaning",
            later.what);
    if (test.subject.plugin.is_provider()) return;
    expect_ok(
        test.subject.api().sync(test.subject.device.get(), nullptr),
        fmt::format("sync after a refusal of {} (nothing of it may be enqueued)", later.what));
}

void check_contract(Context& context, const std::string& op) {
    KernelTest test(context, op);
    int n_served = 0, n_refused = 0;
    test.for_each_call([&](const chx_kernel_def& def, int type, const OpCall& call) {
        if (largest_result(call) == 0) return;
        LaunchOptions options;
        options.checks_memory = false;
        if (!test.actual(def, call, options)) return;
        options.is_newer_host = true;
        bool is_served = false;
        try {
            is_served = test.check(def, type, call, test.expected(call, type), options);
        } catch (const Failure& failure) {
            fail("with structs of a later minor, which are longer: {}", failure.what());
        }
        require(is_served,
                "it refuses the call when launch, plan and attributes are longer; expected that it "
                "serves it: what is appended is zero, which means what was before");
        ++n_served;
        for (const LaterCall& later : later_calls_of(test.row(), call)) {
            expect_refusal(test, def, later);
            ++n_refused;
        }
    });
    if (n_served == 0) skip("the kit has no call of this op that its kernels take");
    if (n_refused > 0) context.note("refused {} calls of a later contract", n_refused);
}

}  // namespace

void add_contract_cases(CaseList& cases, const std::vector<std::string>& ops) {
    for (const std::string& op : ops) {
        cases.push_back({"contract." + op,
                         2,
                         "serves hosts with longer structs, refuses what its header does not have",
                         [op](Context& context) { check_contract(context, op); }});
    }
}

}  // namespace conformance
