// SHA-256 of a file.
#pragma once

#include <filesystem>
#include <string>

namespace chainerx::internal {

// 64 hexadecimal digits; empty if the file can't be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace chainerx::internal
