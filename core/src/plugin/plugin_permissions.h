// Whether a file may be loaded as code: nobody but root and this user may be able to replace it.
#pragma once

#include <filesystem>
#include <string>

namespace chainerx::internal {

// Looks at the file and the folder it lies in. Empty if all is well, else what is wrong and how to
// mend it.
std::string permission_problem(const std::filesystem::path& file);

}  // namespace chainerx::internal
