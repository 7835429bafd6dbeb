// Python and NumPy numbers <-> Scalar.
#include "operand.h"

#include <complex>
#include <cstring>

#include "error.h"

namespace chainerx::python {
namespace {

LazyAttribute numpy_generic{"numpy", "generic"};
LazyAttribute numpy_bool{"numpy", "bool_"};
LazyAttribute numpy_integer{"numpy", "integer"};
LazyAttribute numpy_floating{"numpy", "floating"};
LazyAttribute numpy_complex{"numpy", "complexfloating"};

bool is_a(PyObject* object, LazyAttribute& type) {
    return PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject*>(type.get()));
}

Scalar from_float(PyObject* object) {
    const double value = PyFloat_AsDouble(object);
    if (value == -1.0 && PyErr_Occurred()) throw PythonError{};
    return Scalar(value);
}

Scalar from_complex(PyObject* object) {
    const Py_complex value = PyComplex_AsCComplex(object);
    if (value.real == -1.0 && PyErr_Occurred()) throw PythonError{};
    return Scalar(std::complex<double>(value.real, value.imag));
}

bool from_numpy_scalar(PyObject* object, Scalar* scalar) {
    if (is_a(object, numpy_integer)) {
        *scalar = scalar_from_int(Ref::take(PyNumber_Index(object)).get());
    } else if (is_a(object, numpy_floating)) {
        *scalar = from_float(object);
    } else if (is_a(object, numpy_bool)) {
        *scalar = Scalar(PyObject_IsTrue(object) == 1);
    } else if (is_a(object, numpy_complex)) {
        *scalar = from_complex(object);
    } else if (std::strstr(Py_TYPE(object)->tp_name, "float") !=
               nullptr) {  // ml_dtypes.bfloat16 and the like
        *scalar = from_float(object);
    } else {
        return false;
    }
    return true;
}

}  // namespace

Scalar scalar_from_int(PyObject* integer) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(integer, &overflow);
    if (overflow == 0) {
        if (value == -1 && PyErr_Occurred()) throw PythonError{};
        return Scalar(static_cast<int64_t>(value));
    }
    if (overflow > 0) {
        const unsigned long long wide = PyLong_AsUnsignedLongLong(integer);
        if (!PyErr_Occurred()) return Scalar(static_cast<uint64_t>(wide));
        PyErr_Clear();
    }
    throw_python(PyExc_OverflowError,
                 "chainerx: the integer %R does not fit in 64 bits; use float(value)",
                 integer);
}

bool as_uncommon_scalar(PyObject* object, Scalar* scalar) {
    if (PyBool_Check(object)) {
        *scalar = Scalar(object == Py_True);
    } else if (PyFloat_Check(object)) {
        *scalar = from_float(object);
    } else if (PyLong_Check(object)) {
        *scalar = scalar_from_int(object);
    } else if (PyComplex_Check(object)) {
        *scalar = from_complex(object);
    } else {
        return is_a(object, numpy_generic) && from_numpy_scalar(object, scalar);
    }
    return true;
}

Operand number_operand(PyObject* object) {
    Scalar scalar;
    return as_scalar(object, &scalar) ? Operand(scalar) : Operand();
}

PyObject* scalar_object(const Scalar& scalar) {
    switch (scalar.kind()) {
        case DTypeKind::kBool:
            return PyBool_FromLong(static_cast<bool>(scalar));
        case DTypeKind::kInt:
            return PyLong_FromLongLong(static_cast<int64_t>(scalar));
        case DTypeKind::kUInt:
            return PyLong_FromUnsignedLongLong(static_cast<uint64_t>(scalar));
        case DTypeKind::kFloat:
            return PyFloat_FromDouble(static_cast<double>(scalar));
        default: {
            const auto value = static_cast<std::complex<double>>(scalar);
            return PyComplex_FromDoubles(value.real(), value.imag());
        }
    }
}

}  // namespace chainerx::python
