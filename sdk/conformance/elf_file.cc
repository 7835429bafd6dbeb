// Implements the reader: every offset and count is checked against the size of the file.
#include "elf_file.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

namespace conformance {
namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 30;
constexpr uint16_t kVersionMask = 0x7fff;

class Image {
public:
    explicit Image(const std::string& path) {
        std::ifstream stream(path, std::ios::binary | std::ios::ate);
        if (!stream) throw ElfError("the file can't be opened");
        const auto size = static_cast<std::size_t>(stream.tellg());
        if (size > kLargestFile) throw ElfError("the file is too large for a library");
        bytes_.resize(size);
        stream.seekg(0);
        if (!stream.read(bytes_.data(), static_cast<std::streamsize>(size)))
            throw ElfError("the file can't be read");
    }

    template <class T>
    T at(uint64_t offset) const {
        T value;
        require(offset, sizeof value);
        std::memcpy(&value, bytes_.data() + offset, sizeof value);
        return value;
    }
    std::string text_at(uint64_t offset) const {
        require(offset, 1);
        const auto first = bytes_.begin() + static_cast<std::ptrdiff_t>(offset);
        const auto end = std::find(first, bytes_.end(), '\0');
        if (end == bytes_.end()) throw ElfError("the library is malformed: a name has no end");
        return {first, end};
    }
    void require(uint64_t offset, uint64_t size) const {
        if (offset > bytes_.size() || size > bytes_.size() - offset)
            throw ElfError("the library is truncated or malformed: its headers name byte " +
                           std::to_string(offset) + ", it has " + std::to_string(bytes_.size()));
    }
    uint64_t size() const { return bytes_.size(); }

private:
    std::vector<char> bytes_;
};

class Reader {
public:
    explicit Reader(const std::string& path) : image_(path) {}

    ElfFile read() {
        read_segments();
        read_dynamic();
        read_versions();
        read_symbols();
        return std::move(file_);
    }

private:
    struct Need {
        std::string version, library;
    };

    void read_segments() {
        const auto header = image_.at<Elf64_Ehdr>(0);
        if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
            throw ElfError("the file is no ELF library");
        if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
            throw ElfError("the library is not 64-bit little-endian ELF");
        if (header.e_type != ET_DYN) throw ElfError("the file is no shared library");
        if (header.e_phentsize != sizeof(Elf64_Phdr))
            throw ElfError("the library is malformed: its program headers have another size");
        for (int i = 0; i < header.e_phnum; ++i) {
            const auto segment = image_.at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr));
            if (segment.p_type == PT_LOAD) {
                image_.require(segment.p_offset, segment.p_filesz);
                loads_.push_back(segment);
            }
            if (segment.p_type == PT_DYNAMIC) {
                image_.require(segment.p_offset, segment.p_filesz);
                dynamic_ = segment;
            }
        }
        if (dynamic_.p_type != PT_DYNAMIC) throw ElfError("the library has no dynamic section");
    }

    // Where an address that the loader would map is in the file.
    uint64_t offset_of(uint64_t address) const {
        for (const Elf64_Phdr& segment : loads_) {
            if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
                return segment.p_offset + (address - segment.p_vaddr);
        }
        throw ElfError("the library is malformed: an address of its dynamic section is not mapped");
    }

    std::string string_at(uint64_t index) const {
        if (strings_ == 0) throw ElfError("the library is malformed: it has no string table");
        return image_.text_at(strings_ + index);
    }

    void read_dynamic() {
        std::vector<Elf64_Dyn> entries;
        for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= dynamic_.p_filesz;
             at += sizeof(Elf64_Dyn)) {
            const auto entry = image_.at<Elf64_Dyn>(dynamic_.p_offset + at);
            if (entry.d_tag == DT_NULL) break;
            entries.push_back(entry);
            if (entry.d_tag == DT_STRTAB) strings_ = offset_of(entry.d_un.d_ptr);
        }
        for (const Elf64_Dyn& entry : entries) read_entry(entry);
    }

    void read_entry(const Elf64_Dyn& entry) {
        switch (entry.d_tag) {
            case DT_NEEDED:
                file_.needed.push_back(string_at(entry.d_un.d_val));
                break;
            case DT_SONAME:
                file_.soname = string_at(entry.d_un.d_val);
                break;
            case DT_RPATH:
            case DT_RUNPATH:
                add_search_paths(string_at(entry.d_un.d_val));
                break;
            case DT_TEXTREL:
                file_.has_text_relocations = true;
                break;
            case DT_FLAGS:
                file_.has_static_tls |= (entry.d_un.d_val & DF_STATIC_TLS) != 0;
                file_.has_text_relocations |= (entry.d_un.d_val & DF_TEXTREL) != 0;
                break;
            case DT_SYMTAB:
                symbols_ = offset_of(entry.d_un.d_ptr);
                break;
            case DT_HASH:
                hash_ = offset_of(entry.d_un.d_ptr);
                break;
            case DT_GNU_HASH:
                gnu_hash_ = offset_of(entry.d_un.d_ptr);
                break;
            case DT_VERSYM:
                version_indices_ = offset_of(entry.d_un.d_ptr);
                break;
            case DT_VERNEED:
                needs_ = offset_of(entry.d_un.d_ptr);
                break;
            case DT_VERNEEDNUM:
                n_needs_ = entry.d_un.d_val;
                break;
            default:
                break;
        }
    }

    void add_search_paths(const std::string& text) {
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find(':', begin), text.size());
            file_.search_paths.push_back(text.substr(begin, end - begin));
            begin = end + 1;
        }
    }

    void read_versions() {
        uint64_t at = needs_;
        for (uint64_t i = 0; i < n_needs_ && needs_ != 0; ++i) {
            const auto need = image_.at<Elf64_Verneed>(at);
            const std::string library = string_at(need.vn_file);
            uint64_t aux_at = at + need.vn_aux;
            for (int k = 0; k < need.vn_cnt; ++k) {
                const auto aux = image_.at<Elf64_Vernaux>(aux_at);
                versions_[aux.vna_other & kVersionMask] = {string_at(aux.vna_name), library};
                if (aux.vna_next == 0) break;
                aux_at += aux.vna_next;
            }
            if (need.vn_next == 0) break;
            at += need.vn_next;
        }
    }

    // The dynamic section does not say how many symbols there are; the hash tables know.
    uint64_t symbol_count() const {
        if (hash_ != 0) return image_.at<uint32_t>(hash_ + 4);
        if (gnu_hash_ == 0) return 0;
        const auto n_buckets = image_.at<uint32_t>(gnu_hash_);
        const auto first = image_.at<uint32_t>(gnu_hash_ + 4);
        const auto n_bloom = image_.at<uint32_t>(gnu_hash_ + 8);
        const uint64_t buckets = gnu_hash_ + 16 + uint64_t{n_bloom} * 8;
        const uint64_t chains = buckets + uint64_t{n_buckets} * 4;
        image_.require(buckets, uint64_t{n_buckets} * 4);
        uint32_t last = 0;
        for (uint64_t i = 0; i < n_buckets; ++i)
            last = std::max(last, image_.at<uint32_t>(buckets + i * 4));
        if (last < first) return first;
        while ((image_.at<uint32_t>(chains + uint64_t{last - first} * 4) & 1) == 0) ++last;
        return uint64_t{last} + 1;
    }

    void read_symbols() {
        if (symbols_ == 0) throw ElfError("the library is malformed: it has no symbol table");
        const uint64_t n = symbol_count();
        image_.require(symbols_, n > image_.size() ? image_.size() + 1 : n * sizeof(Elf64_Sym));
        for (uint64_t i = 1; i < n; ++i) {
            const auto symbol = image_.at<Elf64_Sym>(symbols_ + i * sizeof(Elf64_Sym));
            const int binding = ELF64_ST_BIND(symbol.st_info);
            const int visibility = ELF64_ST_VISIBILITY(symbol.st_other);
            if (binding == STB_LOCAL || visibility == STV_HIDDEN || visibility == STV_INTERNAL)
                continue;
            ElfSymbol read;
            read.name = string_at(symbol.st_name);
            read.is_defined = symbol.st_shndx != SHN_UNDEF;
            read.is_weak = binding == STB_WEAK;
            read.is_unique = binding == STB_GNU_UNIQUE;
            // The names of version definitions are absolute symbols.
            if (read.name.empty() || (symbol.st_shndx == SHN_ABS && symbol.st_size == 0)) continue;
            if (version_indices_ != 0) {
                const uint16_t index = image_.at<uint16_t>(version_indices_ + i * 2) & kVersionMask;
                const auto found = versions_.find(index);
                if (found != versions_.end() && !read.is_defined) {
                    read.version = found->second.version;
                    read.library = found->second.library;
                }
            }
            file_.symbols.push_back(std::move(read));
        }
    }

    Image image_;
    ElfFile file_;
    std::vector<Elf64_Phdr> loads_;
    Elf64_Phdr dynamic_{};
    std::map<uint16_t, Need> versions_;
    uint64_t strings_ = 0, symbols_ = 0, hash_ = 0, gnu_hash_ = 0;
    uint64_t version_indices_ = 0, needs_ = 0, n_needs_ = 0;
};

}  // namespace

ElfFile read_elf(const std::string& path) { return Reader(path).read(); }

}  // namespace conformance
