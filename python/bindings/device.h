// chainerx.Device and chainerx.Backend: the same Python object for the same device, for good.
#pragma once

#include "chainerx/device.h"
#include "python_ref.h"

namespace chainerx::python {

// A new reference to the device's only Python object.
PyObject* device_object(Device& device);

// From a chainerx.Device or a name; throws otherwise.
Device& to_device(PyObject* specifier);
// nullptr for None.
inline Device* to_optional_device(PyObject* specifier) {
    return specifier == Py_None ? nullptr : &to_device(specifier);
}

// Whether the host may address memory of this device.
bool is_host_accessible(Device& device);

void add_devices(PyObject* module);

}  // namespace chainerx::python
