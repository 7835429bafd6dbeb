// chainerx.Stream: a queue of work on a device; `with stream:` sends this thread's work there.
#include <memory>
#include <vector>

#include <pybind11/pybind11.h>

#include "bindings.h"
#include "chainerx/device.h"
#include "device.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

// Of this thread, innermost last.
std::vector<std::unique_ptr<StreamScope>>& scopes() {
    static thread_local std::vector<std::unique_ptr<StreamScope>> entered;
    return entered;
}

Device& device_or_default(const py::object& device) {
    return device.is_none() ? get_default_device() : to_device(device.ptr());
}

}  // namespace

void add_streams(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    py::class_<Stream>(m,
                       "Stream",
                       "An ordered queue of work on a device. Work on several streams may overlap; "
                       "where it is on the "
                       "same arrays, it waits by itself. `with stream:` sends this thread's work "
                       "for its device there.")
        .def(py::init([](const py::object& device) {
                 return std::make_unique<Stream>(device_or_default(device));
             }),
             py::arg("device") = py::none())
        .def_static(
            "from_native",
            [](uintptr_t native, const py::object& device) {
                return Stream::from_native(device_or_default(device),
                                           reinterpret_cast<void*>(native));
            },
            py::arg("native"),
            py::arg("device") = py::none(),
            "A stream that somebody else made, in the device's own terms; it must live longer.")
        .def_property_readonly(
            "native",
            [](const Stream& stream) { return reinterpret_cast<uintptr_t>(stream.native()); },
            "The stream in the device's own terms, as a number.")
        .def_property_readonly(
            "device",
            [](const Stream& stream) {
                return py::reinterpret_steal<py::object>(device_object(stream.device()));
            })
        .def("synchronize",
             &Stream::synchronize,
             "Waits until everything enqueued here has completed; raises errors that came late.")
        .def("is_done", &Stream::is_done, "Whether everything enqueued here has completed.")
        .def("__enter__",
             [](py::object self) {
                 scopes().push_back(std::make_unique<StreamScope>(self.cast<Stream&>()));
                 return self;
             })
        .def("__exit__", [](Stream&, const py::args&) { scopes().pop_back(); });
}

}  // namespace chainerx::python
