// Runs a plugin of any header of the ABI on this core: arrays, ops with and without kernels, gradients, each compared with
// native. Usage: device_check MANIFEST DEVICE; with CHX_STATIC_PLUGIN the template is part of the program.
#include <cmath>
#include <cstring>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>

#include "chainerx/chainerx.h"
#include "chainerx/plugin.h"

#if defined(CHX_STATIC_PLUGIN)
extern "C" const chx_plugin_desc* chx_plugin_query_v0_acme_npu(uint32_t host_major,
                                                               uint32_t host_minor);
#endif

namespace {

using namespace chainerx;

void expect_close(const Array& got, const Array& expected, const std::string& what) {
    const Array difference = max(absolute(got.to_device(get_device("native:0")) - expected));
    const auto error = static_cast<double>(difference.item());
    if (!(error <= 1e-5)) {
        throw std::runtime_error(what + ": differs from native by " + std::to_string(error));
    }
    std::cout << what << ": " << error << "\n";
}

void compare(const std::string& what, Device& device, const std::function<Array(const Array&)>& f) {
    const Array x =
        linspace(-2.0, 2.0, 24, true, DType::kFloat32, &get_device("native:0")).reshape({4, 6});
    const Array on_native = x.copy().require_grad();
    const Array on_device = x.to_device(device).require_grad();
    const Array expected = f(on_native);
    const Array got = f(on_device);
    if (&got.device() != &device) throw std::runtime_error(what + ": left the device");
    expect_close(got.as_grad_stopped(), expected.as_grad_stopped(), what);
    sum(expected).backward();
    sum(got).backward();
    expect_close(on_device.grad(), on_native.grad(), what + ", gradient");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: device_check MANIFEST DEVICE\n";
        return 2;
    }
    try {
#if defined(CHX_STATIC_PLUGIN)
        register_static_plugin(chx_plugin_query_v0_acme_npu);
#else
        load_plugin(argv[1]);
#endif
        Device& device = get_device(argv[2]);
        compare("add", device, [](const Array& x) { return x + x; });
        compare("sum", device, [](const Array& x) { return sum(x); });
        compare("sum over an axis", device, [](const Array& x) { return sum(x, Axes{1}); });
        compare("strided", device, [](const Array& x) { return transpose(x) + transpose(x); });
        compare("tanh", device, [](const Array& x) { return tanh(x) * 2.0; });
        compare("matmul", device, [](const Array& x) { return matmul(x, transpose(x)); });
        compare("softmax", device, [](const Array& x) { return softmax(x, 1); });
        std::cout << "passed\n";
    } catch (const std::exception& error) {
        std::cerr << "FAILED: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
