// Functions with a gradient of one's own, for what is not an op of the table.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/export.h"

namespace chainerx {

// Given one gradient per output (a null array where none came) and which inputs want one, returns one per input (null where
// there is none). Computes with ordinary functions, so that it can itself be differentiated.
using CustomGradient = std::function<std::vector<Array>(const std::vector<Array>& gradients,
                                                        const std::vector<bool>& wanted)>;

// Declares outputs, which must be outside of every graph, to be results of a function of inputs: in every graph that an input
// is part of and that this thread records. Null inputs stand for operands left out. Whether anything was recorded.
CHAINERX_EXPORT bool connect_function(std::string name,
                                      const std::vector<Array>& inputs,
                                      const std::vector<Array>& outputs,
                                      CustomGradient gradient);

}  // namespace chainerx
