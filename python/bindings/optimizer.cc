// chainerx.optimizers: SGD, MomentumSGD, Adam.
#include "chainerx/optimizer.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "chainerx/error.h"
#include "error.h"
#include "type_caster.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

py::list state_of(const Optimizer& optimizer) {
    py::list result;
    for (size_t i = 0; i < optimizer.params().size(); ++i) {
        py::dict entry;
        entry["steps"] = optimizer.steps(i);
        const std::vector<Array>& arrays = optimizer.state(i);
        for (size_t k = 0; k < arrays.size(); ++k)
            entry[py::str(optimizer.state_names()[k])] = arrays[k];
        result.append(entry);
    }
    return result;
}

void set_state(Optimizer& optimizer, const py::list& state) {
    if (state.size() != optimizer.params().size()) {
        throw ValueError("load_state: the state of " + std::to_string(state.size()) +
                         " parameters; expected that of " +
                         std::to_string(optimizer.params().size()));
    }
    for (size_t i = 0; i < state.size(); ++i) {
        const py::dict entry = state[i];
        std::vector<Array> arrays;
        for (const std::string& name : optimizer.state_names())
            arrays.push_back(to_optional_array(entry[py::str(name)]));
        optimizer.set_state(i, arrays, entry["steps"].cast<int64_t>());
    }
}

// Parameters one by one, in sequences, or as the values of a dict.
void add_params(Optimizer& optimizer, const py::args& params) {
    const auto add = [&optimizer](py::handle param) {
        if (!is_ndarray(param.ptr())) {
            throw py::type_error(std::string("add_params: a ") + Py_TYPE(param.ptr())->tp_name +
                                 " was given; expected a chainerx.ndarray with require_grad()");
        }
        optimizer.add_param(array_of(param.ptr()));
    };
    for (const py::handle param : params) {
        if (is_ndarray(param.ptr())) {
            add(param);
            continue;
        }
        if (py::isinstance<py::float_>(param) || py::isinstance<py::int_>(param)) {
            throw py::type_error(
                "optimizer: positional arguments are parameters; pass hyper-parameters by name, as "
                "in SGD(w, b, lr=0.1)");
        }
        const py::object items = py::isinstance<py::dict>(param)
                                     ? py::reinterpret_borrow<py::dict>(param).attr("values")()
                                     : py::reinterpret_borrow<py::object>(param);
        for (const py::handle item : items) add(item);
    }
}

// The optimizer of a Python object, whose type is T or a Python class made from it.
template <typename T>
T& optimizer_of(PyObject* self) {
    auto* instance = reinterpret_cast<py::detail::instance*>(self);
    if (!instance->simple_layout) return py::handle(self).cast<T&>();
    void* optimizer = instance->simple_value_holder[0];
    if (optimizer == nullptr) {
        throw_python(
            PyExc_TypeError, "%s.__init__() must be called before this", Py_TYPE(self)->tp_name);
    }
    return *static_cast<T*>(optimizer);
}

template <typename T, void (Optimizer::*method)()>
PyObject* call_method(PyObject* self, PyObject*) noexcept {
    return guarded([&]() -> PyObject* {
        (optimizer_of<T>(self).*method)();
        Py_RETURN_NONE;
    });
}

// The methods that every step of training calls, without what pybind11 does at each call. T: no base of another class here.
template <typename T>
void add_step_methods(const py::class_<T, Optimizer>& type) {
    static PyMethodDef methods[] = {
        {"update",
         call_method<T, &Optimizer::update>,
         METH_NOARGS,
         "update($self, /)\n--\n\nTakes a step with the gradients as they are."},
        {"zero_grad",
         call_method<T, &Optimizer::zero_grad>,
         METH_NOARGS,
         "zero_grad($self, /)\n--\n\nForgets the gradients of all parameters."},
    };
    for (PyMethodDef& method : methods) {
        auto* python_type = reinterpret_cast<PyTypeObject*>(type.ptr());
        const Ref descriptor = Ref::take(PyDescr_NewMethod(python_type, &method));
        check(PyObject_SetAttrString(type.ptr(), method.ml_name, descriptor.get()));
    }
}

}  // namespace

void add_optimizers(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    py::class_<Optimizer>(
        m, "Optimizer", "Updates all of its parameters, arrays with require_grad(), in one call.")
        .def("add_params", add_params, "Adds arrays, sequences of arrays, or dicts of arrays.")
        .def_property_readonly("params",
                               [](const Optimizer& optimizer) { return optimizer.params(); })
        .def("update", &Optimizer::update, "Takes a step with the gradients as they are.")
        .def("zero_grad", &Optimizer::zero_grad, "Forgets the gradients of all parameters.")
        .def("state", state_of, "What is kept from step to step, one dict per parameter.")
        .def("load_state", set_state, py::arg("state"), "Takes over what state() gave.");
    py::class_<SGD, Optimizer> sgd(m, "SGD", "p -= lr * g");
    sgd.def(py::init([](const py::args& params, double lr) {
                auto optimizer = std::make_unique<SGD>(lr);
                add_params(*optimizer, params);
                return optimizer;
            }),
            py::arg("lr") = 0.01)
        .def_readwrite("lr", &SGD::lr);
    add_step_methods(sgd);
    py::class_<MomentumSGD, Optimizer> momentum_sgd(
        m, "MomentumSGD", "v = momentum * v - lr * g; p += v");
    momentum_sgd
        .def(py::init([](const py::args& params, double lr, double momentum) {
                 auto optimizer = std::make_unique<MomentumSGD>(lr, momentum);
                 add_params(*optimizer, params);
                 return optimizer;
             }),
             py::arg("lr") = 0.01,
             py::arg("momentum") = 0.9)
        .def_readwrite("lr", &MomentumSGD::lr)
        .def_readwrite("momentum", &MomentumSGD::momentum);
    add_step_methods(momentum_sgd);
    py::class_<Adam, Optimizer> adam(
        m, "Adam", "Kingma and Ba (2015); with decoupled weight decay unless that is 0.");
    adam.def(py::init([](const py::args& params,
                         double lr,
                         double beta1,
                         double beta2,
                         double eps,
                         double weight_decay) {
                 auto optimizer = std::make_unique<Adam>(lr, beta1, beta2, eps, weight_decay);
                 add_params(*optimizer, params);
                 return optimizer;
             }),
             py::arg("lr") = 1e-3,
             py::arg("beta1") = 0.9,
             py::arg("beta2") = 0.999,
             py::arg("eps") = 1e-8,
             py::arg("weight_decay") = 0.0)
        .def_readwrite("lr", &Adam::lr)
        .def_readwrite("beta1", &Adam::beta1)
        .def_readwrite("beta2", &Adam::beta2)
        .def_readwrite("eps", &Adam::eps)
        .def_readwrite("weight_decay", &Adam::weight_decay);
    add_step_methods(adam);
}

}  // namespace chainerx::python
