// Calls that only a later contract can have: with codes and instructions that today's headers do not name.
#pragma once

#include <string>
#include <vector>

#include "op_call.h"

namespace conformance {

struct LaterCall {
    std::string what;  // "mode 3"
    OpCall call;
};

// The call with one thing changed in each; none for most ops.
std::vector<LaterCall> later_calls_of(const OpRow& row, const OpCall& call);

}  // namespace conformance
