// What came of the cases: for people, as JSON, and as a badge.
#pragma once

#include <string>
#include <vector>

#include "case.h"
#include "description.h"

namespace conformance {

enum class Outcome {
    kPassed,
    kFailed,
    kSkipped,
    kExpectedFailure,
    kUnexpectedPass,  // its expectations say that it fails; as bad as a failure
};
const char* outcome_name(Outcome outcome);

struct CaseResult {
    std::string name, what;
    int tier = 0;
    Outcome outcome = Outcome::kPassed;
    std::string text;  // why it failed or was skipped
    std::vector<std::string> notes;
    double seconds = 0;
};

struct Report {
    std::string library;
    PluginDescription plugin;
    std::vector<CaseResult> results;

    int count(Outcome outcome) const;
    bool is_good() const;
    // The highest tier that the plugin offers and whose cases, with those of all tiers below, did not fail; -1: none.
    int tier() const;
    // What little the tier rests on: "1 kernel, no streams"; empty if it is enough.
    std::string basis() const;
    // Ops with a kernel, and how many ops there are; the same of the primitive set.
    int covered_ops() const;
    int covered_primitives() const;
};

// One line, and the reason and notes below it.
std::string text_of(const CaseResult& result);
std::string text_of_heading(const Report& report);
std::string text_of_summary(const Report& report);
std::string json_of(const Report& report);
// For shields.io's endpoint badge.
std::string badge_json_of(const Report& report);
std::string badge_svg_of(const Report& report);

}  // namespace conformance
