// The members of a zip archive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/byte_source.h"

namespace chainerx::internal {

struct ZipMember {
    std::string name;
    uint16_t method = 0;
    bool is_encrypted = false;
    uint32_t crc = 0;
    uint64_t compressed = 0, size = 0;
    uint64_t header = 0, data = 0;  // where they start
};

// Checks the directory and all headers at once: members lie within the archive and do not overlap, and their names differ.
class ZipReader {
public:
    explicit ZipReader(SourcePointer archive);

    const std::vector<ZipMember>& members() const { return members_; }
    // The member's bytes: a part of the archive if they are stored, else memory that they were inflated to. Checked against
    // their CRC, unless they are mapped: then they are not read yet.
    SourcePointer open(const ZipMember& member) const;

private:
    SourcePointer archive_;
    std::vector<ZipMember> members_;
};

}  // namespace chainerx::internal
