// BackpropId and the differentiation functions at the border.
#pragma once

#include <vector>

#include "chainerx/gradient.h"
#include "python_ref.h"

namespace chainerx::python {

// The default graph for nullptr and None.
BackpropId to_backprop_id(PyObject* object);
// One or several.
std::vector<BackpropId> to_backprop_ids(PyObject* object);
bool is_any_graph(PyObject* object);

// BackpropId, AnyGraph, modes, scopes and gradient checks.
void add_gradient(PyObject* module);

}  // namespace chainerx::python
