// What ndarray knows about graphs: grad, require_grad(), backward() and so on, and the functions backward() and grad().
#include "chainerx/error.h"
#include "gradient.h"
#include "hand_written.h"
#include "op_arguments.h"
#include "slots.h"

namespace chainerx::python {
namespace {

PyObject* get_gradient(PyObject* self, void*) noexcept {
    try {
        return wrap(array_of(self).grad());
    } catch (...) {
        return raise_current();
    }
}

void set_gradient(const Array& array, PyObject* value, BackpropId id) {
    if (value == nullptr || value == Py_None) {
        array.clear_grad(id);
    } else if (is_ndarray(value)) {
        array.set_grad(array_of(value), id);
    } else {
        throw_python(PyExc_TypeError,
                     "grad: %.200R (%s) was given; expected a chainerx.ndarray or None",
                     value,
                     Py_TYPE(value)->tp_name);
    }
}

int set_gradient_attribute(PyObject* self, PyObject* value, void*) noexcept {
    try {
        set_gradient(array_of(self), value, BackpropId{});
        return 0;
    } catch (...) {
        return raise_current_int();
    }
}

PyObject* none() { Py_RETURN_NONE; }

PyObject* require_grad(PyObject* self,
                       PyObject* const* args,
                       Py_ssize_t n,
                       PyObject* keywords) noexcept {
    static constexpr Signature signature{"require_grad", 2, 1, 2, -1, {"self", "backprop_id"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        a.array(0).require_grad(to_backprop_id(a.object(1)));
        return Ref::borrow(a.object(0)).release();
    });
}

PyObject* is_grad_required(PyObject* self,
                           PyObject* const* args,
                           Py_ssize_t n,
                           PyObject* keywords) noexcept {
    static constexpr Signature signature{"is_grad_required", 2, 1, 2, -1, {"self", "backprop_id"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        return PyBool_FromLong(a.array(0).is_grad_required(to_backprop_id(a.object(1))));
    });
}

bool is_required_by_any(const Array& array) {
    for (const BackpropId id : array.backprop_ids()) {
        if (array.is_backprop_required(id)) return true;
    }
    return false;
}

PyObject* is_backprop_required_method(PyObject* self,
                                      PyObject* const* args,
                                      Py_ssize_t n,
                                      PyObject* keywords) noexcept {
    static constexpr Signature signature{
        "is_backprop_required", 2, 1, 2, -1, {"self", "backprop_id"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        if (a.has(1) && is_any_graph(a.object(1)))
            return PyBool_FromLong(is_required_by_any(a.array(0)));
        return PyBool_FromLong(a.array(0).is_backprop_required(to_backprop_id(a.object(1))));
    });
}

PyObject* is_chained(PyObject* self,
                     PyObject* const* args,
                     Py_ssize_t n,
                     PyObject* keywords) noexcept {
    static constexpr Signature signature{"_is_chained", 2, 1, 2, -1, {"self", "backprop_id"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        return PyBool_FromLong(a.array(0).is_connected(to_backprop_id(a.object(1))));
    });
}

PyObject* get_grad(PyObject* self,
                   PyObject* const* args,
                   Py_ssize_t n,
                   PyObject* keywords) noexcept {
    static constexpr Signature signature{"get_grad", 2, 1, 2, -1, {"self", "backprop_id"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        return wrap(a.array(0).grad(to_backprop_id(a.object(1))));
    });
}

PyObject* set_grad(PyObject* self,
                   PyObject* const* args,
                   Py_ssize_t n,
                   PyObject* keywords) noexcept {
    static constexpr Signature signature{"set_grad", 3, 2, 3, -1, {"self", "grad", "backprop_id"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        set_gradient(a.array(0), a.object(1), to_backprop_id(a.object(2)));
        return none();
    });
}

PyObject* cleargrad(PyObject* self,
                    PyObject* const* args,
                    Py_ssize_t n,
                    PyObject* keywords) noexcept {
    static constexpr Signature signature{"cleargrad", 2, 1, 2, -1, {"self", "backprop_id"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        a.array(0).clear_grad(to_backprop_id(a.object(1)));
        return none();
    });
}

BackwardOptions backward_options(const Arguments& a, int first) {
    BackwardOptions options;
    options.backprop_id = to_backprop_id(a.object(first));
    options.enable_double_backprop = a.boolean(first + 1, false);
    options.loss_scale = a.optional_number(first + 2);
    return options;
}

PyObject* backward_method(PyObject* self,
                          PyObject* const* args,
                          Py_ssize_t n,
                          PyObject* keywords) noexcept {
    static constexpr Signature signature{
        "backward", 4, 1, 4, -1, {"self", "backprop_id", "enable_double_backprop", "loss_scale"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        a.array(0).backward(backward_options(a, 1));
        return none();
    });
}

// as_grad_stopped(copy=False) and as_grad_stopped(backprop_ids, copy=False)
PyObject* as_grad_stopped(PyObject* self,
                          PyObject* const* args,
                          Py_ssize_t n,
                          PyObject* keywords) noexcept {
    static constexpr Signature signature{
        "as_grad_stopped", 3, 1, 3, -1, {"self", "backprop_ids", "copy"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        const bool is_flag = a.has(1) && PyBool_Check(a.object(1));
        const bool copy = is_flag ? a.boolean(1) : a.boolean(2, false);
        Array result = is_flag || a.is_none(1)
                           ? a.array(0).as_grad_stopped()
                           : a.array(0).as_grad_stopped(to_backprop_ids(a.object(1)));
        return wrap(copy ? result.copy() : std::move(result));
    });
}

// A list in which None is a null array.
std::vector<Array> optional_arrays(const Arguments& a, int i) {
    std::vector<Array> result;
    if (a.is_none(i)) return result;
    const Ref sequence =
        Ref::take(PySequence_Fast(a.object(i), "grad: expected a sequence of arrays or None"));
    for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(sequence.get()); ++k) {
        PyObject* item = PySequence_Fast_GET_ITEM(sequence.get(), k);
        if (item != Py_None && !is_ndarray(item))
            a.throw_wrong(i, "a sequence of chainerx.ndarray or None");
        result.push_back(item == Py_None ? Array() : array_of(item));
    }
    return result;
}

}  // namespace

PyObject* call_backward(PyObject* self,
                        PyObject* const* args,
                        Py_ssize_t n,
                        PyObject* keywords) noexcept {
    static constexpr Signature signature{
        "backward",
        4,
        1,
        4,
        -1,
        {"outputs", "backprop_id", "enable_double_backprop", "loss_scale"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        const BackwardOptions options = backward_options(a, 1);
        if (is_ndarray(a.object(0))) {
            chainerx::backward(a.array(0), options);
        } else {
            chainerx::backward(a.arrays(0), options);
        }
        return none();
    });
}

PyObject* call_grad(PyObject* self,
                    PyObject* const* args,
                    Py_ssize_t n,
                    PyObject* keywords) noexcept {
    static constexpr Signature signature{"grad",
                                         9,
                                         2,
                                         9,
                                         -1,
                                         {"outputs",
                                          "inputs",
                                          "backprop_id",
                                          "enable_double_backprop",
                                          "set_grad",
                                          "retain_grad",
                                          "grad_outputs",
                                          "loss_scale",
                                          "retain_graph"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        GradOptions options;
        options.backprop_id = to_backprop_id(a.object(2));
        options.enable_double_backprop = a.boolean(3, false);
        options.set_grad = a.boolean(4, false);
        if (a.boolean(5, false)) {
            throw NotImplementedError(
                "grad: retain_grad=True; gradients of intermediate arrays are kept only for those "
                "that had "
                "require_grad() called; call it on them");
        }
        options.retain_graph = a.boolean(8, false);
        options.grad_outputs = optional_arrays(a, 6);
        options.loss_scale = a.optional_number(7);
        return wrap_list(chainerx::grad(a.arrays(0), a.arrays(1), options));
    });
}

void add_gradient_attributes(TypeParts& parts) {
    parts.attributes.push_back(
        {"grad",
         get_gradient,
         set_gradient_attribute,
         "The gradient in the default graph: an array or None. Assigning None clears it.",
         nullptr});
}

void add_gradient_methods(TypeParts& parts) {
    const PyMethodDef methods[] = {
        method_def("require_grad",
                   require_grad,
                   "require_grad($self, /, backprop_id=None)\n--\n\nAsks for the gradient with "
                   "respect to this array. Returns the array."),
        method_def("is_grad_required",
                   is_grad_required,
                   "is_grad_required($self, /, backprop_id=None)\n--\n\nWhether require_grad() was "
                   "called."),
        method_def("is_backprop_required",
                   is_backprop_required_method,
                   "is_backprop_required($self, /, backprop_id=None)\n--\n\n"
                   "Whether the array is part of the graph and this thread records it; of any "
                   "graph if chainerx.anygraph is given."),
        method_def("get_grad",
                   get_grad,
                   "get_grad($self, /, backprop_id=None)\n--\n\nThe gradient in a graph, or None."),
        method_def(
            "set_grad",
            set_grad,
            "set_grad($self, /, grad, backprop_id=None)\n--\n\nSets the gradient; None clears it."),
        method_def("cleargrad",
                   cleargrad,
                   "cleargrad($self, /, backprop_id=None)\n--\n\nClears the gradient."),
        method_def(
            "backward",
            backward_method,
            "backward($self, /, backprop_id=None, enable_double_backprop=False, "
            "loss_scale=None)\n--\n\n"
            "Adds the gradients of this array's sum to grad of every array that asked for one."),
        method_def("as_grad_stopped",
                   as_grad_stopped,
                   "as_grad_stopped($self, /, backprop_ids=None, copy=False)\n--\n\n"
                   "The same memory (or a copy) outside of every graph, or of the given ones."),
        method_def("_is_chained",
                   is_chained,
                   "_is_chained($self, /, backprop_id=None)\n--\n\nWhether the array is part of "
                   "the graph."),
    };
    parts.methods.insert(parts.methods.end(), std::begin(methods), std::end(methods));
}

}  // namespace chainerx::python
