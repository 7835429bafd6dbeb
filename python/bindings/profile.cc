// chainerx.profile and chainerx.profile_region.
#include "chainerx/profile.h"

#include <memory>
#include <string>

#include <pybind11/pybind11.h>
#include <pybind11/stl/filesystem.h>

#include "bindings.h"
#include "chainerx/error.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

py::dict entry_dict(const ProfileEntry& entry) {
    py::dict row;
    row["kind"] = profile_kind_name(entry.kind);
    row["name"] = entry.name;
    row["device"] = entry.device;
    row["calls"] = entry.calls;
    row["kernel_calls"] = entry.kernel_calls;
    row["host_ns"] = entry.host_ns;
    row["kernel_ns"] = entry.kernel_ns;
    row["total_ns"] = entry.total_ns;
    row["bytes"] = entry.bytes;
    row["adapted"] = entry.adapted;
    row["decomposed"] = entry.decomposed;
    row["host"] = entry.on_host;
    return row;
}

// A profile that begins when it is told to.
class PythonProfile {
public:
    explicit PythonProfile(size_t max_events) : options_{max_events} {}

    void start() {
        if (profile_ != nullptr) profile_->stop();
        profile_ = std::make_unique<Profile>(options_);
    }
    void stop() { begun().stop(); }
    Profile& begun() const {
        if (profile_ != nullptr) return *profile_;
        throw ChainerxError(
            "profile: it has not begun; use it in a with statement, or call start()");
    }

private:
    ProfileOptions options_;
    std::unique_ptr<Profile> profile_;
};

py::list summary_list(const PythonProfile& profile) {
    py::list result;
    for (const ProfileEntry& entry : profile.begun().summary()) result.append(entry_dict(entry));
    return result;
}

}  // namespace

void add_profile(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    py::class_<PythonProfile>(
        m,
        "profile",
        "Where the time goes inside of a with statement, on this thread: counts, host and kernel "
        "time, bytes and fallback steps of every op, as a table and as a Chrome trace. max_events: "
        "calls and kernels that the trace has room for; later ones are only counted.")
        .def(py::init<size_t>(), py::kw_only(), py::arg("max_events") = ProfileOptions{}.max_events)
        .def("start", &PythonProfile::start, "Begins anew, as the with statement does.")
        .def("stop", &PythonProfile::stop, "Ends it, as the with statement does.")
        .def("__enter__",
             [](const py::object& self) {
                 self.cast<PythonProfile&>().start();
                 return self;
             })
        .def("__exit__", [](PythonProfile& profile, const py::args&) { profile.stop(); })
        .def(
            "table",
            [](const PythonProfile& profile) { return profile.begun().table(); },
            "The summary as aligned text, as print() shows it.")
        .def("__str__", [](const PythonProfile& profile) { return profile.begun().table(); })
        .def(
            "summary",
            summary_list,
            "Dicts by descending total_ns, one for each kind ('op', 'kernel' outside of ops, "
            "'transfer', 'backward', 'program', 'region'), name and device: calls, kernel_calls, "
            "host_ns (in "
            "the calls besides kernels and nested calls), kernel_ns, total_ns (from begin to end), "
            "bytes, and the fallback steps adapted, decomposed and host.")
        .def(
            "chrome_trace",
            [](const PythonProfile& profile, const std::filesystem::path& path) {
                profile.begun().write_chrome_trace(path.string());
            },
            py::arg("path"),
            "Writes a JSON file for chrome://tracing and ui.perfetto.dev.")
        .def_property_readonly(
            "total_time",
            [](const PythonProfile& profile) {
                return static_cast<double>(profile.begun().total_ns()) * 1e-9;
            },
            "Seconds from begin to end, or until now.");
    add_profile_region(module);
}

}  // namespace chainerx::python
