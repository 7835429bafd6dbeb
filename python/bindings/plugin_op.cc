// Ops that plugins define, called by name.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "chainerx/custom_op.h"
#include "chainerx/error.h"
#include "type_caster.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

// Integers and bool, floats, sequences of integers; anything else names a dtype.
AttributeValue to_attribute(py::handle value) {
    if (py::isinstance<py::bool_>(value) || py::isinstance<py::int_>(value))
        return value.cast<int64_t>();
    if (py::isinstance<py::float_>(value)) return value.cast<double>();
    if (py::isinstance<py::tuple>(value) || py::isinstance<py::list>(value))
        return value.cast<std::vector<int64_t>>();
    return to_dtype(value.ptr());
}

std::vector<Array> call_by_name(const std::string& name,
                                const py::sequence& inputs,
                                const py::dict& values,
                                const py::object& device) {
    Attributes attributes;
    for (const auto& [key, value] : values)
        attributes.emplace_back(key.cast<std::string>(), to_attribute(value));
    return call_op(name, to_optional_arrays(inputs), attributes, to_optional_device(device.ptr()));
}

py::list descriptions() {
    py::list result;
    for (const OpDescription& op : plugin_ops()) {
        py::dict row;
        row["name"] = op.name;
        row["doc"] = op.doc;
        row["n_inputs"] = op.n_inputs;
        row["n_outputs"] = op.n_outputs;
        row["attributes"] = op.attributes;
        row["is_differentiable"] = op.is_differentiable;
        result.append(row);
    }
    return result;
}

}  // namespace

void add_plugin_ops(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    m.def("_call_op",
          call_by_name,
          py::arg("name"),
          py::arg("inputs"),
          py::arg("attributes"),
          py::arg("device"));
    m.def("_plugin_ops", descriptions);
}

}  // namespace chainerx::python
