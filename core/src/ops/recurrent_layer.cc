// Extents and steps of recurrent layers.
#include "ops/recurrent_layer.h"

#include <algorithm>

namespace chainerx::internal {

LayerExtents::LayerExtents(const char* op, DimsView x, DimsView h)
    : n_steps{0}, n_sequences{0}, n_features{0}, n_units{0} {
    if (x.size() != 3 || x[0] < 1 || h.size() != 2 || h[0] != x[1]) {
        throw DimensionError(fmt::format(
            "{}: x has shape {} and h {}; expected (steps, sequences, features) with at "
            "least one step, and (sequences, units)",
            op,
            to_string(x),
            to_string(h)));
    }
    n_steps = x[0];
    n_sequences = x[1];
    n_features = x[2];
    n_units = h[1];
}

void check_layer_operand(const InferContext& context, int i, const char* name, DimsView expected) {
    if (context.shape(i) == expected) return;
    throw DimensionError(fmt::format("{}: {} has shape {}; expected {}",
                                     context.op().name,
                                     name,
                                     to_string(context.shape(i)),
                                     to_string(expected)));
}

Array Steps::joined(std::vector<Array> steps) const {
    if (is_reverse_) std::reverse(steps.begin(), steps.end());
    return n_ == 1 ? steps[0] : concatenate(steps, 0);
}

}  // namespace chainerx::internal
