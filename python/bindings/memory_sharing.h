// Rules for memory that ChainerX and somebody else use at the same time.
#pragma once

#include "chainerx/array.h"

namespace chainerx::python {

// Arrays that are part of a graph are shown read-only: a write unseen by the graph would make gradients wrong.
inline bool is_export_readonly(const Array& array) {
    return array.is_connected_to_any() || (array.body()->tensor.flags & CHX_T_READONLY) != 0;
}

}  // namespace chainerx::python
