// acme_npu: a whole device in C++: memory, copies and a few kernels. Every other op runs too, by decomposition or on the
// host. Replace operator new and memcpy by your driver's calls, then add kernels one by one to add_kernels().
#include <cstdio>
#include <cstring>
#include <functional>
#include <new>

#include <chx/chx_plugin.hpp>
#include <chx/ops/arithmetic.h>

struct chx_device {
    int32_t index;
};

struct chx_plugin {
    chx_device device{0};
    chx::KernelList kernels;
};

namespace {

// Tier 0: eight functions make a device. What they throw becomes a status with its text.

void device_count(chx_plugin*, int32_t* count) { *count = 1; }  // 0 if the driver finds none

void device_open(chx_plugin* plugin, int32_t index, chx_device** device) {
    if (index != 0) throw chx::Error(CHX_E_INVALID, "acme_npu: no such device; there is only index 0");
    *device = &plugin->device;
}

void device_close(chx_device*) {}

void device_info(chx_device* device, chx_device_info* info) {
    info->dl_device_type = 12;  // kDLExtDev: no code of its own in DLPack
    std::snprintf(info->name, sizeof info->name, "Acme NPU %d", device->index);
    std::snprintf(info->memory_kind, sizeof info->memory_kind, "acme_npu");
    info->alignment = 64;
}

constexpr std::align_val_t kPage{4096};

void allocate(chx_device*, uint64_t bytes, uint64_t align, int32_t kind, chx_stream*, chx_memref* memory) {
    if (kind != CHX_MEM_DEVICE) throw chx::Error(CHX_E_INVALID, "acme_npu: no such kind of memory; there is 0");
    if (align > 4096) throw chx::Error(CHX_E_INVALID, "acme_npu: alignment above 4096 bytes");
    if (bytes > PTRDIFF_MAX) throw chx::Error(CHX_E_OOM, "acme_npu: more bytes than there can be");
    memory->base = ::operator new(bytes, kPage);
    memory->offset = 0;
    memory->kind = kind;
}

void release(chx_device*, const chx_memref* memory, chx_stream*) { ::operator delete(memory->base, kPage); }

void copy(chx_device*, const chx_memref* to, const chx_memref* from, uint64_t bytes, chx_stream*) {
    std::memcpy(static_cast<char*>(to->base) + to->offset, static_cast<const char*>(from->base) + from->offset, bytes);
}

void sync(chx_device*, chx_stream*) {}

// A kernel for one dtype; the entry below picks. Without CHX_K_STRIDED_* all operands arrive contiguous and of the
// result's shape.
template <class T, class Operation>
void binary(const chx_launch& launch) {
    const T *a = chx::data<T>(chx::input(launch, 0)), *b = chx::data<T>(chx::input(launch, 1));
    T* result = chx::data<T>(chx::output(launch, 0));
    chx::parallel_for(chx::output(launch, 0).numel, 16384, [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t i = begin; i < end; ++i) result[i] = Operation()(a[i], b[i]);
    });
}

template <class Operation>
void add_binary(chx::KernelList& kernels, const char* op, uint32_t version) {
    const uint64_t caps = CHX_K_INPLACE_OK | CHX_K_DETERMINISTIC;
    kernels.add(op, version, "f32", caps, chx::kernel<&binary<float, Operation>>);
    kernels.add(op, version, "f64", caps, chx::kernel<&binary<double, Operation>>);
}

void add_kernels(chx::KernelList& kernels) {
    add_binary<std::plus<>>(kernels, CHX_OP_ADD, CHX_OP_ADD_VERSION);
    add_binary<std::minus<>>(kernels, CHX_OP_SUBTRACT, CHX_OP_SUBTRACT_VERSION);
    add_binary<std::multiplies<>>(kernels, CHX_OP_MULTIPLY, CHX_OP_MULTIPLY_VERSION);
}

chx_status create(const chx_host_api* host, const chx_option* const*, uint32_t, chx_plugin** plugin,
                  chx_device_api* api) noexcept {
    chx::set_host(host);
    return chx::guard([&] {
        *plugin = new chx_plugin;
        add_kernels((*plugin)->kernels);
        api->kernels = (*plugin)->kernels.data();
        api->n_kernels = (*plugin)->kernels.size();
        api->device_count = chx::entry<&device_count>;
        api->device_open = chx::entry<&device_open>;
        api->device_close = chx::entry<&device_close>;
        api->device_info = chx::entry<&device_info>;
        api->alloc = chx::entry<&allocate>;
        api->free = chx::entry<&release>;
        api->copy = chx::entry<&copy>;
        api->sync = chx::entry<&sync>;
    });
}

chx_status destroy(chx_plugin* plugin) noexcept {
    delete plugin;
    return CHX_OK;
}

constexpr chx_plugin_desc describe() {
    chx_plugin_desc description{};
    description.struct_size = sizeof(chx_plugin_desc);
    description.magic = CHX_MAGIC;
    description.abi_major = CHX_ABI_MAJOR;
    description.abi_minor = CHX_ABI_MINOR;
    description.abi_minor_required = 1;  // nothing newer than ABI 0.1 is used
    description.layout_hash = CHX_ABI_LAYOUT_HASH;
    description.name = "acme_npu";
    description.version = "0.1.0";
    description.vendor = "Acme";
    description.build_info = "C++";
    description.create = create;
    description.destroy = destroy;
    return description;
}
constexpr chx_plugin_desc description = describe();

}  // namespace

CHX_PLUGIN_QUERY(acme_npu) {
    (void)host_minor;
    return host_major == CHX_ABI_MAJOR ? &description : nullptr;
}
