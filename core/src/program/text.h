// Programs for people: as lines of text and as a drawing.
#pragma once

#include <string>

#include "program/ir.h"

namespace chainerx::internal {

// "add(float32 (2, 3), float32 ())".
std::string text_of(const ProgramIr& ir, const Step& step);
std::string text_of(const ProgramIr& ir);
std::string dot_of(const ProgramIr& ir);

}  // namespace chainerx::internal
