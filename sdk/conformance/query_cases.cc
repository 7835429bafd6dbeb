// The query is pure: callable whenever, from wherever, and it leaves no trace.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <set>
#include <thread>

#include "cases.h"
#include "kit_host.h"
#include "loaded_plugin.h"
#include "process_state.h"
#include "watched_load.h"

namespace conformance {
namespace {

void check_load(Context& context) { describe_plugin(load_query(context.settings.library)); }

// What was there during loading and the query, whether it still is or not. what: "threads that end at once".
void watch(Context& context, Watched watched, const char* what) {
    const WatchedLoad load =
        watch_load(context.settings.library, watched, context.settings.timeout);
    if (!load.not_watched.empty())
        context.note("{} were not looked for: {}", what, load.not_watched);
    require(load.found.empty(),
            "loading and querying asked for {}; expected nothing of the kind before device_open",
            load.found.empty() ? "" : load.found.front());
}

void check_no_threads(Context& context) {
    watch(context, Watched::kThreads, "threads that end at once");
    const auto before = threads_of_process();
    describe_plugin(load_query(context.settings.library));
    const auto after = threads_of_process();
    require(after.size() <= before.size(),
            "loading and querying started {} threads; expected none before device_open",
            after.size() - before.size());
}

void check_no_files(Context& context) {
    watch(context, Watched::kFiles, "files that are closed again");
    const auto before = files_of_process();
    describe_plugin(load_query(context.settings.library));
    for (const std::string& fd : files_of_process()) {
        require(before.count(fd) != 0,
                "loading and querying left {} open; expected no file before device_open",
                target_of_file(fd));
    }
}

void check_constant(Context& context) {
    constexpr int kCalls = 1000;
    const auto started = std::chrono::steady_clock::now();
    const auto query = load_query(context.settings.library);
    const chx_plugin_desc& first = describe_plugin(query);
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - started;
    context.note("loading and the first query took {:.1f} ms{}",
                 took.count(),
                 took.count() > 50 ? "; 50 ms is what users do not notice" : "");
    const chx_plugin_desc copy = first;
    for (int i = 0; i < kCalls; ++i) {
        const chx_plugin_desc* again = query(CHX_ABI_MAJOR, CHX_ABI_MINOR);
        require(again != nullptr, "call {} of the query returned NULL", i + 2);
        require(std::memcmp(again, &copy, sizeof copy) == 0,
                "call {} of the query returned another descriptor",
                i + 2);
    }
}

void check_threads(Context& context) {
    constexpr int kThreads = 16, kCalls = 100;
    const auto query = load_query(context.settings.library);
    const chx_plugin_desc copy = describe_plugin(query);
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < kCalls; ++k) {
                const chx_plugin_desc* desc = query(CHX_ABI_MAJOR, CHX_ABI_MINOR);
                if (desc == nullptr || std::memcmp(desc, &copy, sizeof copy) != 0) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    require(wrong == 0,
            "{} of {} queries from {} threads returned something else",
            wrong.load(),
            kThreads * kCalls,
            kThreads);
}

void check_fork(Context& context) {
    const auto query = load_query(context.settings.library);
    describe_plugin(query);
    const pid_t child = fork();
    if (child == 0) _exit(query(CHX_ABI_MAJOR, CHX_ABI_MINOR) == nullptr ? 1 : 0);
    int status = 0;
    waitpid(child, &status, 0);
    require(!WIFSIGNALED(status), "the query crashes after fork: signal {}", WTERMSIG(status));
    require(WEXITSTATUS(status) == 0, "the query returns NULL after fork");
}

}  // namespace

void add_query_cases(CaseList& cases) {
    cases.push_back({"query.load", 0, "the library loads and describes itself", check_load});
    cases.push_back({"query.no_threads",
                     0,
                     "the query starts no thread, not even for a while",
                     check_no_threads});
    cases.push_back({"query.no_files",
                     0,
                     "the query opens no file or driver, not even for a while",
                     check_no_files});
    cases.push_back({"query.constant", 0, "a thousand queries give one answer", check_constant});
    cases.push_back({"query.threads", 0, "16 threads may query at once", check_threads});
    cases.push_back({"query.fork", 0, "the query works after fork", check_fork});
}

}  // namespace conformance
