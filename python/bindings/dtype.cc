// DType <-> numpy.dtype, with every numpy.dtype object looked up once.
#include "dtype.h"

#include <string>

#include "chainerx/error.h"
#include "error.h"

namespace chainerx::python {
namespace {

LazyAttribute numpy_dtype{"numpy", "dtype"};

PyObject* dtype_objects[kDTypeCount];  // numpy.dtype
PyObject* scalar_types[kDTypeCount];   // numpy.float32 and so on: dtype.type
PyObject* names[kDTypeCount];          // interned, as literals in programs are

void make_dtype_object(DType dtype) {
    const int index = static_cast<int>(dtype);
    const std::string text{dtype_name(dtype)};
    Ref name = Ref::take(PyUnicode_InternFromString(text.c_str()));
    Ref specifier;
    if (dtype == DType::kBFloat16) {
        const Ref module = Ref::adopt(PyImport_ImportModule("ml_dtypes"));
        if (!module) {
            PyErr_Clear();
            throw_python(PyExc_ImportError,
                         "dtype: NumPy has no bfloat16 of its own; expected the package ml_dtypes, "
                         "which is not installed; "
                         "run 'python -m pip install ml_dtypes'");
        }
        specifier = Ref::take(PyObject_GetAttrString(module.get(), "bfloat16"));
    } else {
        specifier = Ref::borrow(name.get());
    }
    Ref object =
        Ref::take(PyObject_CallFunctionObjArgs(numpy_dtype.get(), specifier.get(), nullptr));
    scalar_types[index] = Ref::take(PyObject_GetAttrString(object.get(), "type")).release();
    names[index] = name.release();
    dtype_objects[index] = object.release();
}

// By the name and byte order of a numpy.dtype that is not one of the cached objects.
DType from_numpy_dtype(PyObject* object) {
    const Ref is_native = Ref::take(PyObject_GetAttrString(object, "isnative"));
    const Ref name = Ref::take(PyObject_GetAttrString(object, "name"));
    const char* text = PyUnicode_AsUTF8(name.get());
    if (text == nullptr) throw PythonError{};
    if (is_native.get() != Py_True) {
        throw DtypeError(std::string("dtype: ") + text +
                         " in the other byte order; expected native byte order; convert it with "
                         "array.astype(array.dtype.newbyteorder('='))");
    }
    return dtype_from_name(text);
}

}  // namespace

PyObject* dtype_object(DType dtype) {
    const int index = static_cast<int>(dtype);
    if (dtype_objects[index] == nullptr) make_dtype_object(dtype);
    Py_INCREF(dtype_objects[index]);
    return dtype_objects[index];
}

DType to_dtype(PyObject* specifier) {
    for (int i = 0; i < kDTypeCount; ++i) {
        if (dtype_objects[i] != nullptr && (specifier == dtype_objects[i] ||
                                            specifier == scalar_types[i] || specifier == names[i]))
            return static_cast<DType>(i);
    }
    if (specifier == reinterpret_cast<PyObject*>(&PyFloat_Type)) return DType::kFloat64;
    if (specifier == reinterpret_cast<PyObject*>(&PyLong_Type)) return DType::kInt64;
    if (specifier == reinterpret_cast<PyObject*>(&PyBool_Type)) return DType::kBool;
    if (specifier == reinterpret_cast<PyObject*>(&PyComplex_Type)) return DType::kComplex128;
    if (PyUnicode_Check(specifier) && PyUnicode_CompareWithASCIIString(specifier, "bfloat16") == 0)
        return DType::kBFloat16;
    if (specifier == Py_None)
        throw DtypeError("dtype: None was given; expected a dtype such as 'float32'");
    const Ref object =
        Ref::adopt(PyObject_CallFunctionObjArgs(numpy_dtype.get(), specifier, nullptr));
    if (!object) {
        PyErr_Clear();
        const Ref text = Ref::take(PyObject_Repr(specifier));
        const char* utf8 = PyUnicode_AsUTF8(text.get());
        if (utf8 == nullptr) throw PythonError{};
        throw DtypeError(
            std::string("dtype: ") + utf8 +
            " is not a dtype; expected one such as 'float32', chainerx.int64 or float");
    }
    for (int i = 0; i < kDTypeCount; ++i) {
        if (object.get() == dtype_objects[i]) return static_cast<DType>(i);
    }
    const DType dtype = from_numpy_dtype(object.get());
    // For the next time. Others than ml_dtypes may have a bfloat16.
    if (dtype != DType::kBFloat16 && dtype_objects[static_cast<int>(dtype)] == nullptr)
        make_dtype_object(dtype);
    return dtype;
}

const char* buffer_format(DType dtype) {
    static constexpr const char* kFormats[kDTypeCount] = {
        "?", "b", "h", "i", "q", "B", "H", "I", "Q", "e", nullptr, "f", "d", "Zf", "Zd"};
    return kFormats[static_cast<int>(dtype)];
}

}  // namespace chainerx::python
