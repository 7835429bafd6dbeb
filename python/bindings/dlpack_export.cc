// ndarray.__dlpack__ and __dlpack_device__: arrays handed to other libraries without a copy.
#include <algorithm>
#include <memory>

#include "chainerx/error.h"
#include "dlpack.h"
#include "memory_sharing.h"
#include "op_arguments.h"
#include "slots.h"

namespace chainerx::python {
namespace {

using dlpack::ManagedTensor;
using dlpack::ManagedTensorVersioned;

// Keeps the array alive as long as the consumer needs it. May be deleted on any thread, with or without Python's lock.
template <typename Managed>
struct Export {
    Managed managed{};
    Array array;
    int64_t shape[kMaxNdim], strides[kMaxNdim];
};

// Devices whose memory is addressed by plain pointers; for the others the offset stays apart.
bool has_pointers(int32_t device_type) {
    static constexpr int32_t kTypes[] = {
        1,
        2,
        3,
        10,
        11,
        13,
        14,
        16};  // CPU, CUDA, ROCm, their host and managed kinds, oneAPI, MAIA
    return std::find(std::begin(kTypes), std::end(kTypes), device_type) != std::end(kTypes);
}

dlpack::Device dlpack_device(const Array& array) {
    const chx_dldevice& device = array.body()->tensor.device;
    return {device.device_type, device.device_type == dlpack::kCpu ? 0 : device.device_id};
}

template <typename Managed>
Managed* make_export(const Array& array) {
    auto owner = std::make_unique<Export<Managed>>();
    owner->array = array;
    std::copy(array.shape().begin(), array.shape().end(), owner->shape);
    std::copy(array.strides().begin(), array.strides().end(), owner->strides);
    dlpack::Tensor& tensor = owner->managed.tensor;
    const chx_dtype code = to_chx_dtype(array.dtype());
    tensor = {array.raw_data(),
              dlpack_device(array),
              array.ndim(),
              {code.code, code.bits, code.lanes},
              owner->shape,
              owner->strides,
              static_cast<uint64_t>(array.byte_offset())};
    if (has_pointers(tensor.device.device_type) && tensor.data != nullptr) {
        tensor.data = static_cast<char*>(tensor.data) + tensor.byte_offset;
        tensor.byte_offset = 0;
    }
    owner->managed.deleter = [](Managed* managed) {
        delete static_cast<Export<Managed>*>(managed->context);
    };
    owner->managed.context = owner.get();
    return &owner.release()->managed;
}

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
    const dlpack::Device here = dlpack_device(array);
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

PyObject* dlpack_method(PyObject* self,
                        PyObject* const* args,
                        Py_ssize_t n,
                        PyObject* keywords) noexcept {
    static Signature signature{
        "__dlpack__", 5, 1, 1, -1, {"self", "stream", "max_version", "dl_device", "copy"}};
    return call(signature, self, args, n, keywords, [](const Arguments& a) -> PyObject* {
        const Array& original = a.array(0);
        if (original.is_connected_to_any()) {
            throw_python(PyExc_BufferError,
                         "__dlpack__: the array is part of a graph, which other libraries would "
                         "not see; expected one outside of every "
                         "graph; use as_grad_stopped()");
        }
        const std::optional<bool> copy = a.optional_boolean(4);
        Array array = on_requested_device(a, original, copy);
        const bool is_moved = !array.is_same(original);
        if (copy == true && !is_moved) array = array.copy();
        const bool is_copied = is_moved || copy == true;
        if (!is_copied) internal::mark_shared(array);
        internal::check_readable(array);
        if (a.is_none(1) || a.integer(1) != -1) array.device().synchronize();
        const bool is_readonly = (array.body()->tensor.flags & CHX_T_READONLY) != 0;
        if (!a.is_none(2) && a.ints(2).size() > 0 && a.ints(2)[0] >= 1) {
            auto* managed = make_export<ManagedTensorVersioned>(array);
            managed->major = dlpack::kMajorVersion;
            managed->minor = dlpack::kMinorVersion;
            managed->flags =
                (is_readonly ? dlpack::kFlagReadOnly : 0) | (is_copied ? dlpack::kFlagIsCopied : 0);
            return make_capsule(managed, "dltensor_versioned");
        }
        if (is_readonly) {
            throw_python(PyExc_BufferError,
                         "__dlpack__: the array is read-only, which DLPack before version 1 can't "
                         "tell; pass max_version=(1, 0) or copy=True");
        }
        return make_capsule(make_export<ManagedTensor>(array), "dltensor");
    });
}

PyObject* dlpack_device_method(PyObject* self, PyObject*) noexcept {
    const dlpack::Device device = dlpack_device(array_of(self));
    return Py_BuildValue("(ii)", device.device_type, device.device_id);
}

}  // namespace

void add_dlpack_methods(TypeParts& parts) {
    parts.methods.push_back(method_def(
        "__dlpack__",
        dlpack_method,
        "__dlpack__($self, /, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\n"
        "A DLPack capsule of the array's memory."));
    parts.methods.push_back(
        {"__dlpack_device__",
         dlpack_device_method,
         METH_NOARGS,
         "__dlpack_device__($self, /)\n--\n\nDLPack's device type and number."});
}

}  // namespace chainerx::python
