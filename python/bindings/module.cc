// The extension module chainerx._core.
#include <cstring>

#include <pybind11/pybind11.h>

#include "bindings.h"
#include "chainerx/ops/linear_algebra.h"
#include "chainerx/ops/sorting.h"
#include "device.h"
#include "error.h"
#include "function_tables.h"
#include "gil.h"
#include "gradient.h"
#include "hand_written.h"
#include "ndarray.h"
#include "op_arguments.h"
#include "type_caster.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

// A function that knows its module by the name under which users see it.
void add_function(PyObject* module, PyObject* module_name, const PyMethodDef* definition) {
    const Ref function =
        Ref::take(PyCFunction_NewEx(const_cast<PyMethodDef*>(definition), module, module_name));
    check(PyObject_SetAttrString(module, definition->ml_name, function.get()));
}

void add_generated_functions(PyObject* module) {
    const Ref name = Ref::take(PyUnicode_InternFromString("chainerx"));
    for (const FunctionTable* table = kFunctionTables; table->functions != nullptr; ++table) {
        Ref target = Ref::borrow(module);
        Ref target_name = Ref::borrow(name.get());
        if (*table->module != '\0') {
            const std::string full_name = std::string("chainerx.") + table->module;
            const std::string attribute = std::string("_") + table->module;
            target_name = Ref::take(PyUnicode_InternFromString(full_name.c_str()));
            target = Ref::adopt(PyObject_GetAttrString(module, attribute.c_str()));
            if (!target) {
                PyErr_Clear();
                target = Ref::take(PyModule_New(full_name.c_str()));
                check(PyObject_SetAttrString(module, attribute.c_str(), target.get()));
            }
        }
        for (const PyMethodDef* function = table->functions; function->ml_name != nullptr;
             ++function) {
            add_function(target.get(), target_name.get(), function);
        }
    }
}

void add_hand_written_functions(PyObject* module) {
    static const PyMethodDef functions[] = {
        method_def("take",
                   call_take,
                   "take(a, indices, axis=None, mode=None)\n--\n\n"
                   "Slices of a along axis at indices (an array, sequence or integer); of the "
                   "flattened array if axis is None. mode: "
                   "'raise' (the default), 'wrap' or 'clip'."),
        method_def("split",
                   call_split,
                   "split(ary, indices_or_sections, axis=0)\n--\n\n"
                   "Views of consecutive parts along axis: that many equal ones, or cut before "
                   "each of the indices."),
        method_def("backward",
                   call_backward,
                   "backward(outputs, backprop_id=None, enable_double_backprop=False, "
                   "loss_scale=None)\n--\n\n"
                   "Adds the gradients of the outputs' sum to grad of every array that asked for "
                   "one by require_grad()."),
        method_def("grad",
                   call_grad,
                   "grad(outputs, inputs, backprop_id=None, enable_double_backprop=False, "
                   "set_grad=False, retain_grad=False, "
                   "grad_outputs=None, loss_scale=None, retain_graph=False)\n--\n\n"
                   "Gradients of the outputs with respect to the inputs, a list; None where no "
                   "output depends on the input."),
        method_def("from_dlpack",
                   call_from_dlpack,
                   "from_dlpack(x, /, *, device=None, copy=None)\n--\n\n"
                   "An array on the memory of another library's array, by DLPack; copied to "
                   "another device if one is asked for."),
        method_def("_from_numpy", call_from_numpy, nullptr),
        method_def("_copy_to_host", call_copy_to_host, nullptr),
    };
    const Ref name = Ref::take(PyUnicode_InternFromString("chainerx"));
    for (const PyMethodDef& function : functions) add_function(module, name.get(), &function);
}

void fill_module(PyObject* module) {
    add_errors(module);
    add_devices(module);
    add_streams(module);
    add_ndarray(module);
    add_generated_functions(module);
    add_hand_written_functions(module);
    add_gradient(module);
    add_functions(module);
    add_generators(module);
    add_graph(module);
    add_recurrent_networks(module);
    add_optimizers(module);
    add_programs(module);
    add_plugin_ops(module);
    add_plugins(module);
    add_profile(module);
    add_logging(module);
    add_files(module);
    install_host_language_hooks();
}

}  // namespace
}  // namespace chainerx::python

PYBIND11_MODULE(_core, m, py::multiple_interpreters::not_supported()) {
    try {
        chainerx::python::fill_module(m.ptr());
    } catch (const chainerx::python::PythonError&) {
        throw py::error_already_set();
    }
    m.def(
        "_tensordot",
        [](const chainerx::Array& x1,
           const chainerx::Array& x2,
           const std::vector<int64_t>& axes1,
           const std::vector<int64_t>& axes2) {
            return chainerx::tensordot_axes(
                x1,
                x2,
                chainerx::DimsView(axes1.data(), static_cast<int>(axes1.size())),
                chainerx::DimsView(axes2.data(), static_cast<int>(axes2.size())));
        },
        py::arg("x1"),
        py::arg("x2"),
        py::arg("axes1"),
        py::arg("axes2"));
    m.def(
        "_broadcast_shapes",
        [](const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
            const chainerx::Shape shape = chainerx::broadcast_shapes(
                "broadcast_shapes",
                chainerx::DimsView(a.data(), static_cast<int>(a.size())),
                chainerx::DimsView(b.data(), static_cast<int>(b.size())));
            return std::vector<int64_t>(shape.begin(), shape.end());
        },
        py::arg("a"),
        py::arg("b"));
    m.def("_unique_all", &chainerx::unique_all, py::arg("x"), py::arg("equal_nan"));
    m.def("_promote_types", &chainerx::promote_types, py::arg("type1"), py::arg("type2"));
    m.def("_dtype", [](chainerx::DType dtype) { return dtype; }, py::arg("specifier"));
    m.attr("_MAX_NDIM") = chainerx::kMaxNdim;
    m.attr("__version__") = CHAINERX_VERSION;
}
