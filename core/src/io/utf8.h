// Whether bytes are text in UTF-8.
#pragma once

#include <string_view>

namespace chainerx::internal {

// No overlong forms, surrogates or numbers beyond Unicode. (RFC 3629.)
bool is_utf8(std::string_view text);
bool is_ascii(std::string_view text);

}  // namespace chainerx::internal
