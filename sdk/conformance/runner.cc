// Implements the running of a case: its child answers with an outcome, a text and notes.
#include "runner.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "cases.h"
#include "child_process.h"
#include "kit_host.h"

namespace conformance {
namespace {

using Json = nlohmann::json;

std::string run_here(const Case& entry, const Settings& settings) {
    Context context{settings, {}};
    std::string outcome = "passed", text;
    try {
        entry.run(context);
    } catch (const Skipped& skipped) {
        outcome = "skipped";
        text = skipped.what();
    } catch (const std::exception& error) {
        outcome = "failed";
        text = error.what();
        for (const std::string& line : logged_warnings()) context.note("it logged: {}", line);
    }
    return Json{{"outcome", outcome}, {"text", text}, {"notes", context.notes}}.dump(
        -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

CaseResult run_case(const Case& entry, const Settings& settings) {
    CaseResult result;
    result.name = entry.name;
    result.what = entry.what;
    result.tier = entry.tier;
    const auto started = std::chrono::steady_clock::now();
    const ChildResult child = run_in_child(
        [&] { return run_here(entry, settings); }, settings.timeout, entry.ends_by_exit);
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    const std::string ending = describe_ending(child, settings.timeout);
    if (!ending.empty()) {
        result.outcome = Outcome::kFailed;
        result.text = ending + (child.output.empty() ? "" : "\n" + child.output);
        return result;
    }
    const Json answer = Json::parse(child.answer);
    const std::string outcome = answer["outcome"];
    result.outcome = outcome == "passed"    ? Outcome::kPassed
                     : outcome == "skipped" ? Outcome::kSkipped
                                            : Outcome::kFailed;
    result.text = answer["text"];
    result.notes = answer["notes"].get<std::vector<std::string>>();
    return result;
}

CaseList all_cases(const std::vector<std::string>& ops) {
    CaseList cases;
    add_elf_cases(cases);
    add_query_cases(cases);
    add_negotiation_cases(cases);
    add_description_cases(cases);
    add_memory_cases(cases);
    add_error_cases(cases);
    add_leak_cases(cases);
    add_leftover_cases(cases);
    add_lifetime_cases(cases);
    add_thread_cases(cases);
    add_stream_cases(cases);
    add_kernel_cases(cases, ops);
    add_contract_cases(cases, ops);
    add_stream_kernel_cases(cases);
    add_capture_cases(cases);
    add_huge_cases(cases);
    add_gradient_cases(cases);
    add_core_cases(cases);
    return cases;
}

}  // namespace conformance
