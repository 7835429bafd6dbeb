// Calling ops by name: those that plugins bring, and canonical ones.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chainerx/array.h"

namespace chainerx {

// An attribute by name. DTypes are given by their DType, codes and booleans as integers.
using AttributeValue = std::variant<int64_t, double, DType, std::vector<int64_t>>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

// Calls an op that a plugin defined, "acme.flash_attention"; attributes that are not given have the plugin's defaults. Recorded if
// the op has a backward op. Throws NotImplementedError for an unknown op, ValueError for an unknown attribute.
CHAINERX_EXPORT std::vector<Array> call_op(const std::string& name,
                                           const std::vector<Array>& inputs,
                                           const Attributes& attributes = {},
                                           Device* device = nullptr);

struct OpDescription {
    std::string name, doc;
    int n_inputs;  // negative: variadic, at least that many
    int n_outputs;
    std::vector<std::string> attributes;
    bool is_differentiable;
};

// Ops brought by the plugins that have been loaded so far.
CHAINERX_EXPORT std::vector<OpDescription> plugin_ops();

}  // namespace chainerx
