// Why two shapes can't be broadcast together, in words.
#pragma once

#include <string>

#include "chainerx/shape.h"

namespace chainerx::internal {

// For shapes that differ in an axis where neither has extent 1.
std::string broadcast_error(const char* op, DimsView a, DimsView b);

}  // namespace chainerx::internal
