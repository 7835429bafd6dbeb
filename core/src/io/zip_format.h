// What readers and writers of zip archives share: signatures, sizes and limits. (PKWARE's APPNOTE.TXT.)
#pragma once

#include <cstdint>

namespace chainerx::internal::zip {

inline constexpr uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50,
                          kEnd64 = 0x06064b50, kEnd64Locator = 0x07064b50;
inline constexpr uint64_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56,
                          kEnd64LocatorSize = 20;
inline constexpr uint16_t kStored = 0, kDeflated = 8;
inline constexpr uint16_t kFlagEncrypted = 1, kFlagUtf8 = 1 << 11;
inline constexpr uint16_t kExtra64 = 1, kExtraAlignment = 0xd935;
// Fields with these values have their real ones elsewhere.
inline constexpr uint16_t kIn64Short = 0xffff;
inline constexpr uint32_t kIn64 = 0xffffffff;
// Deflate makes at most so many bytes of one.
inline constexpr uint64_t kMostRatio = 1032;

}  // namespace chainerx::internal::zip
