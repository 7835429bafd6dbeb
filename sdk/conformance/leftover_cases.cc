// What a plugin leaves in the process each time that it is created, used and destroyed: threads and open files.
#include <chrono>
#include <thread>

#include "cases.h"
#include "device_use.h"
#include "process_state.h"

namespace conformance {
namespace {

void use_plugin(Context& context) {
    const DeviceUnderTest subject(context);
    if (!subject.plugin.is_provider()) use_memory(subject);
    if (subject.plugin.has_streams()) use_streams(subject);
}

// Drivers keep threads and files of their own until the process ends, but not more of them each time.
constexpr int kTurns = 4;

void check_threads(Context& context) {
    const auto at_first = threads_of_process().size();
    use_plugin(context);
    const auto before = threads_of_process().size();
    for (int i = 0; i < kTurns; ++i) use_plugin(context);
    const auto after = [&] { return threads_of_process().size(); };
    // The kernel lists a thread for a moment after it has been joined.
    for (int i = 0; i < 100 && after() > before; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    require(after() < before + kTurns,
            "creating, using and destroying the plugin {} times left {} threads behind",
            kTurns,
            after() - before);
    if (before > at_first) context.note("{} threads live on after destroy", before - at_first);
}

void check_files(Context& context) {
    const auto at_first = files_of_process();
    use_plugin(context);
    const auto before = files_of_process();
    for (int i = 0; i < kTurns; ++i) use_plugin(context);
    const auto after = files_of_process();
    std::string last;
    for (const std::string& descriptor : after) {
        if (before.count(descriptor) == 0) last = target_of_file(descriptor);
    }
    require(after.size() < before.size() + kTurns,
            "creating, using and destroying the plugin {} times left {} files open, among them {}",
            kTurns,
            after.size() - before.size(),
            last);
    if (before.size() > at_first.size())
        context.note("{} files stay open after destroy", before.size() - at_first.size());
}

}  // namespace

void add_leftover_cases(CaseList& cases) {
    cases.push_back({"leaks.threads", 0, "destroy leaves no threads behind", check_threads});
    cases.push_back({"leaks.files", 0, "destroy leaves no files open", check_files});
}

}  // namespace conformance
