// The dynamic part of a 64-bit little-endian ELF library, read from its bytes without loading it.
// Self-contained: the file is never trusted.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace conformance {

// The file is no library that could be read.
class ElfError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct ElfSymbol {
    std::string name;
    std::string version;  // "GLIBC_2.34"; empty: none
    std::string library;  // the file that an undefined symbol's version belongs to; empty: none
    bool is_defined = false;
    bool is_weak = false;
    bool is_unique = false;  // STB_GNU_UNIQUE
};

struct ElfFile {
    std::vector<std::string> needed;
    std::vector<std::string> search_paths;  // of RPATH and RUNPATH
    std::string soname;
    bool has_static_tls = false;
    bool has_text_relocations = false;
    // Symbols that others see or provide: not local, not hidden.
    std::vector<ElfSymbol> symbols;
};

// Throws ElfError for everything that is no well-formed library.
ElfFile read_elf(const std::string& path);

}  // namespace conformance
