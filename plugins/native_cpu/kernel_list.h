// What this plugin registers: one function per family of kernels.
#pragma once

#include <chx/chx_plugin.hpp>

namespace native {

using chx::KernelList;

// What most host kernels are: any result depends on the operands alone, and nothing is enqueued.
inline constexpr uint64_t kPlainCaps = CHX_K_DETERMINISTIC | CHX_K_CAPTURE_SAFE;
inline constexpr uint64_t kElementwiseCaps =
    kPlainCaps | CHX_K_STRIDED_IN | CHX_K_STRIDED_OUT | CHX_K_HOST_SCALAR | CHX_K_INPLACE_OK;

// Dispatch dtypes as the rows of the op table group them.
inline constexpr const char* kAllTypes = "*";
inline constexpr const char* kIntTypes = "i8 i16 i32 i64 u8 u16 u32 u64";
inline constexpr const char* kBoolIntTypes = "bool i8 i16 i32 i64 u8 u16 u32 u64";
inline constexpr const char* kFloatTypes = "f16 bf16 f32 f64";
inline constexpr const char* kWideFloatTypes = "f32 f64";
inline constexpr const char* kComplexTypes = "c64 c128";
inline constexpr const char* kFloatComplexTypes = "f16 bf16 f32 f64 c64 c128";
inline constexpr const char* kIntFloatTypes = "i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64";
inline constexpr const char* kRealTypes = "bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64";
inline constexpr const char* kNumberTypes =
    "i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64 c64 c128";

void register_elementwise(KernelList& kernels);
void register_copy(KernelList& kernels);
void register_creation(KernelList& kernels);
void register_optimizer(KernelList& kernels);
void register_reduction(KernelList& kernels);
void register_fused_reduction(KernelList& kernels);
void register_linear_algebra(KernelList& kernels);
void register_convolution(KernelList& kernels);
void register_pooling(KernelList& kernels);
void register_normalization(KernelList& kernels);
void register_layer_normalization(KernelList& kernels);
void register_softmax(KernelList& kernels);
void register_loss(KernelList& kernels);
void register_indexing(KernelList& kernels);
void register_random(KernelList& kernels);
void register_sorting(KernelList& kernels);
void register_linalg(KernelList& kernels);
void register_fft(KernelList& kernels);

}  // namespace native
