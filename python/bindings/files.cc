// What chainerx.load, save, savez and chainerx.safetensors are made of.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "chainerx/detail/npy_size.h"
#include "chainerx/error.h"
#include "chainerx/io.h"
#include "chainerx/safetensors.h"
#include "device.h"
#include "type_caster.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

using Mode = std::optional<std::string>;
using Metadata = std::map<std::string, std::string>;

// NumPy's letters.
MapMode to_map_mode(const Mode& mode) {
    if (!mode) return MapMode::kNone;
    if (*mode == "r") return MapMode::kReadOnly;
    if (*mode == "c") return MapMode::kCopyOnWrite;
    if (*mode == "r+") return MapMode::kReadWrite;
    throw ValueError("load: mmap_mode='" + *mode + "'; expected None, 'r', 'r+' or 'c'");
}

Compression to_compression(bool is_compressed) {
    return is_compressed ? Compression::kDeflate : Compression::kNone;
}

std::string_view view_of(const py::bytes& bytes) { return bytes; }

// Runs without Python's lock.
template <typename Function>
auto unlocked(const Function& function) {
    const py::gil_scoped_release released;
    return function();
}

// A class of the core that has several arrays by name.
template <typename File>
py::class_<File> add_file_class(py::module_& m, const char* name) {
    return py::class_<File>(m, name)
        .def(py::init([](const std::string& path, const Mode& mode) {
                 const MapMode map = to_map_mode(mode);
                 return unlocked([&] { return File(path, map); });
             }),
             py::arg("path"),
             py::arg("mmap_mode"))
        .def_static(
            "from_bytes",
            [](const py::bytes& data) {
                const std::string_view view = view_of(data);
                return File::from_memory(view.data(), view.size());
            },
            py::arg("data"),
            py::keep_alive<0, 1>())
        .def("names", &File::names)
        .def("contains", &File::contains, py::arg("name"))
        .def(
            "load",
            [](const File& file, const std::string& array, const py::object& device) {
                Device* target = to_optional_device(device.ptr());
                return unlocked([&] { return file.load(array, target); });
            },
            py::arg("name"),
            py::arg("device"));
}

void add_npy(py::module_& m) {
    m.def(
        "_load_npy",
        [](const std::string& path, const Mode& mode, const py::object& device) {
            const MapMode map = to_map_mode(mode);
            Device* target = to_optional_device(device.ptr());
            return unlocked([&] { return load_npy(path, target, map); });
        },
        py::arg("path"),
        py::arg("mmap_mode"),
        py::arg("device"));
    m.def(
        "_read_npy",
        [](const py::bytes& data, const py::object& device) {
            const std::string_view view = view_of(data);
            return read_npy(view.data(), view.size(), to_optional_device(device.ptr()));
        },
        py::arg("data"),
        py::arg("device"));
    m.def(
        "_npy_size",
        [](const py::bytes& header) {
            const std::string_view view = view_of(header);
            return internal::npy_size(view.data(), view.size());
        },
        py::arg("header"));
    m.def("_save_npy",
          &save_npy,
          py::arg("path"),
          py::arg("array"),
          py::call_guard<py::gil_scoped_release>());
    m.def(
        "_write_npy",
        [](const Array& array) { return py::bytes(write_npy(array)); },
        py::arg("array"));
}

void add_npz(py::module_& m) {
    add_file_class<NpzFile>(m, "_NpzFile")
        .def(
            "read",
            [](const NpzFile& file, const std::string& name) { return py::bytes(file.read(name)); },
            py::arg("name"));
    m.def(
        "_save_npz",
        [](const std::string& path, const NamedArrays& arrays, bool is_compressed) {
            unlocked([&] { save_npz(path, arrays, to_compression(is_compressed)); });
        },
        py::arg("path"),
        py::arg("arrays"),
        py::arg("is_compressed"));
    m.def(
        "_write_npz",
        [](const NamedArrays& arrays, bool is_compressed) {
            return py::bytes(write_npz(arrays, to_compression(is_compressed)));
        },
        py::arg("arrays"),
        py::arg("is_compressed"));
}

void add_safetensors(py::module_& m) {
    add_file_class<SafetensorsFile>(m, "_SafetensorsFile")
        .def("metadata", &SafetensorsFile::metadata)
        .def("dtype_name", &SafetensorsFile::dtype_name, py::arg("name"))
        .def("shape", &SafetensorsFile::shape, py::arg("name"));
    m.def("_save_safetensors",
          &save_safetensors,
          py::arg("path"),
          py::arg("arrays"),
          py::arg("metadata"),
          py::call_guard<py::gil_scoped_release>());
    m.def(
        "_write_safetensors",
        [](const NamedArrays& arrays, const Metadata& metadata) {
            return py::bytes(write_safetensors(arrays, metadata));
        },
        py::arg("arrays"),
        py::arg("metadata"));
}

}  // namespace

void add_files(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    add_npy(m);
    add_npz(m);
    add_safetensors(m);
}

}  // namespace chainerx::python
