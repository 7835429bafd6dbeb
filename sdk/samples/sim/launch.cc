// Kernels on their way into a queue.
#include "launch.h"

#include "device.h"
#include "kernels/contract.h"
#include "kernels/tensor.h"

namespace sim {

namespace {

void check_operand(const chx_device& device, const chx_tensor* tensor) {
    if (tensor == nullptr || chx::is_host_scalar(*tensor) || tensor->numel == 0) return;
    const Reach reach = reach_of(*tensor, chx::item_size(tensor->dtype));
    device.memory.check(tensor->data, reach.first, reach.end - reach.first);
}

}  // namespace

void check_operands(const chx_launch& launch) {
    for (int i = 0; i < launch.n_in; ++i) check_operand(*launch.device, launch.in[i]);
    for (int i = 0; i < launch.n_out; ++i) check_operand(*launch.device, launch.out[i]);
}

namespace {

void enqueue_kernel(const Definition& kernel, const chx_launch& launch) {
    chx_device& device = *launch.device;
    const std::shared_ptr<Queue>& queue = queue_of(device, launch.stream);
    device.scheduler.tell_error(*queue);
    check_operands(launch);
    // Afterwards nobody could compute it elsewhere.
    check_contract(kernel.op, launch);
    auto own = std::make_shared<const OwnLaunch>(launch);
    device.scheduler.enqueue(
        queue, kernel.op, Scheduler::Kind::kWork, [own, &kernel] { kernel.run(own->get()); });
}

}  // namespace

const chx_kernel_fn kEnqueueKernel = chx::kernel<&enqueue_kernel>;

char* first_element(const chx_launch& launch, const chx_tensor& tensor, int64_t size) {
    if (chx::is_host_scalar(tensor)) return chx::data<char>(tensor);
    if (tensor.numel == 0) return nullptr;
    const Reach reach = reach_of(tensor, size);
    return launch.device->memory.address(tensor.data, reach.first, reach.end - reach.first) -
           reach.first + tensor.byte_offset;
}

}  // namespace sim
