// Functions written in Python with a backward of their own: a node of the graph that calls back into Python.
#include "chainerx/function.h"

#include <memory>

#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "gil.h"
#include "type_caster.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

// A Python object that may be let go of on any thread.
std::shared_ptr<PyObject> keep(const py::object& object) {
    Py_INCREF(object.ptr());
    return {object.ptr(), [](PyObject* kept) { with_gil([kept] { Py_DECREF(kept); }); }};
}

CustomGradient call_python(const py::object& backward) {
    return [backward = keep(backward)](const std::vector<Array>& gradients,
                                       const std::vector<bool>& wanted) {
        const py::gil_scoped_acquire gil;
        return to_optional_arrays(py::handle(backward.get())(gradients, wanted));
    };
}

}  // namespace

void add_functions(PyObject* module) {
    py::reinterpret_borrow<py::module_>(module).def(
        "_connect_function",
        [](std::string name,
           const py::list& inputs,
           const py::list& outputs,
           const py::object& backward) {
            return connect_function(std::move(name),
                                    to_optional_arrays(inputs),
                                    outputs.cast<std::vector<Array>>(),
                                    call_python(backward));
        },
        py::arg("name"),
        py::arg("inputs"),
        py::arg("outputs"),
        py::arg("backward"));
}

}  // namespace chainerx::python
