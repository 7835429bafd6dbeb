// What may happen at once: 16 threads with four streams each, and kernels on all of them.
#include <mutex>
#include <optional>
#include <thread>

#include "cases.h"
#include "description.h"
#include "device_under_test.h"
#include "kernel_launch.h"
#include "test_stream.h"

namespace conformance {
namespace {

constexpr int kThreads = 16, kStreams = 4;

// Runs f(thread) on all threads at once; the first failure is that of the case.
template <class F>
void on_threads(F&& f) {
    std::mutex mutex;
    std::string first;
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            try {
                f(i);
            } catch (const std::exception& error) {
                const std::lock_guard lock(mutex);
                if (first.empty()) first = error.what();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    require(first.empty(), "on {} threads: {}", kThreads, first);
}

void use_stream(const DeviceUnderTest& subject, chx_stream* stream, unsigned char value) {
    constexpr std::size_t kBytes = 4096;
    const chx_device_api& api = subject.api();
    const std::vector<unsigned char> content(kBytes, value);
    std::vector<unsigned char> back(kBytes);
    const Block a(*subject.memory, kBytes), b(*subject.memory, kBytes);
    const chx_memref from = host_place(content.data()), to = host_place(back.data()),
                     first = a.get(), second = b.get();
    expect_ok(api.copy(subject.device.get(), &first, &from, kBytes, stream), "copy");
    expect_ok(api.copy(subject.device.get(), &second, &first, kBytes, stream), "copy");
    expect_ok(api.copy(subject.device.get(), &to, &second, kBytes, stream), "copy");
    expect_ok(api.sync(subject.device.get(), stream), "sync");
    require(back == content, "what a thread copied there and back is not what it was");
}

void check_memory(Context& context) {
    constexpr int kRounds = 10;
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    on_threads([&](int thread) {
        std::vector<chx_stream*> streams(kStreams, nullptr);
        if (subject.plugin.has_streams()) {
            for (chx_stream*& stream : streams)
                expect_ok(subject.api().stream_create(subject.device.get(), 0, &stream),
                          "stream_create");
        }
        for (int round = 0; round < kRounds; ++round) {
            for (chx_stream* stream : streams)
                use_stream(subject, stream, static_cast<unsigned char>(thread * 16 + round));
            subject.device.info();
        }
        if (subject.plugin.has_streams()) {
            for (chx_stream* stream : streams)
                expect_ok(subject.api().stream_destroy(stream), "stream_destroy");
        }
    });
}

void check_kernels(Context& context) {
    constexpr int kRounds = 3;
    const DeviceUnderTest subject(context);
    // One dtype and call of each kernel, and what it gives while it is alone.
    struct Job {
        const chx_kernel_def* def;
        OpCall call;
        std::vector<std::vector<char>> expected;
    };
    std::vector<Job> jobs;
    const auto add_job = [&](const chx_kernel_def& def, const OpCall& call) {
        const auto expected =
            run_kernel(def, subject.device.get(), *subject.memory, call, false, {});
        if (expected) jobs.push_back({&def, call, *expected});
    };
    for (const chx_kernel_def* def : subject.plugin.kernels()) {
        const OpRow* row = find_op(def->op);
        const bool repeats = (def->caps & CHX_K_DETERMINISTIC) != 0 && def->memory_kind == nullptr;
        if (row == nullptr || !repeats) continue;
        const std::vector<int> types = types_of(*def, *row);
        if (types.empty()) continue;
        const std::vector<OpCall> calls = calls_of(*row, types.back());
        if (calls.empty()) continue;
        const OpCall& call = calls[calls.size() / 2];
        add_job(*def, call);
        // Other values, so that what threads take from each other shows in a plugin with one kernel too.
        if (row->kind == OpKind::kElementwise) add_job(*def, turned(call));
    }
    if (jobs.empty()) skip("it has no deterministic kernel that could be compared with itself");
    on_threads([&](int thread) {
        std::optional<Stream> stream;
        if (subject.plugin.has_streams()) stream.emplace(subject);
        for (int round = 0; round < kRounds; ++round) {
            for (std::size_t i = 0; i < jobs.size(); ++i) {
                const Job& job = jobs[(i + static_cast<std::size_t>(thread)) % jobs.size()];
                LaunchStream own{&subject.api(), stream ? stream->get() : nullptr, {}};
                LaunchOptions options;
                if (stream) options.on = &own;
                const auto results = run_kernel(
                    *job.def, subject.device.get(), *subject.memory, job.call, false, options);
                require(results == job.expected,
                        "{} of {}: another result than alone",
                        job.def->op,
                        job.call.label);
            }
        }
    });
    context.note("{} calls of kernels on {} threads", jobs.size(), kThreads);
}

}  // namespace

void add_thread_cases(CaseList& cases) {
    cases.push_back({"threads.memory",
                     0,
                     "16 threads, with four streams each if there are any, copy at once",
                     check_memory});
    cases.push_back({"threads.kernels", 2, "16 threads call kernels at once", check_kernels});
}

}  // namespace conformance
