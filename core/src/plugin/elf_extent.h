// Guards against libraries that were cut off: mapping one would kill the process with SIGBUS
// instead of failing.
#pragma once

#include <filesystem>

namespace chainerx::internal {

// Throws PluginError if the file is an ELF library whose segments reach beyond its end. Every other
// defect is left to the loader, which describes it in its own words.
void refuse_truncated_elf(const std::filesystem::path& library);

}  // namespace chainerx::internal
