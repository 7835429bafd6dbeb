// What this plugin registers: one function per family of kernels, and what they share.
#pragma once

#include <cstdint>

#include <chx/chx_plugin.hpp>

namespace onednn {

using chx::KernelList;

// Kernels run on one thread where the same result is asked for every time.
inline constexpr uint64_t kCaps = CHX_K_DETERMINISTIC_ON_REQUEST | CHX_K_CAPTURE_SAFE;

// Before and behind the kernels of the plugin native, which have priority 0. Behind: only for who prefers them.
inline constexpr int64_t kFaster = 10;
inline constexpr int64_t kOnRequest = -10;

struct Settings {
    const char* dtypes;  // those that oneDNN computes with on this processor
    double least_work;   // factor on what a kernel finds worth the cost of a call
};
inline Settings settings;

// What a kernel that leaves calls below so many elements to others says of itself.
inline int64_t least_elements(double count) {
    return static_cast<int64_t>(count * settings.least_work);
}

// Whether a list of dtypes, "f32 bf16", holds this one.
bool has_dtype(const char* list, const char* dtype);

void register_convolution(KernelList& kernels);
void register_matmul(KernelList& kernels);
void register_average_pooling(KernelList& kernels);
void register_max_pooling(KernelList& kernels);
void register_batch_norm(KernelList& kernels);
void register_layer_norm(KernelList& kernels);
void register_lstm(KernelList& kernels);
void register_gru(KernelList& kernels);
void register_softmax(KernelList& kernels);
void register_elementwise(KernelList& kernels);
void register_reorder(KernelList& kernels);

}  // namespace onednn
