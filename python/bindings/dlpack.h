// What export and import by DLPack have in common: its errors in Python.
#pragma once

#include <optional>

#include "chainerx/detail/dlpack_device.h"
#include "chainerx/dlpack.h"
#include "error.h"
#include "slots.h"

namespace chainerx::python {

namespace dlpack = internal::dlpack;

// The standard wants a BufferError from a producer that can't hand an array out as asked.
template <typename Function>
auto or_buffer_error(const Function& function) {
    try {
        return function();
    } catch (const OutOfMemoryError&) {
        throw;
    } catch (const GradientError& error) {
        throw_python(PyExc_BufferError, "%s", error.what());
    } catch (const DeviceError& error) {
        throw_python(PyExc_BufferError, "%s", error.what());
    } catch (const ValueError& error) {
        throw_python(PyExc_BufferError, "%s", error.what());
    }
}

inline DlpackCopy to_dlpack_copy(std::optional<bool> copy) {
    if (!copy) return DlpackCopy::kIfNeeded;
    return *copy ? DlpackCopy::kAlways : DlpackCopy::kNever;
}

// Gives the type its __dlpack_c_exchange_api__.
void add_dlpack_exchange_api(PyObject* type);

}  // namespace chainerx::python
