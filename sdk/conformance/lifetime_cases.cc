// What lives on: after fork, and when the program ends.
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "cases.h"
#include "device_use.h"

namespace conformance {
namespace {

// A plugin that says it lives on in the child of a fork has to.
void check_fork(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    if (subject.plugin.desc().after_fork_child == nullptr)
        skip("it has no after_fork_child: the core answers CHX_E_FORKED in the child");
    const char text[] = "written before the fork";
    const Block block(*subject.memory, sizeof text);
    subject.memory->write(block.get(), text, sizeof text);
    const pid_t child = fork();
    if (child == 0) {
        int code = 1;
        try {
            subject.plugin.desc().after_fork_child(subject.plugin.handle());
            char back[sizeof text] = {};
            subject.memory->read(back, block.get(), sizeof text);
            use_memory(subject);
            code = std::strcmp(back, text) == 0 ? 0 : 2;
        } catch (const std::exception& error) {
            fmt::print(stderr, "{}\n", error.what());
        }
        _exit(code);
    }
    int status = 0;
    waitpid(child, &status, 0);
    require(!WIFSIGNALED(status), "crashes after fork: signal {}", WTERMSIG(status));
    require(WEXITSTATUS(status) != 2, "memory written before the fork is not what it was");
    require(WEXITSTATUS(status) == 0,
            "the device fails after fork, although after_fork_child was called");
    use_memory(subject);
}

void check_exit(Context& context) {
    // Nothing is closed or given back: the program just ends.
    auto* subject = new DeviceUnderTest(context);
    if (!subject->plugin.is_provider()) {
        char bytes[512] = {};
        auto* block = new Block(*subject->memory, sizeof bytes);
        subject->memory->write(block->get(), bytes, sizeof bytes);
    }
    if (subject->plugin.has_streams()) {
        chx_stream* stream = nullptr;
        expect_ok(subject->api().stream_create(subject->device.get(), 0, &stream), "stream_create");
    }
    if (subject->plugin.desc().prepare_exit != nullptr)
        subject->plugin.desc().prepare_exit(subject->plugin.handle());
}

}  // namespace

void add_lifetime_cases(CaseList& cases) {
    cases.push_back({"lifetime.fork",
                     0,
                     "the child of a fork can go on, if after_fork_child says so",
                     check_fork});
    cases.push_back({"lifetime.exit", 0, "the program may end with all in use", check_exit, true});
}

}  // namespace conformance
