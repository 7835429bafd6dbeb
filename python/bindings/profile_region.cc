// chainerx.profile_region: a type written by hand, so that a region costs next to nothing while no profile is on.
#include <new>
#include <optional>

#include "bindings.h"
#include "chainerx/profile.h"
#include "error.h"
#include "slots.h"

namespace chainerx::python {
namespace {

struct RegionObject {
    PyObject_HEAD PyObject* name;
    std::optional<ProfileRegion> region;
};

RegionObject& region_of(PyObject* self) { return *reinterpret_cast<RegionObject*>(self); }

PyObject* construct(PyTypeObject* type, PyObject* args, PyObject* keywords) noexcept {
    static const char* names[] = {"name", nullptr};
    PyObject* name = nullptr;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "U:profile_region", const_cast<char**>(names), &name))
        return nullptr;
    PyObject* self = type->tp_alloc(type, 0);
    if (self == nullptr) return nullptr;
    region_of(self).name = Ref::borrow(name).release();
    new (&region_of(self).region) std::optional<ProfileRegion>;
    return self;
}

void deallocate(PyObject* self) {
    PyTypeObject* type = Py_TYPE(self);
    region_of(self).region.~optional();
    Py_DECREF(region_of(self).name);
    type->tp_free(self);
    Py_DECREF(type);
}

PyObject* enter(PyObject* self, PyObject*) noexcept {
    try {
        RegionObject& object = region_of(self);
        Py_ssize_t size = 0;
        const char* text = PyUnicode_AsUTF8AndSize(object.name, &size);
        if (text == nullptr) throw PythonError{};
        object.region.emplace(std::string_view(text, static_cast<size_t>(size)));
        Py_RETURN_NONE;
    } catch (...) {
        return raise_current();
    }
}

PyObject* exit(PyObject* self, PyObject* const*, Py_ssize_t) noexcept {
    region_of(self).region.reset();
    Py_RETURN_NONE;
}

}  // namespace

void add_profile_region(PyObject* module) {
    static PyMethodDef methods[] = {
        {"__enter__", enter, METH_NOARGS, nullptr},
        {"__exit__",
         reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(exit)),
         METH_FASTCALL,
         nullptr},
        {nullptr, nullptr, 0, nullptr},
    };
    static char doc[] =
        "profile_region(name)\n--\n\n"
        "A part of the program that profiles show under this name, as a with statement. Does "
        "nothing while none is on.";
    static PyType_Slot slots[] = {
        make_slot(Py_tp_new, construct),
        make_slot(Py_tp_dealloc, deallocate),
        {Py_tp_methods, methods},
        {Py_tp_doc, doc},
        {0, nullptr},
    };
    static PyType_Spec spec{
        "chainerx.profile_region", sizeof(RegionObject), 0, Py_TPFLAGS_DEFAULT, slots};
    const Ref type = Ref::take(PyType_FromSpec(&spec));
    check(PyObject_SetAttrString(module, "profile_region", type.get()));
}

}  // namespace chainerx::python
