// Lets functions that are bound through pybind11 take and return Array, DType and Device&.
#pragma once

#include <string>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "chainerx/array.h"
#include "device.h"
#include "dtype.h"
#include "ndarray.h"

namespace pybind11::detail {

template <>
struct type_caster<chainerx::Array> {
    PYBIND11_TYPE_CASTER(chainerx::Array, const_name("ndarray"));

    bool load(handle source, bool) {
        if (!source || !chainerx::python::is_ndarray(source.ptr())) return false;
        value = chainerx::python::array_of(source.ptr());
        return true;
    }
    static handle cast(const chainerx::Array& array, return_value_policy, handle) {
        return chainerx::python::wrap(array);
    }
    static handle cast(chainerx::Array&& array, return_value_policy, handle) {
        return chainerx::python::wrap(std::move(array));
    }
};

template <>
struct type_caster<chainerx::DType> {
    PYBIND11_TYPE_CASTER(chainerx::DType, const_name("numpy.dtype"));

    bool load(handle source, bool) {
        if (!source || source.is_none()) return false;
        value = chainerx::python::to_dtype(source.ptr());
        return true;
    }
    static handle cast(chainerx::DType dtype, return_value_policy, handle) {
        return chainerx::python::dtype_object(dtype);
    }
};

}  // namespace pybind11::detail

namespace chainerx::python {

// An ndarray, or None for a null array; throws TypeError for anything else.
inline Array to_optional_array(pybind11::handle object) {
    if (object.is_none()) return Array();
    if (!is_ndarray(object.ptr())) {
        throw pybind11::type_error(std::string("chainerx: a ") + Py_TYPE(object.ptr())->tp_name +
                                   " was given; expected a chainerx.ndarray");
    }
    return array_of(object.ptr());
}

inline std::vector<Array> to_optional_arrays(pybind11::handle sequence) {
    std::vector<Array> result;
    for (const pybind11::handle item : sequence) result.push_back(to_optional_array(item));
    return result;
}

}  // namespace chainerx::python
