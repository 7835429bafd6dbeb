// Which rung of the ladder serves each op on a device, asked without calling anything.
#include <algorithm>
#include <string_view>

#include "chainerx/custom_op.h"
#include "chainerx/fallback.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"
#include "dispatch/kernel_table.h"
#include "dispatch/ladder.h"
#include "plugin/loaded_plugin.h"

namespace chainerx {

namespace {

using internal::DeviceState;
using internal::full_name;
using internal::Kernel;
using internal::KernelTable;
using internal::OpDef;

OpService service_of(DeviceState& device, const KernelTable& table, const OpDef& op, DType dtype) {
    OpService service{full_name(op), std::string(dtype_name(dtype)), ServiceRung::kNone, {}};
    for (const Kernel* kernel = table.find(op.id, dtype); kernel != nullptr;
         kernel = kernel->next) {
        const std::string& plugin = kernel->provider->name;
        if (std::find(service.by.begin(), service.by.end(), plugin) == service.by.end())
            service.by.push_back(plugin);
    }
    if (!service.by.empty()) {
        service.rung = ServiceRung::kKernel;
    } else if (can_decompose(device, op, dtype)) {
        service.rung = ServiceRung::kDecomposition;
        for (const uint16_t* leaf = op.leaves; *leaf != internal::kNoOp; ++leaf)
            service.by.push_back(full_name(internal::kOps[*leaf]));
    } else if ((device.info.caps & CHX_CAP_HOST_REFERENCE) == 0) {
        service.rung = ServiceRung::kHost;
    }
    return service;
}

}  // namespace

std::vector<OpService> op_services(Device& device) {
    DeviceState& state = internal::state_of(device);
    check_usable(state);
    const KernelTable* table = state.kernels.load(std::memory_order_acquire);
    std::vector<OpService> services;
    const auto add = [&](const OpDef& op) {
        if (op.kind == internal::OpKind::kView) return;  // made by the core
        for (int dtype = 0; dtype < kDTypeCount; ++dtype) {
            if (supports_dtype(op, static_cast<DType>(dtype)))
                services.push_back(service_of(state, *table, op, static_cast<DType>(dtype)));
        }
    };
    for (uint16_t id = 0; id < internal::kBuiltinOpCount; ++id) add(internal::kOps[id]);
    for (const OpDescription& op : plugin_ops()) add(*internal::find_op(op.name));
    return services;
}

}  // namespace chainerx
