// Calls of the public C++ interface on arrays of a few elements.
#include <chainerx/chainerx.h>
#include <chainerx/detail/first_axis.h>

#include "idle_device.h"
#include "tiny_network.h"
#include "worker.h"

namespace cx = chainerx;

namespace {

void ten_adds(const cx::Array& leaf, const cx::Array& b) {
    cx::Array y = leaf;
    for (int i = 0; i < 10; ++i) y = cx::add(y, b);
    y.backward();
    leaf.clear_grad();
}

void wrong_shape(const cx::Array& a, const cx::Array& wrong) {
    try {
        overhead::keep(cx::add(a, wrong));
    } catch (const cx::DimensionError&) {
    }
}

}  // namespace

int main(int argc, char** argv) {
    using overhead::keep;
    cx::register_static_plugin(overhead::query_idle_device);
    const cx::Array a = cx::ones({4}), b = cx::ones({4}), wrong = cx::ones({3});
    const cx::Array m = cx::ones({4, 4});
    const cx::Array leaf = cx::ones({4}).require_grad();
    cx::Device& idle = cx::get_device("idle:0");
    const cx::Array idle_a = cx::empty({4}, cx::DType::kFloat32, &idle);
    const cx::Array idle_b = cx::empty({4}, cx::DType::kFloat32, &idle);
    overhead::TinyNetwork network;

    overhead::Worker worker(CHAINERX_VERSION);
    worker.add("nothing", [] { keep(0); });
    worker.add("door, idle kernel", [&] { keep(cx::add(idle_a, idle_b)); });
    worker.add("a + b", [&] { keep(cx::add(a, b)); });
    worker.add("a + b with gradient", [&] { keep(cx::add(leaf, b)); });
    worker.add("a * 2.0", [&] { keep(cx::multiply(a, 2.0)); });
    worker.add("a.sum()", [&] { keep(cx::sum(a)); });
    worker.add("relu(a)", [&] { keep(cx::relu(a)); });
    worker.add("exp(a)", [&] { keep(cx::exp(a)); });
    worker.add("zeros(4)", [&] { keep(cx::zeros({4})); });
    worker.add("m @ m (4x4)", [&] { keep(cx::matmul(m, m)); });
    worker.add("m + a (broadcast)", [&] { keep(cx::add(m, a)); });
    worker.add("a[1:3]", [&] { keep(cx::internal::at_first_axis(a, cx::Slice{1, 3, {}})); });
    worker.add("a[1]", [&] { keep(cx::internal::at_first_axis(a, 1)); });
    worker.add("m.T", [&] { keep(m.transpose()); });
    worker.add("m.reshape(2, 8)", [&] { keep(m.reshape({2, 8})); });
    worker.add("wrong shape, caught", [&] { wrong_shape(a, wrong); });
    worker.add("ten adds and backward", [&] { ten_adds(leaf, b); });
    worker.add("tiny MLP step", [&] { network.step(); });
    return worker.run(argc, argv);
}
