// The parts of ndarray's type; each adds its slots, attributes or methods before the type is made.
#pragma once

#include <vector>

#include "python_ref.h"

namespace chainerx::python {

struct TypeParts {
    std::vector<PyType_Slot> slots;
    std::vector<PyGetSetDef> attributes;
    std::vector<PyMethodDef> methods;
};

void add_number_slots(TypeParts& parts);
void add_indexing_slots(TypeParts& parts);
void add_buffer_slots(TypeParts& parts);
void add_attributes(TypeParts& parts);
void add_gradient_attributes(TypeParts& parts);
void add_array_methods(TypeParts& parts);
void add_gradient_methods(TypeParts& parts);
void add_dlpack_methods(TypeParts& parts);

void deallocate_ndarray(PyObject* self);

template <typename Function>
PyType_Slot make_slot(int id, Function* function) {
    return {id, reinterpret_cast<void*>(function)};
}

}  // namespace chainerx::python
