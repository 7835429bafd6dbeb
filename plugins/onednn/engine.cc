// Keeps the engine, and finds out what it can do on this processor.
#include "engine.h"

#include <omp.h>

#include <atomic>
#include <cstring>
#include <string>

#include "primitive_attributes.h"

namespace onednn {
namespace {

std::atomic<bool> is_forked{false};

bool multiplies(dnnl::memory::data_type type) {
    const dnnl::memory::desc square({64, 64}, type, dnnl::memory::format_tag::ab);
    const dnnl::memory::desc image({1, 16, 8, 8}, type, dnnl::memory::format_tag::any);
    const dnnl::memory::desc filters({16, 16, 3, 3}, type, dnnl::memory::format_tag::any);
    try {
        const dnnl::matmul::primitive_desc product(
            engine(), square, square, square, primitive_attributes());
        const dnnl::convolution_forward::primitive_desc convolution(
            engine(),
            dnnl::prop_kind::forward_training,
            dnnl::algorithm::convolution_direct,
            image,
            filters,
            image,
            {1, 1},
            {1, 1},
            {1, 1},
            primitive_attributes());
        return !is_slow(product) && !is_slow(convolution);
    } catch (const dnnl::error&) {
        return false;
    }
}

}  // namespace

void require_known_library() {
    const dnnl_version_t& found = *dnnl_version();
    if (found.major == DNNL_VERSION_MAJOR &&
        (found.cpu_runtime == DNNL_RUNTIME_OMP || found.cpu_runtime == DNNL_RUNTIME_SEQ))
        return;
    const std::string version = std::to_string(found.major) + '.' + std::to_string(found.minor);
    throw chx::Error(CHX_E_UNAVAILABLE,
                     "oneDNN " + version + " with CPU runtime " +
                         std::to_string(found.cpu_runtime) +
                         "; expected oneDNN 3 with runtime 1 (sequential) or 2 (OpenMP); install "
                         "onednn-cpu-gomp");
}

const dnnl::engine& engine() {
    static const dnnl::engine instance(dnnl::engine::kind::cpu, 0);
    return instance;
}

int threads_for(const chx_launch& launch) {
    const bool is_single = (launch.flags & CHX_L_DETERMINISTIC) != 0 || is_forked.load();
    return is_single ? 1 : chx::host().max_workers();
}

void note_fork() { is_forked.store(true); }

ThreadScope::ThreadScope(int threads) : previous_(omp_get_max_threads()) {
    omp_set_num_threads(threads);
}

ThreadScope::~ThreadScope() { omp_set_num_threads(previous_); }

bool has_wide_vectors() {
    return translated([] {
        const dnnl::memory::desc square(
            {256, 256}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::ab);
        const dnnl::matmul::primitive_desc description(
            engine(), square, square, square, primitive_attributes());
        return std::strstr(description.impl_info_str(), "avx512") != nullptr;
    });
}

const char* probe_dtypes() {
    using Type = dnnl::memory::data_type;
    const bool has_bf16 = multiplies(Type::bf16);
    if (multiplies(Type::f16)) return has_bf16 ? "f32 bf16 f16" : "f32 f16";
    return has_bf16 ? "f32 bf16" : "f32";
}

}  // namespace onednn
