// Implements the look at the program headers of a library.
#include "plugin/elf_extent.h"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "chainerx/error.h"

namespace chainerx::internal {

void refuse_truncated_elf(const std::filesystem::path& library) {
    std::error_code error;
    const auto size = std::filesystem::file_size(library, error);
    std::ifstream stream(library, std::ios::binary);
    ElfW(Ehdr) header{};
    if (error || !stream.read(reinterpret_cast<char*>(&header), sizeof header) ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_phentsize != sizeof(ElfW(Phdr))) {
        return;
    }
    std::vector<ElfW(Phdr)> segments(header.e_phnum);
    const auto table_bytes = static_cast<std::streamsize>(segments.size() * sizeof segments[0]);
    stream.seekg(static_cast<std::streamoff>(header.e_phoff));
    if (!stream.read(reinterpret_cast<char*>(segments.data()), table_bytes)) {
        return;
    }
    for (const ElfW(Phdr) & segment : segments) {
        if (segment.p_type == PT_LOAD &&
            (segment.p_offset > size || segment.p_filesz > size - segment.p_offset)) {
            throw PluginError(
                fmt::format("the library is truncated: it has {} bytes, its headers promise {} or "
                            "more; install "
                            "it again",
                            size,
                            segment.p_offset + segment.p_filesz));
        }
    }
}

}  // namespace chainerx::internal
