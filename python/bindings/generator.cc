// chainerx.random.Generator: its state. The functions that draw from it are added in Python.
#include "generator.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "error.h"

namespace py = pybind11;

namespace chainerx::python {

random::Generator* to_optional_generator(PyObject* object) {
    if (object == nullptr || object == Py_None) return nullptr;
    const py::handle handle(object);
    if (!py::isinstance<random::Generator>(handle)) {
        throw_python(PyExc_TypeError,
                     "chainerx: generator is %.200R (%s); expected a chainerx.random.Generator",
                     object,
                     Py_TYPE(object)->tp_name);
    }
    return handle.cast<random::Generator*>();
}

void add_generators(PyObject* module) {
    using random::Generator;
    auto m = py::reinterpret_borrow<py::module_>(module);
    py::class_<Generator>(m, "_Generator")
        .def(py::init<>())
        .def(py::init<uint64_t>(), py::arg("seed"))
        .def("_get",
             [](const Generator& self) {
                 const Generator::State state = self.state();
                 return py::make_tuple(state.key, state.counter, state.n_spawned);
             })
        .def("_set",
             [](Generator& self, uint64_t key, uint64_t counter, uint64_t n_spawned) {
                 self.set_state({key, counter, n_spawned});
             })
        .def("_spawn", &Generator::spawn)
        .def("_jumped", &Generator::jumped);
    m.def("_default_generator", [] { return random::default_generator(); });
}

}  // namespace chainerx::python
