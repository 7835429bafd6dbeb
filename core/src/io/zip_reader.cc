// Reads zip archives, zip64 included, that are one file without encryption; members stored or deflated.
#include "io/zip_reader.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "io/little_endian.h"
#include "io/utf8.h"
#include "io/zip_format.h"

namespace chainerx::internal {

namespace {

struct Directory {
    uint64_t entries, size, offset;
    uint64_t end;  // what comes before it is headers and data
};

std::string read_text(const ByteSource& source, uint64_t offset, uint64_t size) {
    if (offset > source.size() || size > source.size() - offset)
        malformed(source, "a header of the zip archive is not within it");
    std::string text(size, '\0');
    source.read(offset, text.data(), size);
    return text;
}

// The end record is the last thing in the archive but for a comment of up to 64 KiB.
uint64_t find_end(const ByteSource& source) {
    if (source.size() < zip::kEndSize) malformed(source, "it is no zip archive");
    const uint64_t searched = std::min<uint64_t>(source.size(), zip::kEndSize + 0xffff);
    const uint64_t start = source.size() - searched;
    const std::string tail = read_text(source, start, searched);
    for (uint64_t at = searched - zip::kEndSize;; --at) {
        if (number32(tail, at) == zip::kEnd &&
            at + zip::kEndSize + number16(tail, at + 20) == searched)
            return start + at;
        if (at == 0) break;
    }
    malformed(source, "it is no zip archive, or ends before its directory");
}

// Replaces what the end record leaves to the zip64 one, which is there if its locator is.
void read_end64(const ByteSource& source, uint64_t end, Directory& directory) {
    if (end < zip::kEnd64LocatorSize) return;
    const uint64_t locator_at = end - zip::kEnd64LocatorSize;
    const std::string locator = read_text(source, locator_at, zip::kEnd64LocatorSize);
    if (number32(locator, 0) != zip::kEnd64Locator) return;
    const uint64_t at = number(locator, 8, 8);
    if (at > locator_at || locator_at - at < zip::kEnd64Size)
        malformed(source, "its zip64 directory end is not where it is said to be");
    const std::string record = read_text(source, at, zip::kEnd64Size);
    if (number32(record, 0) != zip::kEnd64) malformed(source, "its zip64 directory end is none");
    if (number32(record, 16) != 0 || number32(record, 20) != 0 ||
        number(record, 24, 8) != number(record, 32, 8))
        malformed(source, "it is a part of a zip archive of several files");
    directory = {number(record, 32, 8), number(record, 40, 8), number(record, 48, 8), at};
}

Directory find_directory(const ByteSource& source) {
    const uint64_t end = find_end(source);
    const std::string record = read_text(source, end, zip::kEndSize);
    Directory directory{number16(record, 10), number32(record, 12), number32(record, 16), end};
    read_end64(source, end, directory);
    const bool is_64 = directory.end != end;
    if (!is_64 && (number16(record, 4) != 0 || number16(record, 6) != 0 ||
                   number16(record, 8) != number16(record, 10)))
        malformed(source, "it is a part of a zip archive of several files");
    if (directory.offset > directory.end || directory.size > directory.end - directory.offset)
        malformed(source, "the directory of the zip archive is not within it");
    if (directory.entries > directory.size / zip::kCentralSize)
        malformed(source, "the directory of the zip archive is too short for its entries");
    return directory;
}

// Sizes and the position that do not fit into their fields, from the zip64 part of the extra field.
void read_extra64(const ByteSource& source, std::string_view extra, ZipMember& member) {
    uint64_t* const wanted[] = {&member.size, &member.compressed, &member.header};
    if (std::none_of(std::begin(wanted), std::end(wanted), [](const uint64_t* field) {
            return *field == zip::kIn64;
        }))
        return;
    while (extra.size() >= 4) {
        const uint16_t id = number16(extra, 0), size = number16(extra, 2);
        extra.remove_prefix(4);
        if (size > extra.size()) break;
        std::string_view part = extra.substr(0, size);
        extra.remove_prefix(size);
        if (id != zip::kExtra64) continue;
        for (uint64_t* field : wanted) {
            if (*field != zip::kIn64) continue;
            if (part.size() < 8)
                malformed(source, fmt::format("member {} lacks its zip64 sizes", member.name));
            *field = number(part, 0, 8);
            part.remove_prefix(8);
        }
        return;
    }
}

// The entry at `at` in the directory, which is moved behind it.
ZipMember read_entry(const ByteSource& source, std::string_view directory, size_t& at) {
    const auto need = [&](uint64_t bytes) {
        if (directory.size() - at < bytes)
            malformed(source, "the directory of the zip archive ends within an entry");
    };
    need(zip::kCentralSize);
    const std::string_view header = directory.substr(at, zip::kCentralSize);
    if (number32(header, 0) != zip::kCentralHeader)
        malformed(source, "an entry of the zip archive's directory is none");
    at += zip::kCentralSize;
    const uint64_t name_size = number16(header, 28), extra_size = number16(header, 30),
                   comment_size = number16(header, 32);
    need(name_size + extra_size + comment_size);
    ZipMember member;
    member.name = directory.substr(at, name_size);
    if (!is_utf8(member.name)) malformed(source, "the name of a member is not UTF-8");
    member.method = number16(header, 10);
    member.is_encrypted = (number16(header, 8) & zip::kFlagEncrypted) != 0;
    member.crc = number32(header, 16);
    member.compressed = number32(header, 20);
    member.size = number32(header, 24);
    member.header = number32(header, 42);
    read_extra64(source, directory.substr(at + name_size, extra_size), member);
    at += name_size + extra_size + comment_size;
    return member;
}

// Where the data start is only said by the header beside them.
void find_data(const ByteSource& source, const Directory& directory, ZipMember& member) {
    const auto fail = [&](const char* why) {
        malformed(source, fmt::format("member {} {}", member.name, why));
    };
    if (member.header > directory.offset || directory.offset - member.header < zip::kLocalSize)
        fail("is not within the zip archive");
    const std::string header = read_text(source, member.header, zip::kLocalSize);
    const uint64_t name_size = number16(header, 26), extra_size = number16(header, 28);
    if (number32(header, 0) != zip::kLocalHeader || name_size != member.name.size() ||
        number16(header, 8) != member.method)
        fail("has another header beside its data than in the directory");
    member.data = member.header + zip::kLocalSize + name_size + extra_size;
    if (member.data > directory.offset || member.compressed > directory.offset - member.data)
        fail("is not within the zip archive");
    if (read_text(source, member.header + zip::kLocalSize, name_size) != member.name)
        fail("has another name beside its data than in the directory");
}

void check_overlaps(const ByteSource& source, const std::vector<ZipMember>& members) {
    std::vector<const ZipMember*> sorted;
    std::set<std::string_view> names;
    for (const ZipMember& member : members) {
        sorted.push_back(&member);
        if (!names.insert(member.name).second)
            malformed(source, fmt::format("two members are called {}", member.name));
    }
    std::sort(sorted.begin(), sorted.end(), [](const ZipMember* a, const ZipMember* b) {
        return a->header < b->header;
    });
    for (size_t i = 1; i < sorted.size(); ++i) {
        if (sorted[i]->header < sorted[i - 1]->data + sorted[i - 1]->compressed) {
            malformed(
                source,
                fmt::format("members {} and {} overlap", sorted[i - 1]->name, sorted[i]->name));
        }
    }
}

void check_crc(const ByteSource& source, const ZipMember& member, uint32_t crc) {
    if (crc != member.crc)
        malformed(source, fmt::format("member {} is damaged: its CRC differs", member.name));
}

uint32_t crc_of(const ByteSource& source) {
    std::vector<char> block(1 << 18);
    uint32_t crc = 0;
    for (uint64_t at = 0; at < source.size(); at += block.size()) {
        const uint64_t n = std::min<uint64_t>(block.size(), source.size() - at);
        source.read(at, block.data(), n);
        crc = static_cast<uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(block.data()), n));
    }
    return crc;
}

struct Inflater {
    z_stream stream{};
    Inflater() {
        constexpr int kRaw = -15;  // without zlib's own header
        if (inflateInit2(&stream, kRaw) != Z_OK) throw std::bad_alloc{};
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
};

// All of a source's bytes inflated to exactly so many; false if they are none that can be.
bool inflate_all(const ByteSource& source, char* out, uint64_t size) {
    constexpr uint64_t kMostAtOnce = 1u << 30;  // zlib counts with 32 bits
    Inflater inflater;
    z_stream& stream = inflater.stream;
    std::vector<char> block(1 << 18);
    uint64_t in = 0, written = 0;
    char beyond = 0;  // no more may come
    for (int status = Z_OK; status != Z_STREAM_END;) {
        if (stream.avail_in == 0 && in < source.size()) {
            const uint64_t n = std::min<uint64_t>(block.size(), source.size() - in);
            source.read(in, block.data(), n);
            in += n;
            stream.next_in = reinterpret_cast<Bytef*>(block.data());
            stream.avail_in = static_cast<uInt>(n);
        }
        const uint64_t room = std::min(size - written, kMostAtOnce);
        stream.next_out = reinterpret_cast<Bytef*>(room > 0 ? out + written : &beyond);
        stream.avail_out = static_cast<uInt>(room > 0 ? room : 1);
        const uInt before = stream.avail_out;
        status = inflate(&stream, Z_NO_FLUSH);
        const uInt made = before - stream.avail_out;
        if ((status != Z_OK && status != Z_STREAM_END) || (room == 0 && made > 0)) return false;
        written += made;
    }
    return written == size && in == source.size() && stream.avail_in == 0;
}

}  // namespace

ZipReader::ZipReader(SourcePointer archive) : archive_{std::move(archive)} {
    const Directory directory = find_directory(*archive_);
    const std::string text = read_text(*archive_, directory.offset, directory.size);
    size_t at = 0;
    for (uint64_t i = 0; i < directory.entries; ++i) {
        members_.push_back(read_entry(*archive_, text, at));
        find_data(*archive_, directory, members_.back());
    }
    check_overlaps(*archive_, members_);
}

SourcePointer ZipReader::open(const ZipMember& member) const {
    const std::string name = fmt::format("{}, member {},", archive_->name(), member.name);
    if (member.is_encrypted)
        malformed(*archive_, fmt::format("member {} is encrypted", member.name));
    SourcePointer stored = part_of(archive_, name, member.data, member.compressed);
    if (member.method == zip::kStored) {
        if (member.compressed != member.size)
            malformed(*archive_,
                      fmt::format("member {} is not compressed but has two sizes", member.name));
        if (stored->address() == nullptr) check_crc(*archive_, member, crc_of(*stored));
        return stored;
    }
    if (member.method != zip::kDeflated) {
        malformed(*archive_,
                  fmt::format("member {} is compressed by method {}; expected stored or deflated",
                              member.name,
                              member.method));
    }
    // Before memory is taken: no small file needs a lot of it.
    if (member.size / zip::kMostRatio > member.compressed)
        malformed(*archive_,
                  fmt::format("member {} can't be as large as it is said to be", member.name));
    auto data = std::make_unique_for_overwrite<char[]>(member.size);
    if (!inflate_all(*stored, data.get(), member.size))
        malformed(*archive_,
                  fmt::format("member {} is damaged: it can't be inflated", member.name));
    check_crc(
        *archive_,
        member,
        static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(data.get()), member.size)));
    return own_memory(*archive_, name, std::move(data), member.size);
}

}  // namespace chainerx::internal
