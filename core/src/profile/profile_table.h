// A profile as text.
#pragma once

#include <string>
#include <vector>

#include "profile/profile_recorder.h"

namespace chainerx::internal {

// Rows of calls that have ended, by descending total time.
std::vector<ProfileEntry> summary_of(const ProfileRecorder& recorder);

std::string table_of(const ProfileRecorder& recorder);

}  // namespace chainerx::internal
