// Local headers, data, and the directory at the end; zip64 where numbers need it.
#include "io/zip_writer.h"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <vector>

#include "io/little_endian.h"

namespace chainerx::internal {

namespace {

constexpr uint64_t kAlignment = 64;
constexpr uint16_t kVersion = 20, kVersion64 = 45;
constexpr uint64_t kFirstDay = 0x0021;  // 1980-01-01: the same arrays give the same file

struct Member {
    const std::string& name;
    uint16_t method;
    uint32_t crc;
    uint64_t compressed, size, at;
    bool is_64, is_far;  // sizes, and the place, are in the zip64 part of the extra field
};

// From the version to the lengths of name and extra field, the same in both headers.
void append_facts(std::string& text, const Member& member, size_t extra_size) {
    append(text, member.is_64 || member.is_far ? kVersion64 : kVersion, 2);
    append(text, zip::kFlagUtf8, 2);
    append(text, member.method, 2);
    append(text, 0, 2);  // midnight
    append(text, kFirstDay, 2);
    append(text, member.crc, 4);
    append(text, member.is_64 ? zip::kIn64 : member.compressed, 4);
    append(text, member.is_64 ? zip::kIn64 : member.size, 4);
    append(text, member.name.size(), 2);
    append(text, extra_size, 2);
}

// The zip64 part of the extra field; nothing if there is no need.
std::string extra64(const Member& member, bool has_place) {
    std::string numbers;
    if (member.is_64) {
        append(numbers, member.size, 8);
        append(numbers, member.compressed, 8);
    }
    if (has_place && member.is_far) append(numbers, member.at, 8);
    if (numbers.empty()) return numbers;
    std::string extra;
    append(extra, zip::kExtra64, 2);
    append(extra, numbers.size(), 2);
    return extra + numbers;
}

uint32_t extended(uint32_t crc, std::string_view bytes) {
    if (bytes.empty()) return crc;  // to zlib no bytes mean to begin
    return static_cast<uint32_t>(
        crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

struct Deflater {
    z_stream stream{};
    Deflater() {
        constexpr int kRaw = -15, kMemory = 8;
        if (deflateInit2(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kRaw, kMemory, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            throw std::bad_alloc{};
    }
    ~Deflater() { deflateEnd(&stream); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    void add(std::string_view bytes, int flush, std::string& out) {
        constexpr size_t kMostAtOnce = 1u << 30;  // zlib counts with 32 bits
        std::vector<char> block(1 << 18);
        do {
            const std::string_view part = bytes.substr(0, kMostAtOnce);
            bytes.remove_prefix(part.size());
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
            stream.avail_in = static_cast<uInt>(part.size());
            do {
                stream.next_out = reinterpret_cast<Bytef*>(block.data());
                stream.avail_out = static_cast<uInt>(block.size());
                deflate(&stream, bytes.empty() ? flush : Z_NO_FLUSH);
                out.append(block.data(), block.size() - stream.avail_out);
            } while (stream.avail_out == 0);
        } while (!bytes.empty());
    }
};

// A field that does nothing but move what follows it to a multiple of 64.
std::string alignment_field(uint64_t at) {
    constexpr uint64_t kLeast = 6;
    const uint64_t end = (at + kLeast + kAlignment - 1) / kAlignment * kAlignment;
    std::string field;
    append(field, zip::kExtraAlignment, 2);
    append(field, end - at - 4, 2);
    append(field, kAlignment, 2);
    field.resize(end - at, '\0');
    return field;
}

// What comes before the data; with method "stored", they start at a multiple of 64 after it.
std::string local_header(const Member& member) {
    std::string extra = extra64(member, false);
    if (member.method == zip::kStored)
        extra += alignment_field(member.at + zip::kLocalSize + member.name.size() + extra.size());
    std::string header;
    append(header, zip::kLocalHeader, 4);
    append_facts(header, member, extra.size());
    return header + member.name + extra;
}

std::string directory_entry(const Member& member) {
    const std::string extra = extra64(member, true);
    std::string entry;
    append(entry, zip::kCentralHeader, 4);
    append(entry, kVersion64, 2);  // made by
    append_facts(entry, member, extra.size());
    append(entry, 0, 2 + 2 + 2 + 4);  // no comment, the first disk, no attributes
    append(entry, member.is_far ? zip::kIn64 : member.at, 4);
    return entry + member.name + extra;
}

std::string deflated(std::string_view head, std::string_view body) {
    std::string result;
    Deflater deflater;
    deflater.add(head, Z_NO_FLUSH, result);
    deflater.add(body, Z_FINISH, result);
    return result;
}

}  // namespace

void ZipWriter::write(std::string_view bytes) {
    sink_.write(bytes);
    written_ += bytes.size();
}

void ZipWriter::add(const std::string& name,
                    std::string_view head,
                    std::string_view body,
                    Compression compression) {
    const bool is_deflated = compression == Compression::kDeflate;
    const std::string data = is_deflated ? deflated(head, body) : std::string();
    const uint64_t size = head.size() + body.size();
    const uint64_t compressed = is_deflated ? data.size() : size;
    const Member member{name,
                        is_deflated ? zip::kDeflated : zip::kStored,
                        extended(extended(0, head), body),
                        compressed,
                        size,
                        written_,
                        std::max(size, compressed) >= first_in_64_,
                        written_ >= first_in_64_};
    write(local_header(member));
    if (is_deflated) {
        write(data);
    } else {
        write(head);
        write(body);
    }
    directory_ += directory_entry(member);
    ++count_;
}

void ZipWriter::finish() {
    const uint64_t at = written_, size = directory_.size();
    write(directory_);
    const bool is_64 = at >= first_in_64_ || size >= first_in_64_ ||
                       count_ >= std::min<uint64_t>(first_in_64_, zip::kIn64Short);
    std::string end;
    if (is_64) {
        const uint64_t record = written_;
        append(end, zip::kEnd64, 4);
        append(end, zip::kEnd64Size - 12, 8);  // of what follows
        append(end, kVersion64, 2);
        append(end, kVersion64, 2);
        append(end, 0, 8);  // of the first disk, and the only one
        append(end, count_, 8);
        append(end, count_, 8);
        append(end, size, 8);
        append(end, at, 8);
        append(end, zip::kEnd64Locator, 4);
        append(end, 0, 4);
        append(end, record, 8);
        append(end, 1, 4);
    }
    append(end, zip::kEnd, 4);
    append(end, 0, 4);
    append(end, is_64 ? zip::kIn64Short : count_, 2);
    append(end, is_64 ? zip::kIn64Short : count_, 2);
    append(end, is_64 ? zip::kIn64 : size, 4);
    append(end, is_64 ? zip::kIn64 : at, 4);
    append(end, 0, 2);  // no comment
    write(end);
}

}  // namespace chainerx::internal
