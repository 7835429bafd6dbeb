// Little-endian numbers in text, as file formats have them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chainerx::internal {

// The number of so many bytes at an offset, which is within the text.
inline uint64_t number(std::string_view text, size_t offset, size_t bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; ++i)
        value |= static_cast<uint64_t>(static_cast<unsigned char>(text[offset + i])) << (8 * i);
    return value;
}
inline uint16_t number16(std::string_view text, size_t offset) {
    return static_cast<uint16_t>(number(text, offset, 2));
}
inline uint32_t number32(std::string_view text, size_t offset) {
    return static_cast<uint32_t>(number(text, offset, 4));
}

inline void append(std::string& text, uint64_t value, size_t bytes) {
    for (; bytes > 0; --bytes, value >>= 8) text += static_cast<char>(value & 0xff);
}

}  // namespace chainerx::internal
