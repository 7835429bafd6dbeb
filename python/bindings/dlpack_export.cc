// ndarray.__dlpack__ and __dlpack_device__: arrays handed to other libraries without a copy.
#include <string_view>

#include "chainerx/error.h"
#include "dlpack.h"
#include "op_arguments.h"
#include "slots.h"

namespace chainerx::python {
namespace {

using dlpack::ManagedTensor;
using dlpack::ManagedTensorVersioned;

// For capsules that nobody consumed.
template <typename Managed>
void destroy_capsule(PyObject* capsule) {
    const char* name = PyCapsule_GetName(capsule);
    if (name == nullptr || std::string_view(name).substr(0, 8) != "dltensor") {
        PyErr_Clear();
        return;
    }
    auto* managed = static_cast<Managed*>(PyCapsule_GetPointer(capsule, name));
    managed->deleter(managed);
}

template <typename Managed>
PyObject* make_capsule(Managed* managed, const char* name) {
    PyObject* capsule = PyCapsule_New(managed, name, destroy_capsule<Managed>);
    if (capsule == nullptr) managed->deleter(managed);
    return capsule;
}

// The array where the consumer wants it.
Array on_requested_device(const Arguments& a, const Array& array, std::optional<bool> copy) {
    if (a.is_none(3)) return array;
    const Dims wanted = a.ints(3);
    const dlpack::Device here = internal::dlpack_device(array);
    if (wanted.size() == 2 && wanted[0] == here.device_type && wanted[1] == here.device_id)
        return array;
    if (wanted.size() != 2 || wanted[0] != dlpack::kCpu || copy == false) {
        throw_python(PyExc_BufferError,
                     "__dlpack__: an array on DLPack device (%d, %d) was asked for on another "
                     "one%s; copy it with to_device()",
                     here.device_type,
                     here.device_id,
                     copy == false ? " without a copy" : "");
    }
    return array.to_device("native:0");
}

// Stream numbers that a kind of device gives no meaning to.
bool is_no_stream(int32_t device_type, int64_t stream) {
    if (device_type == dlpack::kCpu || stream < 0) return true;
    if (device_type == dlpack::kCuda || device_type == dlpack::kCudaManaged) return stream == 0;
    return device_type == dlpack::kRocm && (stream == 1 || stream == 2);
}

// Makes the consumer's stream, or the host if there is none, wait for the work on the array.
void order_work(const Arguments& a, const Array& array) {
    if (a.is_none(1)) return array.device().synchronize();
    const int64_t stream = a.integer(1);
    if (stream == -1) return;  // the consumer takes care itself
    const int32_t device_type = internal::dlpack_device(array).device_type;
    if (is_no_stream(device_type, stream)) {
        throw_python(
            PyExc_BufferError,
            "__dlpack__: stream=%lld for an array on DLPack device type %d; expected None, -1 "
            "or a stream of that kind of device",
            static_cast<long long>(stream),
            device_type);
    }
    try {
        let_stream_wait(array, reinterpret_cast<void*>(static_cast<intptr_t>(stream)));
    } catch (const NotImplementedError&) {  // a device without streams
        array.device().synchronize();
    }
}

PyObject* dlpack_method(PyObject* self,
                        PyObject* const* args,
                        Py_ssize_t n,
                        PyObject* keywords) noexcept {
    static constexpr Signature signature{
        "__dlpack__", 5, 1, 1, -1, {"self", "stream", "max_version", "dl_device", "copy"}};
    return call<signature>(self, args, n, keywords, [](const Arguments& a) -> PyObject* {
        const Array& original = a.array(0);
        const std::optional<bool> copy = a.optional_boolean(4);
        const bool is_versioned =
            !a.is_none(2) && a.ints(2).size() > 0 && a.ints(2)[0] >= dlpack::kMajorVersion;
        return or_buffer_error([&]() -> PyObject* {
            const Array array = on_requested_device(a, original, copy);
            const bool is_moved = !array.is_same(original);
            const DlpackCopy rule = is_moved ? DlpackCopy::kIfNeeded : to_dlpack_copy(copy);
            if (!is_versioned) {
                auto* managed =
                    reinterpret_cast<ManagedTensor*>(to_dlpack_unversioned(array, rule));
                Ref capsule = Ref::take(make_capsule(managed, "dltensor"));
                if (!is_moved) order_work(a, array);
                return capsule.release();
            }
            auto* managed = reinterpret_cast<ManagedTensorVersioned*>(to_dlpack(array, rule));
            if (is_moved) managed->flags |= dlpack::kFlagIsCopied;
            Ref capsule = Ref::take(make_capsule(managed, "dltensor_versioned"));
            if (!is_moved) order_work(a, array);
            return capsule.release();
        });
    });
}

PyObject* dlpack_device_method(PyObject* self, PyObject*) noexcept {
    const dlpack::Device device = internal::dlpack_device(array_of(self));
    return Py_BuildValue("(ii)", device.device_type, device.device_id);
}

}  // namespace

void add_dlpack_methods(TypeParts& parts) {
    parts.methods.push_back(method_def(
        "__dlpack__",
        dlpack_method,
        "__dlpack__($self, /, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\n"
        "A DLPack capsule of the array's memory, or of a copy: with copy=True, for dl_device=(1, "
        "0) on a "
        "device that is not the host, and where strides are negative unless copy=False. "
        "BufferError where "
        "that can't be. stream: the consumer's, which then waits for the work on the array; -1: "
        "nobody "
        "waits."));
    parts.methods.push_back(
        {"__dlpack_device__",
         dlpack_device_method,
         METH_NOARGS,
         "__dlpack_device__($self, /)\n--\n\nDLPack's device type and number."});
}

}  // namespace chainerx::python
