// chainerx.from_dlpack: arrays of other libraries, without a copy.
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device.h"
#include "dlpack.h"
#include "hand_written.h"
#include "op_arguments.h"

namespace chainerx::python {
namespace {

using dlpack::ManagedTensorVersioned;

// The capsule is marked as consumed first: from then on the core sees to the deleter, whatever happens.
template <typename Managed>
Managed* take_out(PyObject* capsule, const char* name, const char* used_name) {
    auto* managed = static_cast<Managed*>(PyCapsule_GetPointer(capsule, name));
    if (managed == nullptr) throw PythonError{};
    check(PyCapsule_SetName(capsule, used_name));
    return managed;
}

Array from_capsule(PyObject* capsule, DlpackCopy copy) {
    if (PyCapsule_IsValid(capsule, "dltensor_versioned")) {
        auto* tensor = take_out<DLManagedTensorVersioned>(
            capsule, "dltensor_versioned", "used_dltensor_versioned");
        const auto* managed = reinterpret_cast<const ManagedTensorVersioned*>(tensor);
        if (managed->major == dlpack::kMajorVersion) return from_dlpack(tensor, copy);
        // The producer should not have handed it out.
        return or_buffer_error([&] { return from_dlpack(tensor, copy); });
    }
    if (PyCapsule_IsValid(capsule, "dltensor"))
        return from_dlpack(take_out<DLManagedTensor>(capsule, "dltensor", "used_dltensor"), copy);
    throw ValueError(
        "from_dlpack: the capsule holds no DLPack tensor, or one that was already consumed; "
        "expected a fresh one");
}

// Where the producer's array is; host memory if it does not say.
dlpack::Device device_of(PyObject* producer) {
    dlpack::Device device{dlpack::kCpu, 0};
    const Ref where = Ref::adopt(PyObject_CallMethod(producer, "__dlpack_device__", nullptr));
    if (!where) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) throw PythonError{};
        PyErr_Clear();
        return device;
    }
    const Ref numbers = Ref::take(PySequence_Tuple(where.get()));
    if (PyArg_ParseTuple(numbers.get(), "ii", &device.device_type, &device.device_id) == 0)
        throw PythonError{};
    return device;
}

// The stream that will work on the producer's array; nullptr for the default one, and for devices without streams.
void* consuming_stream(const dlpack::Device& device) {
    if (device.device_type == dlpack::kCpu) return nullptr;
    try {
        return internal::current_native_stream(internal::device_of_dlpack(device));
    } catch (const DeviceError&) {  // not open: the tensor will be refused
        return nullptr;
    }
}

// The keywords that say what the consumer wants. A copy, a device and a stream only if there is need: not all producers know
// them.
Ref make_request(std::optional<bool> copy, Device* device, PyObject* producer) {
    Ref request = Ref::take(
        Py_BuildValue("{s:(II)}", "max_version", dlpack::kMajorVersion, dlpack::kMinorVersion));
    if (copy) check(PyDict_SetItemString(request.get(), "copy", *copy ? Py_True : Py_False));
    const dlpack::Device there = device_of(producer);
    const bool is_for_host =
        device != nullptr && internal::dlpack_device(*device).device_type == dlpack::kCpu;
    if (is_for_host && there.device_type != dlpack::kCpu) {
        const Ref host = Ref::take(Py_BuildValue("(ii)", dlpack::kCpu, 0));
        check(PyDict_SetItemString(request.get(), "dl_device", host.get()));
    } else if (void* stream = consuming_stream(there)) {
        const Ref number = Ref::take(PyLong_FromVoidPtr(stream));
        check(PyDict_SetItemString(request.get(), "stream", number.get()));
    }
    return request;
}

// Not by the producer's exchange API for C code: PyTorch's hands out tensors that require gradients, and the memory of lazily
// conjugated or negated ones as if it were their elements.
Ref ask_for_capsule(PyObject* producer, std::optional<bool> copy, Device* device) {
    if (PyCapsule_CheckExact(producer)) return Ref::borrow(producer);
    const Ref method = Ref::adopt(PyObject_GetAttrString(producer, "__dlpack__"));
    if (!method) {
        PyErr_Clear();
        throw_python(PyExc_TypeError,
                     "from_dlpack: %.200R (%s) has no __dlpack__; expected an array of a library "
                     "that supports DLPack",
                     producer,
                     Py_TYPE(producer)->tp_name);
    }
    const Ref none = Ref::take(PyTuple_New(0));
    const Ref request = make_request(copy, device, producer);
    Ref capsule = Ref::adopt(PyObject_Call(method.get(), none.get(), request.get()));
    // A library that does not know version 1 yet: what it hands out is copied here.
    if (!capsule && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        capsule = Ref::adopt(PyObject_Call(method.get(), none.get(), nullptr));
    }
    if (!capsule) throw PythonError{};
    return capsule;
}

// Our own arrays stay on their device, whether DLPack has a name for it or not.
Array from_own(const Array& array, Device* device, std::optional<bool> copy) {
    if (array.is_connected_to_any()) {
        throw_python(
            PyExc_BufferError,
            "from_dlpack: the array is part of a graph; expected one outside of every graph; "
            "use as_grad_stopped()");
    }
    if (device != nullptr && device != &array.device()) return array;
    return copy == true ? array.copy() : array.view();
}

Array from_other(PyObject* producer, Device* device, std::optional<bool> copy) {
    const Ref capsule = ask_for_capsule(producer, copy, device);
    const DlpackCopy rule = to_dlpack_copy(copy);
    if (device == nullptr) return from_capsule(capsule.get(), rule);
    const DeviceScope scope(*device);  // host memory goes where it is wanted
    return from_capsule(capsule.get(), rule);
}

}  // namespace

PyObject* call_from_dlpack(PyObject* self,
                           PyObject* const* args,
                           Py_ssize_t n,
                           PyObject* keywords) noexcept {
    static constexpr Signature signature{"from_dlpack", 3, 1, 1, -1, {"x", "device", "copy"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) {
        const std::optional<bool> copy = a.optional_boolean(2);
        Device* device = a.device(1);
        const Array array = is_ndarray(a.object(0)) ? from_own(array_of(a.object(0)), device, copy)
                                                    : from_other(a.object(0), device, copy);
        if (device == nullptr || device == &array.device()) return wrap(array);
        if (copy == false) {
            throw ValueError("from_dlpack: the array is on " + array.device().name() +
                             " and was asked for on " + device->name() +
                             " without a copy; allow the copy");
        }
        return wrap(array.to_device(*device));
    });
}

}  // namespace chainerx::python
