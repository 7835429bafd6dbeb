// The services that the test host offers to a plugin, and the loading of the plugin under test.
#include "test_host.h"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace chx_test {
namespace {

std::atomic<int> workers{3};

thread_local std::string error_text;
thread_local bool in_parallel = false;
thread_local std::vector<void*> launch_scratch;
std::atomic<int64_t> live_blocks{0};
const int32_t log_level = 3;

void log(int32_t level, const char* component, const char* text) {
    if (level >= log_level) {
        std::fprintf(stderr, "[%d] %s: %s\n", level, component, text);
    }
}

chx_status set_error(chx_status code, const char* text) {
    error_text = text;
    return code;
}

void* host_alloc(uint64_t bytes, uint64_t align) {
    align = std::max<uint64_t>(align, 64);
    void* memory = std::aligned_alloc(align, (bytes + align - 1) / align * align);
    if (memory != nullptr) {
        std::memset(memory, 0xa5, bytes);
        ++live_blocks;
    }
    return memory;
}

void host_free(void* memory) {
    if (memory != nullptr) {
        --live_blocks;
        std::free(memory);
    }
}

// Splits into one range per worker, on threads made for the call.
chx_status parallel_for(int64_t n, int64_t grain, chx_range_fn fn, void* ctx) {
    const int64_t parts = std::clamp<int64_t>(n / std::max<int64_t>(grain, 1), 1, workers.load());
    if (n <= 0) {
        return CHX_OK;
    }
    if (parts == 1 || in_parallel) {
        return fn(0, n, 0, ctx);
    }
    std::mutex mutex;
    chx_status first = CHX_OK;
    std::string text;
    std::vector<std::thread> threads;
    for (int64_t part = 0; part < parts; ++part) {
        threads.emplace_back([&, part] {
            in_parallel = true;
            const chx_status status =
                fn(n * part / parts, n * (part + 1) / parts, static_cast<int32_t>(part), ctx);
            const std::lock_guard<std::mutex> lock(mutex);
            if (status != CHX_OK && first == CHX_OK) {
                first = status;
                text = error_text;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (first != CHX_OK) {
        error_text = text;
    }
    return first;
}

int32_t max_workers() { return workers; }

chx_status scratch(const chx_launch*, uint64_t bytes, uint64_t align, chx_memref* out) {
    void* memory = host_alloc(std::max<uint64_t>(bytes, 1), align);
    if (memory == nullptr) {
        return set_error(CHX_E_OOM, "scratch: out of memory");
    }
    launch_scratch.push_back(memory);
    *out = chx_memref{memory, 0, CHX_MEM_DEVICE, 0};
    return CHX_OK;
}

chx_status cache_get(const chx_launch*, const chx_tensor*, const void*, uint64_t, void** blob) {
    *blob = nullptr;
    return CHX_OK;
}

chx_status cache_put(const chx_launch*,
                     const chx_tensor*,
                     const void*,
                     uint64_t,
                     void* blob,
                     uint64_t,
                     void (*destroy)(void*)) {
    destroy(blob);
    return CHX_E_UNIMPLEMENTED;
}

const void* get_extension(const char*, uint32_t) { return nullptr; }

const char* plugin_path() {
    if (const char* path = std::getenv("CHX_TEST_PLUGIN")) {
        return path;
    }
#ifdef CHX_TEST_PLUGIN
    return CHX_TEST_PLUGIN;
#else
    throw std::runtime_error("set CHX_TEST_PLUGIN to the path of the plugin to test");
#endif
}

std::vector<std::string> words(const char* text) {
    std::istringstream stream(text);
    std::vector<std::string> result;
    for (std::string word; stream >> word;) {
        result.push_back(word);
    }
    return result;
}

void require(bool condition, const std::string& what) {
    if (!condition) {
        throw std::runtime_error(what + (error_text.empty() ? "" : ": " + error_text));
    }
}

}  // namespace

const std::string& last_error() { return error_text; }
int64_t live_host_blocks() { return live_blocks; }

const chx_host_api& host_api() {
    static const chx_host_api api = {sizeof(chx_host_api),
                                     CHX_ABI_MINOR,
                                     &log_level,
                                     log,
                                     set_error,
                                     host_alloc,
                                     host_free,
                                     parallel_for,
                                     max_workers,
                                     scratch,
                                     cache_get,
                                     cache_put,
                                     get_extension};
    return api;
}

Plugin& Plugin::instance() {
    static Plugin* const plugin = new Plugin;
    return *plugin;
}

Plugin::Plugin() {
    void* library = dlopen(plugin_path(), RTLD_NOW | RTLD_LOCAL);
    require(library != nullptr, library == nullptr ? dlerror() : "");
    auto query = reinterpret_cast<chx_plugin_query_fn>(dlsym(library, CHX_PLUGIN_QUERY_SYMBOL));
    require(query != nullptr, "the plugin lacks " CHX_PLUGIN_QUERY_SYMBOL);
    desc_ = query(CHX_ABI_MAJOR, CHX_ABI_MINOR);
    require(desc_ != nullptr && desc_->magic == CHX_MAGIC, "the plugin refuses this host");
    require(desc_->layout_hash == CHX_ABI_LAYOUT_HASH, "the plugin has another layout");
    api_.struct_size = sizeof(api_);
    require(desc_->create(&host_api(), nullptr, 0, &plugin_, &api_) == CHX_OK, "create failed");
    if (desc_->kernels_for == nullptr) {
        require(api_.device_open(plugin_, 0, &device_) == CHX_OK, "device_open failed");
    } else if (api_.provider_open != nullptr) {
        require(api_.provider_open(plugin_, 0, nullptr, &device_) == CHX_OK,
                "provider_open failed");
    }
}

void set_workers(int n) { workers = n; }

const chx_kernel_def* Plugin::find(const std::string& op, const std::string& dtype_name) const {
    const chx_kernel_def* best = nullptr;
    for (uint32_t i = 0; i < api_.n_kernels; ++i) {
        const chx_kernel_def* def = api_.kernels[i];
        const std::vector<std::string> names = words(def->dtypes);
        const bool takes = std::count(names.begin(), names.end(), dtype_name) +
                           std::count(names.begin(), names.end(), "*");
        if (op == def->op && takes && (best == nullptr || def->priority > best->priority)) {
            best = def;
        }
    }
    return best;
}

chx_status Plugin::launch(const std::string& op,
                          const std::string& dispatch_dtype,
                          const std::vector<const Tensor*>& inputs,
                          const std::vector<const Tensor*>& outputs,
                          const void* attrs,
                          uint32_t attrs_size,
                          uint32_t flags) const {
    const chx_kernel_def* def = find(op, dispatch_dtype);
    if (def == nullptr) {
        return set_error(CHX_E_UNIMPLEMENTED, (op + ": no kernel for " + dispatch_dtype).c_str());
    }
    std::vector<const chx_tensor*> in;
    std::vector<chx_tensor*> out;
    chx_launch launch{};
    for (const Tensor* tensor : inputs) {
        in.push_back(tensor == nullptr ? nullptr : tensor->pointer());
    }
    for (size_t i = 0; i < outputs.size(); ++i) {
        out.push_back(outputs[i] == nullptr ? nullptr : outputs[i]->pointer());
        for (const Tensor* input : inputs) {
            if (input != nullptr && input == outputs[i]) {
                launch.inplace_outs |= uint64_t{1} << i;
            }
        }
    }
    launch.struct_size = sizeof(launch);
    launch.n_in = static_cast<uint16_t>(in.size());
    launch.n_out = static_cast<uint16_t>(out.size());
    launch.in = in.data();
    launch.out = out.data();
    launch.attrs = attrs;
    launch.attrs_size = attrs_size;
    launch.flags = flags;
    launch.device = device_;
    chx_plan plan{};
    plan.struct_size = sizeof(plan);
    chx_status status = def->supports != nullptr ? def->supports(def->state, &launch) : CHX_OK;
    if (status == CHX_OK && def->plan != nullptr) {
        status = def->plan(def->state, &launch, &plan);
        launch.plan = &plan;
    }
    if (status == CHX_OK) {
        status = def->fn(def->state, &launch);
    }
    if (plan.destroy != nullptr) {
        plan.destroy(plan.state);
    }
    for (void* memory : launch_scratch) {
        host_free(memory);
    }
    launch_scratch.clear();
    return status;
}

}  // namespace chx_test
