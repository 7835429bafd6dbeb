// The parts of the module that pybind11 serves, each added by a file of its own.
#pragma once

#include "python_ref.h"

namespace chainerx::python {

void add_files(PyObject* module);
void add_functions(PyObject* module);
void add_generators(PyObject* module);
void add_graph(PyObject* module);
void add_logging(PyObject* module);
void add_optimizers(PyObject* module);
void add_programs(PyObject* module);
void add_plugin_ops(PyObject* module);
void add_plugins(PyObject* module);
void add_profile(PyObject* module);
void add_profile_region(PyObject* module);
void add_recurrent_networks(PyObject* module);
void add_streams(PyObject* module);

}  // namespace chainerx::python
