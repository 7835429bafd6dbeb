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

struct Facts {
    uint16_t version, flags, method;
    uint32_t crc;
    uint64_t compressed, size;
};

// From the version to the sizes, the same in both headers.
void append_facts(std::string& text, const Facts& facts, uint64_t compressed, uint64_t size) {
    append(text, facts.version, 2);
    append(text, facts.flags, 2);
    append(text, facts.method, 2);
    append(text, 0, 2);  // midnight
    append(text, kFirstDay, 2);
    append(text, facts.crc, 4);
    append(text, compressed, 4);
    append(text, size, 4);
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
    std::string deflated;
    if (is_deflated) {
        Deflater deflater;
        deflater.add(head, Z_NO_FLUSH, deflated);
        deflater.add(body, Z_FINISH, deflated);
    }
    const uint64_t size = head.size() + body.size(),
                   compressed = is_deflated ? deflated.size() : size;
    const uint64_t at = written_;
    const bool is_64 = size >= first_in_64_ || compressed >= first_in_64_,
               is_far = at >= first_in_64_;
    const Facts facts{is_64 || is_far ? kVersion64 : kVersion,
                      zip::kFlagUtf8,
                      is_deflated ? zip::kDeflated : zip::kStored,
                      extended(extended(0, head), body),
                      compressed,
                      size};
    std::string sizes;
    if (is_64) {
        append(sizes, size, 8);
        append(sizes, compressed, 8);
    }
    std::string extra;
    if (is_64) {
        append(extra, zip::kExtra64, 2);
        append(extra, sizes.size(), 2);
        extra += sizes;
    }
    if (!is_deflated) extra += alignment_field(at + zip::kLocalSize + name.size() + extra.size());

    std::string header;
    append(header, zip::kLocalHeader, 4);
    append_facts(header, facts, is_64 ? zip::kIn64 : compressed, is_64 ? zip::kIn64 : size);
    append(header, name.size(), 2);
    append(header, extra.size(), 2);
    write(header + name + extra);
    if (is_deflated) {
        write(deflated);
    } else {
        write(head);
        write(body);
    }

    if (is_far) append(sizes, at, 8);
    append(directory_, zip::kCentralHeader, 4);
    append(directory_, facts.version, 2);  // made by
    append_facts(directory_, facts, is_64 ? zip::kIn64 : compressed, is_64 ? zip::kIn64 : size);
    append(directory_, name.size(), 2);
    append(directory_, sizes.empty() ? 0 : sizes.size() + 4, 2);
    append(directory_, 0, 2 + 2 + 2 + 4);  // no comment, the first disk, no attributes
    append(directory_, is_far ? zip::kIn64 : at, 4);
    directory_ += name;
    if (!sizes.empty()) {
        append(directory_, zip::kExtra64, 2);
        append(directory_, sizes.size(), 2);
        directory_ += sizes;
    }
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
