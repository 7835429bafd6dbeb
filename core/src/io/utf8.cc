// Checks UTF-8 byte by byte.
#include "io/utf8.h"

#include <algorithm>
#include <cstdint>

namespace chainerx::internal {

namespace {

// Bytes that follow the first one, and the least number that needs them; -1 for a byte that is no first one.
int following(unsigned char first, uint32_t& value, uint32_t& least) {
    struct Form {
        unsigned char mask, bits;
        uint32_t least;
    };
    static constexpr Form kForms[] = {
        {0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (int n = 0; n < 4; ++n) {
        if ((first & kForms[n].mask) != kForms[n].bits) continue;
        value = first & static_cast<unsigned char>(~kForms[n].mask);
        least = kForms[n].least;
        return n;
    }
    return -1;
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
        uint32_t value = 0, least = 0;
        const int n = following(static_cast<unsigned char>(text[i++]), value, least);
        if (n < 0 || text.size() - i < static_cast<size_t>(n)) return false;
        for (int k = 0; k < n; ++k) {
            const auto next = static_cast<unsigned char>(text[i++]);
            if ((next & 0xc0) != 0x80) return false;
            value = value << 6 | (next & 0x3f);
        }
        if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return false;
    }
    return true;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

}  // namespace chainerx::internal
