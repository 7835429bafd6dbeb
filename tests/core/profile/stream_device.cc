// The static plugin that streamdev belongs to. Its work is done at once; what is asynchronous is only said to be.
#include "core/profile/stream_device.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <chx/chx_plugin.hpp>
#include <chx/ops/arithmetic.h>

#include "chainerx/plugin.h"

struct chx_device {
    int32_t index;
};
struct chx_stream {
    int32_t unused;
};
struct chx_event {
    int64_t time_ns;
};

namespace chainerx::testing {

namespace {

chx_device the_device{0};

void add_elements(const chx_launch& launch) {
    const auto* a = chx::data<const float>(chx::input(launch, 0));
    const auto* b = chx::data<const float>(chx::input(launch, 1));
    auto* y = chx::data<float>(chx::output(launch, 0));
    for (int64_t i = 0; i < launch.in[0]->numel; ++i) y[i] = a[i] + b[i];
    streamdev_state().clock_ns += 1000;
}

const chx::KernelList& kernels() {
    static const auto* list = [] {
        auto* made = new chx::KernelList;
        made->add(CHX_OP_ADD, CHX_OP_ADD_VERSION, "f32", 0, chx::kernel<&add_elements>);
        return made;
    }();
    return *list;
}

void device_count(chx_plugin*, int32_t* count) { *count = 1; }
void device_open(chx_plugin*, int32_t, chx_device** device) { *device = &the_device; }
void device_close(chx_device*) {}
void device_info(chx_device*, chx_device_info* info) {
    info->dl_device_type = 12;
    std::snprintf(info->name, sizeof info->name, "streamdev");
    std::snprintf(info->memory_kind, sizeof info->memory_kind, "streamdev");
    info->alignment = 64;
    info->host_accessible_kinds = 1u << CHX_MEM_DEVICE;
}
void allocate(
    chx_device*, uint64_t bytes, uint64_t align, int32_t kind, chx_stream*, chx_memref* out) {
    *out = {std::aligned_alloc(align, (bytes + align - 1) / align * align), 0, kind, 0};
}
void release(chx_device*, const chx_memref* memory, chx_stream*) { std::free(memory->base); }
void copy(chx_device*, const chx_memref* to, const chx_memref* from, uint64_t bytes, chx_stream*) {
    std::memcpy(static_cast<char*>(to->base) + to->offset,
                static_cast<const char*>(from->base) + from->offset,
                bytes);
}
void sync(chx_device*, chx_stream*) {}

void stream_create(chx_device*, uint32_t, chx_stream** stream) { *stream = new chx_stream{0}; }
void stream_destroy(chx_stream* stream) { delete stream; }
void stream_query(chx_stream*, int32_t* done) { *done = 1; }
void stream_wrap_native(chx_device*, void*, chx_stream** stream) { *stream = new chx_stream{0}; }
void stream_native(chx_stream*, void** native) { *native = nullptr; }
chx_status event_create(chx_device*, uint32_t flags, chx_event** event) {
    if ((flags & CHX_EVENT_TIMING) != 0 && !streamdev_state().has_times) return CHX_E_UNIMPLEMENTED;
    ++streamdev_state().events;
    *event = new chx_event{0};
    return CHX_OK;
}
void event_destroy(chx_event* event) {
    --streamdev_state().events;
    delete event;
}
void event_record(chx_event* event, chx_stream*) { event->time_ns = streamdev_state().clock_ns; }
void stream_wait_event(chx_stream*, chx_event*) {}
void event_query(chx_event*, int32_t* done) { *done = streamdev_state().is_held ? 0 : 1; }
void event_sync(chx_event*) {}
void event_elapsed_ns(chx_event* start, chx_event* end, uint64_t* ns) {
    *ns = static_cast<uint64_t>(end->time_ns - start->time_ns);
}

chx_status create(const chx_host_api* host,
                  const chx_option* const*,
                  uint32_t,
                  chx_plugin**,
                  chx_device_api* api) {
    chx::set_host(host);
    api->kernels = kernels().data();
    api->n_kernels = kernels().size();
    api->device_count = chx::entry<&device_count>;
    api->device_open = chx::entry<&device_open>;
    api->device_close = chx::entry<&device_close>;
    api->device_info = chx::entry<&device_info>;
    api->alloc = chx::entry<&allocate>;
    api->free = chx::entry<&release>;
    api->copy = chx::entry<&copy>;
    api->sync = chx::entry<&sync>;
    api->stream_create = chx::entry<&stream_create>;
    api->stream_destroy = chx::entry<&stream_destroy>;
    api->stream_query = chx::entry<&stream_query>;
    api->stream_wrap_native = chx::entry<&stream_wrap_native>;
    api->stream_native = chx::entry<&stream_native>;
    api->event_create = event_create;
    api->event_destroy = chx::entry<&event_destroy>;
    api->event_record = chx::entry<&event_record>;
    api->stream_wait_event = chx::entry<&stream_wait_event>;
    api->event_query = chx::entry<&event_query>;
    api->event_sync = chx::entry<&event_sync>;
    api->event_elapsed_ns = chx::entry<&event_elapsed_ns>;
    return CHX_OK;
}

const chx_plugin_desc* query(uint32_t, uint32_t) {
    static const chx_plugin_desc desc = [] {
        chx_plugin_desc made{};
        made.struct_size = sizeof made;
        made.magic = CHX_MAGIC;
        made.abi_major = CHX_ABI_MAJOR;
        made.abi_minor = CHX_ABI_MINOR;
        made.layout_hash = CHX_ABI_LAYOUT_HASH;
        made.name = "streamdev";
        made.version = "1.0";
        made.create = create;
        return made;
    }();
    return &desc;
}

}  // namespace

StreamDeviceState& streamdev_state() {
    static StreamDeviceState state;
    return state;
}

Device& streamdev() {
    static const std::string name = register_static_plugin(query);
    return get_device(name, 0);
}

}  // namespace chainerx::testing
