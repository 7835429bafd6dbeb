// chainerx-conformance: checks a plugin against the contract and says how far it gets.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "cases.h"
#include "description.h"
#include "expectations.h"
#include "plugin_files.h"
#include "report.h"
#include "runner.h"

namespace conformance {
namespace {

constexpr const char* kUsage =
    "usage: chainerx-conformance PLUGIN [options]\n"
    "Checks a plugin: a library (.so), a manifest (.chx.json), or the name of one that ChainerX "
    "finds.\n"
    "  --tier N             cases up to this tier: 0 memory, 1 streams, 2 kernels (default)\n"
    "  --only PATTERN       only cases whose name is like this (* and ?); may be repeated\n"
    "  --expectations FILE  known failures; default: <library>.conformance.json beside the "
    "library\n"
    "  --json FILE          the whole report; - is standard output\n"
    "  --badge FILE         .json for shields.io's endpoint, or .svg; may be repeated\n"
    "  --reference FILE     the library of the plugin native, which kernels are compared with\n"
    "  --timeout SECONDS    of one case (default 60)\n"
    "  --huge               with arrays of more than 2^31 elements\n"
    "  --failed             print failed cases only\n"
    "  --list               print the names of the cases and run none\n"
    "The exit status is 0 if all is as expected, 1 if not, 2 if the arguments make no sense.\n";

struct Options {
    std::string plugin, expectations, json;
    std::vector<std::string> only, badges;
    bool lists_only = false, prints_failed_only = false;
    Settings settings;
};

class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

double number(const std::string& option, const std::string& text, double least) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(value >= least))
        throw UsageError(
            fmt::format("{}: \"{}\"; expected a number, at least {}", option, text, least));
    return value;
}

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string given = argv[i];
        const auto value = [&] {
            if (i + 1 >= argc) throw UsageError(given + ": expected a value behind it");
            return std::string(argv[++i]);
        };
        if (given == "--tier")
            options.settings.tier = static_cast<int>(number(given, value(), 0));
        else if (given == "--only")
            options.only.push_back(value());
        else if (given == "--expectations")
            options.expectations = value();
        else if (given == "--json")
            options.json = value();
        else if (given == "--badge")
            options.badges.push_back(value());
        else if (given == "--reference")
            options.settings.reference = value();
        else if (given == "--timeout")
            options.settings.timeout = number(given, value(), 0.1);
        else if (given == "--huge")
            options.settings.runs_huge = true;
        else if (given == "--failed")
            options.prints_failed_only = true;
        else if (given == "--list")
            options.lists_only = true;
        else if (given.rfind("-", 0) == 0)
            throw UsageError(given + ": there is no such option");
        else if (options.plugin.empty())
            options.plugin = given;
        else
            throw UsageError(given + ": expected one plugin");
    }
    if (options.plugin.empty()) throw UsageError("expected a plugin");
    return options;
}

bool is_selected(const Case& entry, const Options& options) {
    if (entry.tier > options.settings.tier) return false;
    if (options.only.empty()) return true;
    for (const std::string& pattern : options.only) {
        if (matches(entry.name, pattern)) return true;
    }
    return false;
}

// Cases that show why a plugin can't be used go on when it can't; the others would repeat the reason.
bool runs_without_description(const Case& entry, const PluginDescription& plugin) {
    if (entry.is_static || entry.name == "query.load") return true;
    return plugin.is_loaded &&
           (matches(entry.name, "query.*") || matches(entry.name, "negotiation.*") ||
            entry.name == "description.descriptor" || entry.name == "description.create");
}

void write(const std::string& path, const std::string& text) {
    if (path == "-") {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return;
    }
    std::ofstream stream(path, std::ios::binary);
    if (!(stream << text) || !stream.flush())
        throw std::runtime_error(fmt::format("{}: can't be written", path));
}

CaseResult result_of(const Case& entry,
                     const Options& options,
                     const Expectations& expectations,
                     const PluginDescription& plugin) {
    CaseResult result{entry.name, entry.what, entry.tier, Outcome::kSkipped, "", {}, 0};
    if (const std::string* reason = expectations.reason_to_skip(entry.name)) {
        result.text = *reason;
    } else if (!plugin.error.empty() && !runs_without_description(entry, plugin)) {
        result.text = (plugin.is_unavailable ? "" : "the plugin can't be used: ") + plugin.error;
    } else {
        result = run_case(entry, options.settings);
        expectations.apply(result);
    }
    return result;
}

int run(Options options) {
    find_plugin(options.plugin, options.settings);
    if (options.expectations.empty())
        options.expectations = file_beside_library(options.settings, ".conformance.json");
    const Expectations expectations =
        options.expectations.empty() ? Expectations() : Expectations(options.expectations);

    Report report;
    report.library = options.settings.library;
    report.plugin = describe(options.settings);
    const bool prints = options.json != "-";
    if (prints && !options.lists_only) fmt::print("{}", text_of_heading(report));
    for (const Case& entry : all_cases(report.plugin.ops())) {
        if (!is_selected(entry, options)) continue;
        if (options.lists_only) {
            fmt::print("{}\t{}\t{}\n", entry.name, entry.tier, entry.what);
            continue;
        }
        const CaseResult result = result_of(entry, options, expectations, report.plugin);
        const bool is_bad =
            result.outcome == Outcome::kFailed || result.outcome == Outcome::kUnexpectedPass;
        if (prints && (is_bad || !options.prints_failed_only)) fmt::print("{}", text_of(result));
        std::fflush(stdout);
        report.results.push_back(result);
    }
    if (options.lists_only) return 0;
    if (report.results.empty())
        throw UsageError("no case is like the patterns given; --list prints their names");
    if (prints) fmt::print("{}", text_of_summary(report));
    if (!options.json.empty()) write(options.json, json_of(report));
    for (const std::string& badge : options.badges) {
        const bool is_svg = matches(badge, "*.svg");
        write(badge, is_svg ? badge_svg_of(report) : badge_json_of(report));
    }
    return report.is_good() ? 0 : 1;
}

}  // namespace
}  // namespace conformance

int main(int argc, char** argv) {
    if (argc == 2 && std::string(argv[1]) == "--help") {
        fmt::print("{}", conformance::kUsage);
        return 0;
    }
    try {
        return conformance::run(conformance::parse(argc, argv));
    } catch (const conformance::UsageError& error) {
        fmt::print(stderr, "chainerx-conformance: {}\n{}", error.what(), conformance::kUsage);
    } catch (const std::exception& error) {
        fmt::print(stderr, "chainerx-conformance: {}\n", error.what());
    }
    return 2;
}
