// The one differentiable operation that two devices take part in.
#include "autograd/to_device.h"

#include <memory>

#include "array/move_to_device.h"
#include "autograd/gradient_context.h"
#include "autograd/node.h"
#include "device/device_state.h"
#include "dispatch/thread_context.h"

namespace chainerx::internal {

namespace {

struct ToDeviceBackward : CustomBackward {
    explicit ToDeviceBackward(Device& source) : source_{source} {}
    void backward(GradientContext& context) override {
        context.set(0, context.grad().to_device(source_));
    }
    const char* name() const override { return "to_device"; }

private:
    Device& source_;
};

}  // namespace

Array to_device(const Array& array, Device& device) {
    std::vector<Array> outputs{move_to_device(array, state_of(device))};
    const Operand operand(array);
    if (array.is_connected_to_any() && wants_recording(thread_context(), &operand, 1)) {
        record_custom({array}, outputs, std::make_shared<ToDeviceBackward>(array.device()));
    }
    return outputs[0];
}

}  // namespace chainerx::internal
