// The recurrent networks over sequences, whose arguments are lists of lists; Python gives their results its form.
#include "chainerx/ops/recurrent.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "type_caster.h"

namespace py = pybind11;

namespace chainerx::python {

void add_recurrent_networks(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    m.def("_n_step_lstm", &n_step_lstm);
    m.def("_n_step_bilstm", &n_step_bilstm);
    m.def("_n_step_gru", &n_step_gru);
    m.def("_n_step_bigru", &n_step_bigru);
    m.def("_n_step_rnn", &n_step_rnn);
    m.def("_n_step_birnn", &n_step_birnn);
}

}  // namespace chainerx::python
