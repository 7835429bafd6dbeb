// chainerx.compile: a callable that records a Python function once for every kind of arguments, and replays it.

#include <cstddef>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

#include "bindings.h"
#include "borrowed_arrays.h"
#include "chainerx/program.h"
#include "error.h"
#include "ndarray.h"
#include "pattern.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

// One kind of arguments.
struct Entry {
    size_t n_positional;
    Ref keyword_names;  // a tuple, or nothing
    std::vector<Pattern> arguments;
    Program program;
    Pattern result;
    // The result is a single array, which needs no pattern.
    bool is_single = false;
    size_t n_arrays = 0;  // among the arguments
    size_t owners = 0;    // see EntryRef

    bool has_names(PyObject* names) const {
        if (names == keyword_names.get()) return true;
        if (names == nullptr || !keyword_names) return false;
        const int equal = PyObject_RichCompareBool(names, keyword_names.get(), Py_EQ);
        check(equal);
        return equal != 0;
    }

    bool matches(PyObject* const* args,
                 size_t n_positional_given,
                 PyObject* names,
                 BorrowedArrays& arrays) const {
        if (n_positional_given != n_positional || !has_names(names)) return false;
        for (size_t i = 0; i < arguments.size(); ++i) {
            if (!arguments[i].matches(args[i], arrays)) return false;
        }
        return program.accepts(arrays.data(), static_cast<int>(n_arrays));
    }
};

// One of the owners of an entry. They are counted with Python's lock held, hence without locked instructions.
class EntryRef {
public:
    explicit EntryRef(Entry* entry) : entry_{entry} { ++entry->owners; }
    EntryRef(const EntryRef& other) : EntryRef(other.entry_) {}
    EntryRef& operator=(const EntryRef&) = delete;
    ~EntryRef() {
        if (--entry_->owners == 0) delete entry_;
    }
    Entry* operator->() const { return entry_; }
    Entry& operator*() const { return *entry_; }

private:
    Entry* entry_;
};

struct CompiledFunctionObject {
    PyObject_HEAD vectorcallfunc vectorcall;
    PyObject* function;
    PyObject* dict;
    PyObject* weak_references;
    std::vector<EntryRef> entries;
    ProgramOptions options;
    size_t max_programs;
    bool has_warned;
};

PyTypeObject* compiled_function_type = nullptr;

CompiledFunctionObject* as_compiled(PyObject* self) {
    return reinterpret_cast<CompiledFunctionObject*>(self);
}

PyObject* run(const Entry& entry, const BorrowedArrays& arrays) {
    if (entry.is_single) {
        Array result;
        entry.program.run_unchecked(arrays.data(), &result);
        return wrap(std::move(result));
    }
    std::vector<Array> results(static_cast<size_t>(entry.program.result_count()));
    entry.program.run_unchecked(arrays.data(), results.data());
    return entry.result.build(results.data());
}

// The object of an array among the arguments.
PyObject* find_object(const Array& array) {
    return static_cast<PyObject*>(array.body()->foreign.load(std::memory_order_relaxed));
}

PyObject* record(CompiledFunctionObject& self,
                 PyObject* const* args,
                 size_t n_positional,
                 PyObject* names) {
    const EntryRef entry(new Entry);
    entry->n_positional = n_positional;
    entry->keyword_names = Ref::borrow(names);
    const size_t n_names = names == nullptr ? 0 : static_cast<size_t>(PyTuple_GET_SIZE(names));
    std::vector<Array> arrays;
    for (size_t i = 0; i < n_positional + n_names; ++i) {
        const std::string what = "argument " + std::to_string(i);
        entry->arguments.push_back(Pattern::of_argument(args[i], arrays, what.c_str()));
    }
    Recording recording(arrays, self.options);
    Ref result = Ref::take(PyObject_Vectorcall(self.function, args, n_positional, names));
    std::vector<Array> results;
    entry->result = Pattern::of_result(result.get(), results);
    entry->is_single = is_ndarray(result.get());
    for (size_t i = 0; i < results.size(); ++i) {
        // A parameter from outside is itself, with its gradient, not a view of its memory.
        if (!results[i].is_grad_required() || !recording.is_from_outside(results[i])) continue;
        entry->result.replace_array(i, find_object(results[i]));
        entry->is_single = false;
    }
    entry->program = recording.finish(results);
    entry->n_arrays = arrays.size();
    self.entries.push_back(entry);
    return result.release();
}

// Whether another kind of arguments may be recorded.
bool has_room(CompiledFunctionObject& self) {
    if (self.entries.size() < self.max_programs) return true;
    if (!std::exchange(self.has_warned, true)) {
        check(PyErr_WarnFormat(
            PyExc_RuntimeWarning,
            1,
            "compile: %R was called with more than %zu kinds of arguments; from now on it runs "
            "unrecorded with other ones; raise max_programs, or call it with fewer shapes and "
            "values",
            self.function,
            self.max_programs));
    }
    return false;
}

PyObject* call_compiled(PyObject* object,
                        PyObject* const* args,
                        size_t n_args,
                        PyObject* names) noexcept {
    CompiledFunctionObject& self = *as_compiled(object);
    const auto n_positional = static_cast<size_t>(PyVectorcall_NARGS(n_args));
    try {
        if (!is_recording_program()) {
            for (size_t i = 0; i < self.entries.size(); ++i) {
                const EntryRef entry = self.entries[i];  // the lock may be given up meanwhile
                BorrowedArrays arrays(entry->n_arrays);
                if (entry->matches(args, n_positional, names, arrays)) return run(*entry, arrays);
            }
            if (has_room(self)) return record(self, args, n_positional, names);
        }
        return PyObject_Vectorcall(self.function, args, n_args, names);
    } catch (...) {
        return raise_current();
    }
}

void deallocate(PyObject* self) {
    PyObject_GC_UnTrack(self);
    CompiledFunctionObject& object = *as_compiled(self);
    PyTypeObject* type = Py_TYPE(self);
    if (object.weak_references != nullptr) PyObject_ClearWeakRefs(self);
    Py_CLEAR(object.function);
    Py_CLEAR(object.dict);
    object.entries.~vector();
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
    const CompiledFunctionObject& object = *as_compiled(self);
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(object.function);
    Py_VISIT(object.dict);
    for (const EntryRef& entry : object.entries) {
        Py_VISIT(entry->keyword_names.get());
        for (const Pattern& pattern : entry->arguments) {
            if (const int stop = pattern.visit(visit, arg)) return stop;
        }
        if (const int stop = entry->result.visit(visit, arg)) return stop;
    }
    return 0;
}

int clear(PyObject* self) {
    CompiledFunctionObject& object = *as_compiled(self);
    Py_CLEAR(object.function);
    Py_CLEAR(object.dict);
    object.entries.clear();
    return 0;
}

// As a method of a class: bound to the instance like any function.
PyObject* bind(PyObject* self, PyObject* instance, PyObject*) {
    if (instance == nullptr || instance == Py_None) return Ref::borrow(self).release();
    return PyMethod_New(self, instance);
}

PyObject* get_programs(PyObject* self, void*) noexcept {
    try {
        py::list programs;
        for (const EntryRef& entry : as_compiled(self)->entries)
            programs.append(py::cast(entry->program));
        return programs.release().ptr();
    } catch (...) {
        return raise_current();
    }
}

PyObject* forget(PyObject* self, PyObject*) {
    as_compiled(self)->entries.clear();
    Py_RETURN_NONE;
}

PyMemberDef members[] = {
    {"__vectorcalloffset__",
     T_PYSSIZET,
     offsetof(CompiledFunctionObject, vectorcall),
     READONLY,
     nullptr},
    {"__dictoffset__", T_PYSSIZET, offsetof(CompiledFunctionObject, dict), READONLY, nullptr},
    {"__weaklistoffset__",
     T_PYSSIZET,
     offsetof(CompiledFunctionObject, weak_references),
     READONLY,
     nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
PyGetSetDef properties[] = {
    {"programs",
     get_programs,
     nullptr,
     "What has been recorded, one Program for every kind of arguments.",
     nullptr},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyMethodDef methods[] = {
    {"clear", forget, METH_NOARGS, "Forgets what has been recorded."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_descr_get, reinterpret_cast<void*>(bind)},
    {Py_tp_members, members},
    {Py_tp_getset, properties},
    {Py_tp_methods, methods},
    {0, nullptr},
};
PyType_Spec spec = {"chainerx._core.CompiledFunction",
                    sizeof(CompiledFunctionObject),
                    0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                        Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                    slots};

py::object make(const py::function& function, const ProgramOptions& options, size_t max_programs) {
    auto* self = PyObject_GC_New(CompiledFunctionObject, compiled_function_type);
    if (self == nullptr) throw py::error_already_set();
    self->vectorcall = call_compiled;
    self->function = Ref::borrow(function.ptr()).release();
    self->dict = nullptr;
    self->weak_references = nullptr;
    new (&self->entries) std::vector<EntryRef>;
    new (&self->options) ProgramOptions(options);
    self->max_programs = max_programs;
    self->has_warned = false;
    PyObject_GC_Track(reinterpret_cast<PyObject*>(self));
    return py::reinterpret_steal<py::object>(reinterpret_cast<PyObject*>(self));
}

}  // namespace

void add_programs(PyObject* module) {
    compiled_function_type =
        reinterpret_cast<PyTypeObject*>(Ref::take(PyType_FromSpec(&spec)).release());
    check(PyObject_SetAttrString(
        module, "CompiledFunction", reinterpret_cast<PyObject*>(compiled_function_type)));
    auto m = py::reinterpret_borrow<py::module_>(module);
    py::class_<Program>(m, "Program", "A recorded function: kernel calls in order.")
        .def("show",
             &Program::show,
             py::arg("optimized") = true,
             "One line per step; with optimized=False as recorded.")
        .def("to_dot",
             &Program::to_dot,
             py::arg("optimized") = true,
             "The steps in the language of Graphviz.")
        .def(
            "draw",
            [](const Program& program, const py::object& path, bool optimized) {
                static LazyAttribute write("chainerx.graph", "_write");
                return py::reinterpret_borrow<py::object>(write.get())(program.to_dot(optimized),
                                                                       path);
            },
            py::arg("path"),
            py::arg("optimized") = true,
            "Draws the steps into a file; its ending (.svg, .png, .pdf, .dot) says what kind. "
            "Returns the path written.")
        .def(
            "__len__", [](const Program& program) { return program.step_count(); }, "Steps.")
        .def("step_count", &Program::step_count, py::arg("optimized") = true)
        .def_property_readonly("memory_bytes",
                               &Program::memory_bytes,
                               "Memory for intermediate results, without results and gradients.")
        .def_property_readonly("compiled_step_count",
                               &Program::compiled_step_count,
                               "Steps that a device has compiled.")
        .def_property_readonly("captured_step_count",
                               &Program::captured_step_count,
                               "Steps that a device has captured by now, at the second run.")
        .def("__repr__", [](const Program& program) {
            return "<chainerx.Program of " + std::to_string(program.step_count()) + " steps>";
        });
    m.def("_compile",
          [](const py::function& function,
             bool remove_dead_code,
             bool share_common_subexpressions,
             bool fold_constants,
             bool cancel_copies,
             bool fuse_elementwise,
             int64_t fuse_from,
             bool reuse_memory,
             bool reuse_in_place,
             bool compile_on_device,
             bool capture,
             size_t max_programs) {
              return make(function,
                          {remove_dead_code,
                           share_common_subexpressions,
                           fold_constants,
                           cancel_copies,
                           fuse_elementwise,
                           fuse_from,
                           reuse_memory,
                           reuse_in_place,
                           compile_on_device,
                           capture},
                          max_programs);
          });
    m.def("is_recording_program",
          &is_recording_program,
          "Whether this thread is recording a Program, so that values can't be looked at.");
}

}  // namespace chainerx::python
