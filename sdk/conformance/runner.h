// Runs cases, each in a child process, and says what came of it.
#pragma once

#include "case.h"
#include "report.h"

namespace conformance {

CaseResult run_case(const Case& entry, const Settings& settings);

}  // namespace conformance
