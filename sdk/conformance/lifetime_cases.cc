// What is left behind: after destroy, after fork, when the program ends.
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "cases.h"
#include "description.h"
#include "device_under_test.h"
#include "kernel_launch.h"
#include "later_calls.h"

namespace conformance {
namespace {

uint64_t heap_in_use() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// Runs something until its caches are warm, then watches whether the heap grows with every turn.
template <class F>
void expect_no_growth(const char* what, F&& turn) {
    constexpr int kTurns = 16;
    // Less is the noise of allocators, not something that is lost at every turn.
    constexpr uint64_t kLeast = 16 * kTurns;
    for (int i = 0; i < kTurns; ++i) turn();
    uint64_t growth = ~uint64_t{0}, before = heap_in_use();
    // What is lost is lost in all of them; caches of libraries may need more than a hundred turns to fill.
    constexpr int kAttempts = 40;
    for (int attempt = 0; attempt < kAttempts && growth >= kLeast; ++attempt) {
        for (int i = 0; i < kTurns; ++i) turn();
        const uint64_t after = heap_in_use();
        growth = std::min(growth, after > before ? after - before : 0);
        before = after;
    }
    require(
        growth < kLeast, "{} loses about {} bytes of the heap every time", what, growth / kTurns);
}

void use_memory(const DeviceUnderTest& subject) {
    char bytes[512] = {};
    const Block a(*subject.memory, sizeof bytes), b(*subject.memory, sizeof bytes);
    subject.memory->write(a.get(), bytes, sizeof bytes);
    const chx_memref from = a.get(), to = b.get();
    expect_ok(subject.api().copy(subject.device.get(), &to, &from, sizeof bytes, nullptr), "copy");
    expect_ok(subject.api().sync(subject.device.get(), nullptr), "sync");
    subject.memory->read(bytes, b.get(), sizeof bytes);
}

void use_streams(const DeviceUnderTest& subject) {
    const chx_device_api& api = subject.api();
    chx_stream* stream = nullptr;
    chx_event* event = nullptr;
    expect_ok(api.stream_create(subject.device.get(), 0, &stream), "stream_create");
    expect_ok(api.event_create(subject.device.get(), 0, &event), "event_create");
    expect_ok(api.event_record(event, stream), "event_record");
    expect_ok(api.event_sync(event), "event_sync");
    expect_ok(api.event_destroy(event), "event_destroy");
    expect_ok(api.sync(subject.device.get(), stream), "sync");
    expect_ok(api.stream_destroy(stream), "stream_destroy");
}

void check_leaks_of_plugin(Context& context) {
    expect_no_growth("create and destroy", [&] {
        const LoadedPlugin plugin(context.settings.library);
        if (!plugin.is_provider()) plugin.device_count();
    });
    require(live_host_blocks() == 0,
            "{} blocks of host_alloc were not given back before destroy returned",
            live_host_blocks());
}

void check_leaks_of_devices(Context& context) {
    LoadedPlugin plugin(context.settings.library);
    expect_no_growth("opening and closing a device", [&] { const OpenDevice device(plugin); });
}

void check_leaks_of_memory(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    expect_no_growth("alloc, copy and free", [&] { use_memory(subject); });
}

void check_leaks_of_streams(Context& context) {
    const DeviceUnderTest subject(context);
    if (!subject.plugin.has_streams()) skip("the device has no streams");
    expect_no_growth("a stream and an event", [&] { use_streams(subject); });
}

void check_leaks_of_errors(Context& context) {
    LoadedPlugin plugin(context.settings.library);
    require_own_memory(plugin);
    expect_no_growth("a device_open that fails", [&] {
        chx_device* device = nullptr;
        plugin.api().device_open(plugin.handle(), -1, &device);
    });
    const OpenDevice device(plugin);
    expect_no_growth("an alloc that fails", [&] {
        chx_memref memory{};
        plugin.api().alloc(device.get(), uint64_t{1} << 62, 64, CHX_MEM_DEVICE, nullptr, &memory);
    });
}

void check_leaks_of_kernels(Context& context) {
    const DeviceUnderTest subject(context);
    bool is_tested = false;
    for (const chx_kernel_def* def : subject.plugin.kernels()) {
        const OpRow* row = find_op(def->op);
        if (row == nullptr || def->memory_kind != nullptr) continue;
        const std::vector<int> types = types_of(*def, *row);
        if (types.empty()) continue;
        const auto calls = calls_of(*row, types.front());
        if (calls.empty()) continue;
        is_tested = true;
        const OpCall& call = calls[calls.size() / 2];
        expect_no_growth(def->op, [&] {
            run_kernel(*def, subject.device.get(), *subject.memory, call, false, {});
        });
        const auto later = later_calls_of(*row, call);
        if (later.empty()) continue;
        expect_no_growth(fmt::format("{} with {}", def->op, later[0].what).c_str(), [&] {
            try {
                run_kernel(*def, subject.device.get(), *subject.memory, later[0].call, false, {});
            } catch (const Failure&) {
                // That it is refused in another way is for contract.* to say.
            }
        });
    }
    if (!is_tested) skip("the kit has no call of its kernels");
}

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
    cases.push_back({"leaks.plugin", 0, "destroy gives everything back", check_leaks_of_plugin});
    cases.push_back(
        {"leaks.devices", 0, "device_close gives everything back", check_leaks_of_devices});
    cases.push_back({"leaks.memory", 0, "free gives everything back", check_leaks_of_memory});
    cases.push_back(
        {"leaks.streams", 1, "streams and events give everything back", check_leaks_of_streams});
    cases.push_back({"leaks.errors", 0, "failing calls lose nothing", check_leaks_of_errors});
    cases.push_back(
        {"leaks.kernels", 2, "kernels and their plans lose nothing", check_leaks_of_kernels});
    cases.push_back({"lifetime.fork",
                     0,
                     "the child of a fork can go on, if after_fork_child says so",
                     check_fork});
    cases.push_back({"lifetime.exit", 0, "the program may end with all in use", check_exit, true});
}

}  // namespace conformance
