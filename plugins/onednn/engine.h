// oneDNN's engine, the number of its threads, and what its errors mean to the core.
#pragma once

#include <string>

#include <chx/chx_plugin.hpp>
#include <dnnl.hpp>

namespace onednn {

// Throws CHX_E_UNAVAILABLE if the library found at run time is another one than this plugin is made for.
void require_known_library();

const dnnl::engine& engine();

// How many threads a launch gets: the width of the core's pool, which is idle while oneDNN works; one inside
// of the pool, in the child of a fork (whose parent's threads are not there), and for reproducible results.
int threads_for(const chx_launch& launch);
void note_fork();

// oneDNN's number of threads, for this thread as long as the scope.
class ThreadScope {
public:
    explicit ThreadScope(int threads);
    ~ThreadScope();
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

private:
    int previous_;
};

// Runs f and throws chx::Error in place of dnnl::error.
template <class F>
auto translated(F&& f) {
    try {
        return f();
    } catch (const dnnl::error& error) {
        const chx_status status = error.status == dnnl_unimplemented   ? CHX_E_UNIMPLEMENTED
                                  : error.status == dnnl_out_of_memory ? CHX_E_OOM
                                                                       : CHX_E_INTERNAL;
        throw chx::Error(status, std::string("oneDNN: ") + error.what());
    }
}

// The kernel leaves this call to others.
[[noreturn]] inline void refuse(const char* why) { throw chx::Error(CHX_E_UNIMPLEMENTED, why); }

// Whether oneDNN computes with vectors of 512 bits here, as the plugin native never does.
bool has_wide_vectors();

// Dispatch dtypes that oneDNN multiplies matrices of here without a slow substitute: "f32", perhaps "f32 bf16 f16".
const char* probe_dtypes();

}  // namespace onednn
