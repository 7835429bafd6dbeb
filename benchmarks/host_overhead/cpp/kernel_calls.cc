// From the core to a kernel without any allocation: look-up, launch record, indirect call; beside the indirect call alone.
#include <chainerx/chainerx.h>

#include "device/device_state.h"
#include "dispatch/op_ids.h"
#include "dispatch/plain_launch.h"
#include "idle_device.h"
#include "program/program_state.h"
#include "tiny_network.h"
#include "worker.h"

namespace cx = chainerx;

int main(int argc, char** argv) {
    cx::register_static_plugin(overhead::query_idle_device);
    cx::internal::DeviceState& device = cx::internal::state_of(cx::get_device("idle:0"));
    const cx::Array a = cx::empty({4}, cx::DType::kFloat32, &device);
    const cx::Array y = cx::empty({4}, cx::DType::kFloat32, &device);
    const chx_tensor* const inputs[] = {&a.body()->tensor, &a.body()->tensor};
    const cx::internal::OpDef& add = cx::internal::kOps[cx::internal::kOpAdd];
    chx_kernel_fn volatile bare = overhead::do_nothing;
    const chx_launch launch{};

    overhead::Worker worker(CHAINERX_VERSION);
    worker.add("nothing", [] { overhead::keep(0); });
    worker.add("indirect call", [&] { overhead::keep(bare(nullptr, &launch)); });
    worker.add("core to kernel", [&] {
        const cx::internal::Kernel* kernel =
            cx::internal::find_plain_kernel(add, device, cx::DType::kFloat32, y.size());
        overhead::keep(cx::internal::launch_plain(cx::internal::thread_context(),
                                                  *kernel,
                                                  device,
                                                  inputs,
                                                  2,
                                                  nullptr,
                                                  0,
                                                  &y.body()->tensor));
    });

    overhead::TinyNetwork network;
    cx::Recording recording({network.x, network.labels});
    const cx::Program program = recording.finish({network.step(network.x, network.labels)});
    const cx::Array arguments[] = {network.x, network.labels};
    cx::Array loss;
    program.run_unchecked(arguments, &loss);
    worker.add("tiny MLP replay", [&] {
        program.run_unchecked(arguments, &loss);
        overhead::keep(loss);
    });
    worker.add("its kernels bare", [&] { program.state()->forward().run_bare(); });
    return worker.run(argc, argv);
}
