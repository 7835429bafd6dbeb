// A profile as JSON for chrome://tracing and Perfetto.
#pragma once

#include <functional>
#include <string_view>

#include "profile/profile_recorder.h"

namespace chainerx::internal {

// Hands over the text piece by piece.
void write_trace(const ProfileRecorder& recorder,
                 const std::function<void(std::string_view)>& write);

}  // namespace chainerx::internal
