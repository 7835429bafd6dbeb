// The kernels of fussydev, and the static plugin that they belong to.
#include "core/dispatch/fussy_device.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <chx/chx_plugin.hpp>
#include <chx/ops/arithmetic.h>
#include <chx/ops/exponential.h>
#include <chx/ops/hyperbolic.h>
#include <chx/ops/linear_algebra.h>
#include <chx/ops/trigonometric.h>

#include "chainerx/plugin.h"

struct chx_device {
    int32_t index;
};

namespace chainerx::testing {

namespace {

constexpr int kDeviceCount = 2;
chx_device devices[kDeviceCount] = {{0}, {1}};

void square_elements(const chx_launch& launch) {
    const auto* x = chx::data<const float>(chx::input(launch, 0));
    auto* y = chx::data<float>(chx::output(launch, 0));
    for (int64_t i = 0; i < launch.in[0]->numel; ++i) y[i] = x[i] * x[i];
}

void first_square(const chx_launch& launch) {
    ++fussy_counts().first_squares;
    square_elements(launch);
}

void second_square(const chx_launch& launch) {
    ++fussy_counts().second_squares;
    square_elements(launch);
}

chx_status supports_vectors(void*, const chx_launch* launch) {
    ++fussy_counts().supports;
    if (launch->in[0]->ndim < 2) return CHX_OK;
    return chx::host().set_error(CHX_E_UNIMPLEMENTED, "fussy: vectors only");
}

void take_magnitudes(const chx_launch& launch) {
    const auto* x = chx::data<const float>(chx::input(launch, 0));
    auto* y = chx::data<float>(chx::output(launch, 0));
    for (int64_t i = 0; i < launch.in[0]->numel; ++i) y[i] = std::abs(x[i]);
}

void small_magnitudes(const chx_launch& launch) {
    ++fussy_counts().small_magnitudes;
    take_magnitudes(launch);
}

void large_magnitudes(const chx_launch& launch) {
    ++fussy_counts().large_magnitudes;
    take_magnitudes(launch);
}

void negate(const chx_launch& launch) {
    const auto* x = chx::data<const float>(chx::input(launch, 0));
    auto* y = chx::data<float>(chx::output(launch, 0));
    for (int64_t i = 0; i < launch.in[0]->numel; ++i) y[i] = -x[i];
}

void refuse(const chx_launch&) {
    ++fussy_counts().refusals;
    throw chx::Error(CHX_E_UNIMPLEMENTED, "fussy: no exponentials today");
}
void fail(const chx_launch&) { throw chx::Error(CHX_E_INVALID, "fussy: logarithms are forbidden"); }
chx_status fail_silently(const chx_launch&) { return CHX_E_INTERNAL; }
void lose_device(const chx_launch&) {
    throw chx::Error(CHX_E_DEVICE_LOST, "fussy: it went up in smoke");
}

struct ProductPlan {
    int64_t rows, depth, columns;
};

chx_status plan_product(void*, const chx_launch* launch, chx_plan* plan) {
    const chx_tensor& a = *launch->in[0];
    const chx_tensor& b = *launch->in[1];
    ++fussy_counts().plans;
    if (a.ndim != 2 || a.shape[0] == 13)
        return chx::host().set_error(CHX_E_UNIMPLEMENTED, "fussy: 13 rows bring bad luck");
    plan->scratch_bytes = sizeof(double) * static_cast<uint64_t>(b.shape[1]);
    plan->state = new ProductPlan{a.shape[0], a.shape[1], b.shape[1]};
    plan->destroy = [](void* state) {
        ++fussy_counts().plans_destroyed;
        delete static_cast<ProductPlan*>(state);
    };
    return CHX_OK;
}

// b transposed: kept with its storage if the host allows it; alive until the launch is over anyway.
const std::vector<float>& packed(const chx_launch& launch, const ProductPlan& plan) {
    static constexpr char kKey[] = "transposed";
    const chx_tensor& b = chx::input(launch, 1);
    void* blob = nullptr;
    chx::host().storage_cache_get(&launch, &b, kKey, sizeof kKey, &blob);
    if (blob != nullptr) {
        ++fussy_counts().packs_found;
        return *static_cast<std::vector<float>*>(blob);
    }
    auto* made = new std::vector<float>;
    for (int64_t column = 0; column < plan.columns; ++column) {
        for (int64_t k = 0; k < plan.depth; ++k)
            made->push_back(chx::data<const float>(b)[k * plan.columns + column]);
    }
    const auto destroy = [](void* dying) {
        ++fussy_counts().packs_destroyed;
        delete static_cast<std::vector<float>*>(dying);
    };
    ++fussy_counts().packs;
    const chx_status status = chx::host().storage_cache_put(
        &launch, &b, kKey, sizeof kKey, made, made->size() * sizeof(float), destroy);
    if (status == CHX_E_UNIMPLEMENTED) ++fussy_counts().packs_refused;
    return *made;
}

void multiply_matrices(const chx_launch& launch) {
    const auto& plan = *static_cast<const ProductPlan*>(launch.plan->state);
    ++fussy_counts().products;
    const std::vector<float>& transposed = packed(launch, plan);
    auto* row_sums = static_cast<double*>(chx::scratch(launch, launch.plan->scratch_bytes, 256));
    fussy_counts().has_seen_plan_state = reinterpret_cast<uintptr_t>(row_sums) % 256 == 0;
    const auto* a = chx::data<const float>(chx::input(launch, 0));
    auto* y = chx::data<float>(chx::output(launch, 0));
    for (int64_t row = 0; row < plan.rows; ++row) {
        std::memset(row_sums, 0, launch.plan->scratch_bytes);
        for (int64_t column = 0; column < plan.columns; ++column) {
            for (int64_t k = 0; k < plan.depth; ++k) {
                row_sums[column] += double{a[row * plan.depth + k]} *
                                    transposed[static_cast<size_t>(column * plan.depth + k)];
            }
            y[row * plan.columns + column] = static_cast<float>(row_sums[column]);
        }
    }
}

const chx::KernelList& kernels() {
    static chx::KernelList& list = *[] {
        auto* made = new chx::KernelList;
        // Lowest priority first: the order of registration must not matter.
        made->add(CHX_OP_SQUARE, CHX_OP_SQUARE_VERSION, "f32", 0, chx::kernel<&second_square>)
            .priority = 1;
        chx_kernel_def& first =
            made->add(CHX_OP_SQUARE, CHX_OP_SQUARE_VERSION, "f32", 0, chx::kernel<&first_square>);
        first.priority = 2;
        first.supports = supports_vectors;
        made->add(CHX_OP_ABS, CHX_OP_ABS_VERSION, "f32", 0, chx::kernel<&small_magnitudes>)
            .priority = 1;
        chx_kernel_def& large =
            made->add(CHX_OP_ABS, CHX_OP_ABS_VERSION, "f32", 0, chx::kernel<&large_magnitudes>);
        large.priority = 2;
        large.least_elements = 8;
        made->add(CHX_OP_NEGATIVE, CHX_OP_NEGATIVE_VERSION, "f32", 0, chx::kernel<&negate>);
        made->add(CHX_OP_EXP, CHX_OP_EXP_VERSION, "f32", 0, chx::kernel<&refuse>);
        made->add(CHX_OP_LOG, CHX_OP_LOG_VERSION, "f32", 0, chx::kernel<&fail>);
        made->add(CHX_OP_SQRT, CHX_OP_SQRT_VERSION, "f32", 0, chx::kernel<&fail_silently>);
        made->add(CHX_OP_SIN, CHX_OP_SIN_VERSION, "f32", 0, chx::kernel<&lose_device>);
        made->add(CHX_OP_MATMUL,
                  CHX_OP_MATMUL_VERSION,
                  "f32",
                  0,
                  chx::kernel<&multiply_matrices>,
                  nullptr,
                  plan_product);
        // The core can't use these.
        made->add("chx.no_such_op", 1, "f32", 0, chx::kernel<&negate>);
        made->add(CHX_OP_TANH, CHX_OP_TANH_VERSION + 76, "f32", 0, chx::kernel<&negate>);
        made->add(CHX_OP_COSH, CHX_OP_COSH_VERSION, "f32 f99", 0, chx::kernel<&negate>);
        made->add(CHX_OP_SINH, CHX_OP_SINH_VERSION, "f32", 0, nullptr);
        made->add("fussydev.answer", 1, "*", 0, [](void*, const chx_launch* launch) {
            *chx::data<int64_t>(chx::output(*launch, 0)) = 42;
            return CHX_OK;
        });
        return made;
    }();
    return list;
}

chx_status infer_answer(
    void*, const chx_meta* const*, uint32_t, const void*, chx_meta* const* out, uint32_t) {
    out[0]->ndim = 0;
    out[0]->dtype = {CHX_DT_INT, 64, 1};
    return CHX_OK;
}

constexpr chx_op_def define(const char* name) {
    return {sizeof(chx_op_def),
            1,
            name,
            "The answer.",
            0,
            0,
            nullptr,
            0,
            1,
            0,
            infer_answer,
            nullptr,
            nullptr,
            nullptr};
}
constexpr chx_op_def kAnswer = define("fussydev.answer");
constexpr chx_op_def kForeign = define("acme.answer");
constexpr const chx_op_def* kOps[] = {&kAnswer, &kForeign};

void device_count(chx_plugin*, int32_t* count) { *count = kDeviceCount; }
void device_open(chx_plugin*, int32_t index, chx_device** device) { *device = &devices[index]; }
void device_close(chx_device*) {}
void device_info(chx_device* device, chx_device_info* info) {
    info->dl_device_type = 12;
    std::snprintf(info->name, sizeof info->name, "fussydev %d", device->index);
    std::snprintf(info->memory_kind, sizeof info->memory_kind, "fussydev");
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

chx_status create(const chx_host_api* host,
                  const chx_option* const*,
                  uint32_t,
                  chx_plugin**,
                  chx_device_api* api) {
    chx::set_host(host);
    api->kernels = kernels().data();
    api->n_kernels = kernels().size();
    api->ops = kOps;
    api->n_ops = 2;
    api->device_count = chx::entry<&device_count>;
    api->device_open = chx::entry<&device_open>;
    api->device_close = chx::entry<&device_close>;
    api->device_info = chx::entry<&device_info>;
    api->alloc = chx::entry<&allocate>;
    api->free = chx::entry<&release>;
    api->copy = chx::entry<&copy>;
    api->sync = chx::entry<&sync>;
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
        made.name = "fussydev";
        made.version = "2.5";
        made.create = create;
        return made;
    }();
    return &desc;
}

}  // namespace

FussyCounts& fussy_counts() {
    static FussyCounts counts;
    return counts;
}

Device& fussydev(int index) {
    static const std::string name = register_static_plugin(query);
    return get_device(name, index);
}

}  // namespace chainerx::testing
