// BackpropId, AnyGraph, recording modes, and numerical gradient checks.
#include "gradient.h"

#include <memory>
#include <optional>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "chainerx/error.h"
#include "error.h"
#include "type_caster.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

struct AnyGraph {};

// A mode in effect on this thread until close(). Python's NoBackpropMode and ForceBackpropMode hold one.
class ModeScope {
public:
    ModeScope(bool enable, std::optional<std::vector<BackpropId>> ids)
        : scope_{std::make_unique<internal::BackpropModeScope>(enable, ids ? &*ids : nullptr)} {}
    void close() { scope_.reset(); }

private:
    std::unique_ptr<internal::BackpropModeScope> scope_;
};

// A Python function from a list of arrays to a list of arrays, called with or without Python's lock held.
CheckedFunction checked_function(const py::function& function) {
    return [function](const std::vector<Array>& inputs) {
        const py::gil_scoped_acquire gil;
        const py::object result = function(inputs);
        if (is_ndarray(result.ptr())) return std::vector<Array>{result.cast<Array>()};
        return result.cast<std::vector<Array>>();
    };
}

std::string describe(const BackpropId& id) { return id.name(); }

void add_checks(py::module_& m) {
    m.def(
        "check_backward",
        [](const py::function& function,
           const std::vector<Array>& inputs,
           const std::vector<Array>& grad_outputs,
           const std::vector<Array>& eps,
           double atol,
           double rtol,
           const py::object& id) {
            check_backward(checked_function(function),
                           inputs,
                           grad_outputs,
                           eps,
                           atol,
                           rtol,
                           to_backprop_id(id.ptr()));
        },
        py::arg("func"),
        py::arg("inputs"),
        py::arg("grad_outputs"),
        py::arg("eps"),
        py::arg("atol") = 1e-5,
        py::arg("rtol") = 1e-4,
        py::arg("backprop_id") = py::none(),
        "Compares backward with central differences of step eps; raises GradientCheckError where "
        "they differ.");
    m.def(
        "check_double_backward",
        [](const py::function& function,
           const std::vector<Array>& inputs,
           const std::vector<Array>& grad_outputs,
           const std::vector<Array>& grad_grad_inputs,
           const std::vector<Array>& eps,
           double atol,
           double rtol,
           const py::object& id) {
            check_double_backward(checked_function(function),
                                  inputs,
                                  grad_outputs,
                                  grad_grad_inputs,
                                  eps,
                                  atol,
                                  rtol,
                                  to_backprop_id(id.ptr()));
        },
        py::arg("func"),
        py::arg("inputs"),
        py::arg("grad_outputs"),
        py::arg("grad_grad_inputs"),
        py::arg("eps"),
        py::arg("atol") = 1e-5,
        py::arg("rtol") = 1e-4,
        py::arg("backprop_id") = py::none(),
        "Compares the gradient of the gradient with central differences; raises GradientCheckError "
        "where they differ.");
}

}  // namespace

BackpropId to_backprop_id(PyObject* object) {
    if (object == nullptr || object == Py_None) return BackpropId{};
    if (!py::isinstance<BackpropId>(object)) {
        throw_python(PyExc_TypeError,
                     "backprop_id: %.200R (%s) was given; expected a chainerx.BackpropId or None",
                     object,
                     Py_TYPE(object)->tp_name);
    }
    return py::handle(object).cast<BackpropId>();
}

std::vector<BackpropId> to_backprop_ids(PyObject* object) {
    if (!PySequence_Check(object)) return {to_backprop_id(object)};
    std::vector<BackpropId> result;
    for (const py::handle item : py::reinterpret_borrow<py::sequence>(object))
        result.push_back(to_backprop_id(item.ptr()));
    return result;
}

bool is_any_graph(PyObject* object) { return py::isinstance<AnyGraph>(object); }

void add_gradient(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    py::class_<BackpropId>(
        m, "BackpropId", "One of several graphs that can be recorded at the same time.")
        .def_property_readonly("name", describe)
        .def_property_readonly("is_expired", &BackpropId::is_expired)
        .def("__repr__", describe)
        .def("__eq__",
             [](BackpropId a, const py::object& b) {
                 return py::isinstance<BackpropId>(b) && a == b.cast<BackpropId>();
             })
        .def("__hash__", [](BackpropId id) { return std::hash<uint64_t>()(id.ordinal()); });
    py::class_<AnyGraph>(m, "AnyGraph", "Stands for any of the graphs that an array is part of.");
    m.attr("anygraph") = AnyGraph{};
    py::class_<ModeScope>(m, "_ModeScope")
        .def(py::init<bool, std::optional<std::vector<BackpropId>>>())
        .def("close", &ModeScope::close);
    m.def("_make_backprop_id", &make_backprop_id);
    m.def("_release_backprop_id", &release_backprop_id);
    m.def("_check_valid_backprop_id", &check_valid_backprop_id);
    m.def("_backprop_ids", &Array::backprop_ids);
    m.def("_is_backprop_required",
          [](const py::object& id) { return is_backprop_required(to_backprop_id(id.ptr())); });
    add_checks(m);
}

}  // namespace chainerx::python
