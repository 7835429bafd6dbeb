// Puts the type chainerx.ndarray together from its parts.
#include "python_ref.h"
// Needs Python.h before it.
#include <structmember.h>

#include <cstddef>

#include "dlpack.h"
#include "function_tables.h"
#include "ndarray.h"
#include "slots.h"

namespace chainerx::python {
namespace {

LazyAttribute empty_function{"chainerx._core", "empty"};
LazyAttribute repr_function{"chainerx._printing", "array_repr"};

PyObject* construct(PyTypeObject*, PyObject* args, PyObject* keywords) noexcept {
    return PyObject_Call(empty_function.get(), args, keywords);
}

PyObject* represent(PyObject* self) noexcept {
    return PyObject_CallFunctionObjArgs(repr_function.get(), self, nullptr);
}

constexpr char kDoc[] =
    "ndarray(shape, dtype=None, device=None)\n--\n\n"
    "An n-dimensional array on a device, with undefined contents when made this way; see "
    "chainerx.array, zeros and so on.";

TypeParts& collect_parts() {
    static auto* parts = new TypeParts();  // the type points into it for the life of the process
    add_number_slots(*parts);
    add_indexing_slots(*parts);
    add_buffer_slots(*parts);
    add_attributes(*parts);
    add_gradient_attributes(*parts);
    add_array_methods(*parts);
    add_gradient_methods(*parts);
    add_dlpack_methods(*parts);
    for (const FunctionTable* table = kFunctionTables; table->functions != nullptr; ++table) {
        for (const PyMethodDef* method = table->methods; method->ml_name != nullptr; ++method)
            parts->methods.push_back(*method);
    }
    parts->attributes.push_back({});
    parts->methods.push_back({});
    static PyMemberDef members[] = {
        {"__weaklistoffset__",
         T_PYSSIZET,
         offsetof(NdarrayObject, weak_references),
         READONLY,
         nullptr},
        {},
    };
    const PyType_Slot slots[] = {
        make_slot(Py_tp_new, construct),
        make_slot(Py_tp_dealloc, deallocate_ndarray),
        make_slot(Py_tp_repr, represent),
        {Py_tp_doc, const_cast<char*>(kDoc)},
        {Py_tp_members, members},
        {Py_tp_getset, parts->attributes.data()},
        {Py_tp_methods, parts->methods.data()},
        {0, nullptr},
    };
    parts->slots.insert(parts->slots.end(), std::begin(slots), std::end(slots));
    return *parts;
}

}  // namespace

void add_ndarray(PyObject* module) {
    static PyType_Spec spec{"chainerx.ndarray",
                            sizeof(NdarrayObject),
                            0,
                            Py_TPFLAGS_DEFAULT,
                            collect_parts().slots.data()};
    Ref type = Ref::take(PyType_FromSpec(&spec));
    ndarray_type = reinterpret_cast<PyTypeObject*>(type.get());
    // NumPy's arrays and scalars leave operators with an ndarray to it.
    check(PyObject_SetAttrString(type.get(), "__array_ufunc__", Py_None));
    check(PyObject_SetAttrString(
        type.get(), "__array_priority__", Ref::take(PyFloat_FromDouble(100.0)).get()));
    add_dlpack_exchange_api(type.get());
    check(PyObject_SetAttrString(module, "ndarray", type.get()));
    type.release();
}

}  // namespace chainerx::python
