// Writes zip archives member by member.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chainerx/io.h"
#include "io/byte_sink.h"
#include "io/zip_format.h"

namespace chainerx::internal {

class ZipWriter {
public:
    // Numbers from `first_in_64` on, and counts of members from it on if they are smaller, go to zip64 records.
    explicit ZipWriter(ByteSink& sink, uint64_t first_in_64 = zip::kIn64)
        : sink_{sink}, first_in_64_{first_in_64} {}

    // A member whose bytes are head and then body; without compression, body starts at a multiple of 64 if head is as long as
    // one.
    void add(const std::string& name,
             std::string_view head,
             std::string_view body,
             Compression compression);
    // The directory. Nothing may be added afterwards.
    void finish();

private:
    void write(std::string_view bytes);

    ByteSink& sink_;
    uint64_t first_in_64_;
    uint64_t written_ = 0, count_ = 0;
    std::string directory_;
};

}  // namespace chainerx::internal
