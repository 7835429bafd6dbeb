// Kernels on streams: they come behind what was enqueued there before, their own operands included.
#include <set>

#include "cases.h"
#include "kernel_test.h"
#include "test_stream.h"

namespace conformance {
namespace {

constexpr std::size_t kLarge = std::size_t{1} << 20;
// A kernel that does not wait is found out if it runs before its operands are there. On a busy host it may come late by
// chance: there is much to wait for, and the first call of an op is made several times.
constexpr int kCopies = 32;
constexpr int kTimes = 4;

// Of each op one call of each dtype; those that a kernel refuses don't count.
int check_op(Context& context, const std::string& op) {
    KernelTest test(context, op);
    const DeviceUnderTest& subject = test.subject;
    const Stream stream(subject);
    const Block from(*subject.memory, kLarge), to(*subject.memory, kLarge);
    const LaunchStream behind_copies{&subject.api(), stream.get(), [&] {
                                         for (int i = 0; i < kCopies; ++i)
                                             stream.copy(to.get(), from.get(), kLarge);
                                     }};
    LaunchOptions options;
    options.on = &behind_copies;
    int count = 0;
    std::set<std::pair<const chx_kernel_def*, int>> done;
    test.for_each_call([&](const chx_kernel_def& def, int type, const OpCall& call) {
        if (def.memory_kind != nullptr || done.count({&def, type}) != 0) return;
        for (int i = 0; i < (count == 0 ? kTimes : 1); ++i) {
            if (!test.check(def, type, call, test.expected(call, type), options)) return;
        }
        done.insert({&def, type});
        ++count;
    });
    return count;
}

void check_kernels(Context& context) {
    const DeviceUnderTest subject(context);
    if (!subject.plugin.has_streams()) skip("the device has no streams");
    std::set<std::string> ops;
    for (const chx_kernel_def* def : subject.plugin.kernels()) {
        if (find_op(def->op) != nullptr) ops.insert(def->op);
    }
    if (ops.empty()) skip("it has no kernels that the kit knows");
    int count = 0;
    for (const std::string& op : ops) {
        try {
            count += check_op(context, op);
        } catch (const Failure& failure) {
            fail("{} on a stream: {}", op, failure.what());
        } catch (const Skipped&) {
            // There is nothing to compare with.
        }
    }
    context.note("{} kernels and dtypes on a stream", count);
}

}  // namespace

void add_stream_kernel_cases(CaseList& cases) {
    cases.push_back({"streams.kernels",
                     2,
                     "kernels come behind what was enqueued on their stream",
                     check_kernels});
}

}  // namespace conformance
