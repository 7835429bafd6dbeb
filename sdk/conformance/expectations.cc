// Implements the expectations file.
#include "expectations.h"

#include <fnmatch.h>

#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace conformance {
namespace {

using Json = nlohmann::json;

template <class Entries>
const typename Entries::value_type* find(const Entries& entries, const std::string& name) {
    for (const auto& entry : entries) {
        if (matches(name, entry.pattern)) return &entry;
    }
    return nullptr;
}

}  // namespace

bool matches(const std::string& name, const std::string& pattern) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

Expectations::Expectations(const std::string& path) {
    std::ifstream stream(path);
    if (!stream) throw std::runtime_error(fmt::format("{}: can't be read", path));
    const Json json = Json::parse(stream, nullptr, false, true);
    const std::string form =
        R"({"failures": {"pattern": "reason"}, "skip": {"pattern": "reason"}})";
    if (!json.is_object())
        throw std::runtime_error(fmt::format("{}: is no JSON object; expected {}", path, form));
    for (const auto& [key, entries] : json.items()) {
        if ((key != "failures" && key != "skip") || !entries.is_object())
            throw std::runtime_error(
                fmt::format("{}: \"{}\" is not understood; expected {}", path, key, form));
        for (const auto& [pattern, reason] : entries.items()) {
            if (!reason.is_string())
                throw std::runtime_error(
                    fmt::format("{}: \"{}\" has no reason; expected {}", path, pattern, form));
            (key == "skip" ? skipped_ : failures_).push_back({pattern, reason.get<std::string>()});
        }
    }
}

const std::string* Expectations::reason_to_skip(const std::string& name) const {
    const Entry* entry = find(skipped_, name);
    return entry == nullptr ? nullptr : &entry->reason;
}

void Expectations::apply(CaseResult& result) const {
    const Entry* entry = find(failures_, result.name);
    if (entry == nullptr) return;
    if (result.outcome == Outcome::kFailed) {
        result.outcome = Outcome::kExpectedFailure;
        result.text = entry->reason + "\n" + result.text;
    } else if (result.outcome == Outcome::kPassed) {
        result.outcome = Outcome::kUnexpectedPass;
        result.text = fmt::format(
            "passed, although \"{}\" is expected to fail ({}): remove that from the "
            "expectations",
            entry->pattern,
            entry->reason);
    }
}

}  // namespace conformance
