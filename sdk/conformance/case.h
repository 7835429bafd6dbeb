// A case of the kit: what it checks, at which tier, and how it says that something is wrong.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace conformance {

// The plugin does not do what the case demands.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The case does not apply to this plugin; the text says why.
class Skipped : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
    throw Failure(fmt::format(text, std::forward<Args>(args)...));
}

template <class... Args>
void require(bool holds, fmt::format_string<Args...> text, Args&&... args) {
    if (!holds) throw Failure(fmt::format(text, std::forward<Args>(args)...));
}

template <class... Args>
[[noreturn]] void skip(fmt::format_string<Args...> text, Args&&... args) {
    throw Skipped(fmt::format(text, std::forward<Args>(args)...));
}

// What the command line says.
struct Settings {
    std::string library;                 // absolute path of the plugin
    std::string manifest;                // its manifest, or empty
    std::string reference;               // absolute path of the plugin `native`
    std::vector<std::string> libraries;  // that the manifest names beside the runtimes
    int tier = 2;
    bool runs_huge = false;  // with arrays of more than 2^31 elements
    double timeout = 60;     // seconds, of one case
};

// What a running case has to do with: its settings, and notes that stand in the report.
struct Context {
    const Settings& settings;
    std::vector<std::string> notes;

    template <class... Args>
    void note(fmt::format_string<Args...> text, Args&&... args) {
        notes.push_back(fmt::format(text, std::forward<Args>(args)...));
    }
};

struct Case {
    std::string name;  // "memory.copy_offsets"
    int tier;
    std::string what;  // the rule that it checks, for people
    std::function<void(Context&)> run;
    // The process of the case ends as a program does, with its exit handlers.
    bool ends_by_exit = false;
    // Needs no more than the file.
    bool is_static = false;
};
using CaseList = std::vector<Case>;

}  // namespace conformance
