// Plugins, the doctor, and what the fallback ladder did.
#include "chainerx/plugin.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "chainerx/error.h"
#include "chainerx/fallback.h"
#include "chainerx/kernel_preference.h"
#include "chainerx/random.h"
#include "chainerx/replay.h"
#include "device.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

const char* step_name(FallbackStep step) {
    return step == FallbackStep::kAdapted      ? "adapted"
           : step == FallbackStep::kDecomposed ? "decomposed"
                                               : "host";
}

py::list stats_list() {
    py::list result;
    for (const FallbackCount& entry : fallback_stats()) {
        py::dict row;
        row["op"] = entry.op;
        row["device"] = entry.device;
        row["dtype"] = entry.dtype;
        row["step"] = step_name(entry.step);
        row["count"] = entry.count;
        result.append(row);
    }
    return result;
}

const char* rung_name(ServiceRung rung) {
    return rung == ServiceRung::kKernel          ? "kernel"
           : rung == ServiceRung::kDecomposition ? "decomposition"
           : rung == ServiceRung::kHost          ? "host"
                                                 : "none";
}

py::list services_list(py::handle specifier) {
    Device* device = to_optional_device(specifier.ptr());
    py::list result;
    for (const OpService& service :
         op_services(device != nullptr ? *device : get_default_device())) {
        py::dict row;
        row["op"] = service.op;
        row["dtype"] = service.dtype;
        row["rung"] = rung_name(service.rung);
        row["by"] = py::cast(service.by);
        result.append(row);
    }
    return result;
}

py::dict report_dict(const PluginReport& report) {
    py::dict row;
    row["name"] = report.name;
    row["state"] = plugin_state_name(report.state);
    row["reason"] = report.reason;
    row["origin"] = report.origin;
    row["manifest"] = report.manifest;
    row["library"] = report.library;
    row["version"] = report.version;
    row["vendor"] = report.vendor;
    row["build_info"] = report.build_info;
    row["abi"] = report.abi;
    row["kernels_for"] = report.kernels_for;
    row["description"] = report.description;
    row["devices"] = report.devices;
    row["missing"] = report.missing;
    return row;
}

py::list plugin_reports(bool load) {
    py::list result;
    for (const PluginReport& report :
         doctor_report(load ? DoctorDepth::kLoadAll : DoctorDepth::kManifests).plugins) {
        result.append(report_dict(report));
    }
    return result;
}

}  // namespace

void add_plugins(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    m.def("_load_plugin", &load_plugin);
    m.def("_add_plugin_directory", &add_plugin_directory);
    m.def("_plugin_names", &plugin_names);
    m.def("_plugin_reports", plugin_reports);
    m.def("_doctor_text", [](bool load) {
        return doctor_text(load ? DoctorDepth::kLoadAll : DoctorDepth::kManifests);
    });
    m.def("_prefer", &prefer);
    m.def("_forget_preference", &forget_preference);
    m.def("_replay_recording",
          [](const std::string& path,
             const std::string& device,
             const std::string& plugin,
             int64_t only,
             double rtol,
             double atol) {
              const ReplayReport report =
                  replay_recording(path, {device, plugin, only, rtol, atol});
              return py::make_tuple(report.text, report.differing);
          });
    m.def("_forget_plugin_probes", &forget_plugin_probes);
    m.def("fallback_stats",
          stats_list,
          "What did not go straight to a kernel since the start or the last reset: dicts with op, "
          "device, dtype, step ('adapted', "
          "'decomposed' or 'host') and count.");
    m.def("op_services",
          services_list,
          py::arg("device") = py::none(),
          "Where each op runs on a device (default: the current one): dicts with op, dtype, rung "
          "('kernel', 'decomposition', 'host' or 'none') and by: the plugins whose kernels are "
          "tried, "
          "best first, or the ops it is made of. Nothing is computed to find out.");
    m.def("reset_fallback_stats",
          &reset_fallback_stats,
          "Sets all counts of fallback_stats() to zero.");
    m.def(
        "get_fallback_mode",
        [] { return to_string(fallback_policy()); },
        "The fallback mode as set_fallback_mode() takes it.");
    m.def(
        "set_fallback_mode",
        [](const std::string& mode) { set_fallback_policy(parse_fallback_policy(mode)); },
        py::arg("mode"),
        "What a step down the ladder does: 'auto' only counts it, 'warn' also logs it, 'error' "
        "raises FallbackError. That holds for steps to the host; ':decomposed' or ':adapted' "
        "behind it (as in 'error:adapted') makes it hold from that step on.");
    m.def("_seed", &random::seed);
}

}  // namespace chainerx::python
