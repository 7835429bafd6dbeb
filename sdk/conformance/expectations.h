// What a plugin's own file says about cases that are known to fail or not to apply.
#pragma once

#include <string>
#include <vector>

#include "report.h"

namespace conformance {

class Expectations {
public:
    Expectations() = default;
    // Reads {"failures": {"pattern": "reason"}, "skip": {"pattern": "reason"}}. Throws std::runtime_error if the file
    // is not like that.
    explicit Expectations(const std::string& path);

    // Why a case is not to be run; null: it is.
    const std::string* reason_to_skip(const std::string& name) const;
    // Turns failures that are expected into that, and passes that are not.
    void apply(CaseResult& result) const;

private:
    struct Entry {
        std::string pattern, reason;
    };
    std::vector<Entry> failures_, skipped_;
};

// Whether a name is like a pattern with * and ?.
bool matches(const std::string& name, const std::string& pattern);

}  // namespace conformance
