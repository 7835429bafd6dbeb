// chainerx.Device and chainerx.Backend, and the functions that find them.
#include "device.h"

#include <optional>
#include <string>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "chainerx/threads.h"
#include "error.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

struct KnownDevice {
    Device* device;
    PyObject* object;
    signed char host_accessible;  // -1: not yet known
};

// Few, and looked up from the front; never shrinks, as devices live as long as the process.
std::vector<KnownDevice>& known() {
    static auto* devices = new std::vector<KnownDevice>();
    return *devices;
}

KnownDevice& know(Device& device) {
    for (KnownDevice& entry : known()) {
        if (entry.device == &device) return entry;
    }
    py::object object = py::cast(&device, py::return_value_policy::reference);
    known().push_back({&device, object.release().ptr(), -1});
    return known().back();
}

LazyAttribute discover_unless_known{"chainerx.plugins", "discover_unless_known"};

// Before the first mention of a device or backend, plugins that Python packages bring are looked for.
void discover_for(const std::string& name) {
    for (const KnownDevice& entry : known()) {
        if (entry.device->name() == name || entry.device->backend().name() == name) return;
    }
    Ref::take(PyObject_CallFunction(discover_unless_known.get(), "s", name.c_str()));
}

Device& find_device(const std::string& name) {
    for (const KnownDevice& entry : known()) {
        if (entry.device->name() == name) return *entry.device;
    }
    discover_for(name);
    return *know(get_device(name)).device;
}

py::object as_object(Device& device) {
    return py::reinterpret_steal<py::object>(device_object(device));
}

py::dict memory_dict(Device& device) {
    const Device::Memory memory = device.memory();
    py::dict result;
    result["total"] = memory.total;
    result["free"] = memory.free;
    result["used"] = memory.used;
    result["cached"] = memory.cached;
    result["peak"] = memory.peak;
    result["plugin_allocations"] = memory.plugin_allocations;
    return result;
}

py::object get_device_function(const py::object& device, std::optional<int> index) {
    if (device.is_none()) return as_object(get_default_device());
    if (index) {
        discover_for(device.cast<std::string>());
        return as_object(get_device(device.cast<std::string>(), *index));
    }
    return as_object(to_device(device.ptr()));
}

}  // namespace

PyObject* device_object(Device& device) {
    PyObject* object = know(device).object;
    Py_INCREF(object);
    return object;
}

Device& to_device(PyObject* specifier) {
    for (const KnownDevice& entry : known()) {
        if (entry.object == specifier) return *entry.device;
    }
    if (!PyUnicode_Check(specifier)) {
        throw_python(PyExc_TypeError,
                     "device: %.200R (%s) was given; expected a chainerx.Device or a name such as "
                     "'native:0'",
                     specifier,
                     Py_TYPE(specifier)->tp_name);
    }
    const char* name = PyUnicode_AsUTF8(specifier);
    if (name == nullptr) throw PythonError{};
    return find_device(name);
}

bool is_host_accessible(Device& device) {
    KnownDevice& entry = know(device);
    if (entry.host_accessible < 0)
        entry.host_accessible = empty({1}, DType::kUInt8, &device).is_host_accessible();
    return entry.host_accessible != 0;
}

void add_devices(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    py::class_<Backend, std::unique_ptr<Backend, py::nodelete>>(
        m, "Backend", "All devices of one plugin.")
        .def_property_readonly("name", &Backend::name)
        .def("get_device_count", &Backend::device_count, "Number of devices.")
        .def(
            "get_device",
            [](Backend& backend, int index) { return as_object(backend.device(index)); },
            py::arg("index") = 0)
        .def("__repr__",
             [](const Backend& backend) { return "<chainerx.Backend '" + backend.name() + "'>"; });
    py::class_<Device, std::unique_ptr<Device, py::nodelete>>(
        m, "Device", "A place that holds arrays and computes, 'backend:index'.")
        .def_property_readonly("name", &Device::name)
        .def_property_readonly("backend", &Device::backend, py::return_value_policy::reference)
        .def_property_readonly("index", &Device::index)
        .def_property_readonly(
            "description", &Device::description, "What the hardware calls itself.")
        .def_property_readonly(
            "memory", memory_dict, "Bytes: total, free, used by arrays, cached for reuse, peak.")
        .def("synchronize",
             &Device::synchronize,
             "Waits until everything enqueued on this device has completed.")
        .def("trim_memory", &Device::trim_memory, "Gives cached memory back.")
        .def("__repr__", &Device::name)
        .def("__reduce__", [](const Device& device) {
            return py::make_tuple(py::module_::import("chainerx").attr("get_device"),
                                  py::make_tuple(device.name()));
        });
    m.def(
        "get_backend",
        [](const std::string& name) -> Backend& {
            discover_for(name);
            return get_backend(name);
        },
        py::return_value_policy::reference,
        py::arg("name"),
        "The backend of that name; loads its plugin on first use.");
    m.def("get_device",
          get_device_function,
          py::arg("device") = py::none(),
          py::arg("index") = py::none(),
          "A device by name, by backend and index, or the default one.");
    m.def(
        "get_default_device",
        [] { return as_object(get_default_device()); },
        "The device of arrays that name none, of this thread.");
    m.def(
        "set_default_device",
        [](const py::object& device) {
            set_default_device(device.is_none() ? nullptr : &to_device(device.ptr()));
        },
        py::arg("device"),
        "Makes a device this thread's default; None resets it.");
    m.def("num_threads", &num_threads, "How many CPU threads are used.");
    m.def("set_num_threads",
          &set_num_threads,
          py::arg("count"),
          "Sets how many CPU threads are used.");
}

}  // namespace chainerx::python
