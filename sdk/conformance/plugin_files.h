// Finds the files of a plugin: from a path to its library or manifest, or from its name.
#pragma once

#include <string>
#include <vector>

#include "case.h"

namespace conformance {

// Fills library, manifest, libraries and reference of the settings. Throws std::runtime_error that says what was
// looked for.
void find_plugin(const std::string& path_or_name, Settings& settings);

// The file of that name beside the library if it exists, else "".
std::string file_beside_library(const Settings& settings, const std::string& suffix);

}  // namespace conformance
