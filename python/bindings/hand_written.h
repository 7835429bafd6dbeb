// Functions of the module that are written by hand, for its table.
#pragma once

#include "python_ref.h"

namespace chainerx::python {

PyObject* call_take(PyObject* self,
                    PyObject* const* args,
                    Py_ssize_t n,
                    PyObject* keywords) noexcept;
PyObject* call_split(PyObject* self,
                     PyObject* const* args,
                     Py_ssize_t n,
                     PyObject* keywords) noexcept;
PyObject* call_backward(PyObject* self,
                        PyObject* const* args,
                        Py_ssize_t n,
                        PyObject* keywords) noexcept;
PyObject* call_grad(PyObject* self,
                    PyObject* const* args,
                    Py_ssize_t n,
                    PyObject* keywords) noexcept;
PyObject* call_from_dlpack(PyObject* self,
                           PyObject* const* args,
                           Py_ssize_t n,
                           PyObject* keywords) noexcept;
PyObject* call_from_numpy(PyObject* self,
                          PyObject* const* args,
                          Py_ssize_t n,
                          PyObject* keywords) noexcept;
PyObject* call_copy_to_host(PyObject* self,
                            PyObject* const* args,
                            Py_ssize_t n,
                            PyObject* keywords) noexcept;

}  // namespace chainerx::python
