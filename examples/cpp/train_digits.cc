// Trains a small convolutional network on handwritten digits, from C++ alone: train_digits FOLDER, where FOLDER holds
// {train,test}_{images,labels}.npy as examples/python/train_digits.py --export-npy writes them.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <chainerx/chainerx.h>

namespace chx = chainerx;

namespace {

constexpr int64_t kBatch = 64;
constexpr int kEpochs = 25;

chx::Array weight(const chx::Shape& shape) {
    int64_t fan_in = 1;
    for (int i = 1; i < shape.ndim(); ++i) fan_in *= shape[i];
    return chx::random::normal(0.0, std::sqrt(2.0 / static_cast<double>(fan_in)), shape);
}

struct Network {
    chx::Array w1 = weight({16, 1, 3, 3}), b1 = chx::zeros({16});
    chx::Array w2 = weight({32, 16, 3, 3}), b2 = chx::zeros({32});
    chx::Array w3 = weight({10, 128}), b3 = chx::zeros({10});

    std::vector<chx::Array> params() const { return {w1, b1, w2, b2, w3, b3}; }

    // (N, 1, 8, 8) -> (N, 10)
    chx::Array operator()(const chx::Array& x) const {
        chx::Array h = chx::max_pool(chx::relu(chx::conv(x, w1, b1, {1}, {1})), {2});
        h = chx::max_pool(chx::relu(chx::conv(h, w2, b2, {1}, {1})), {2});
        return chx::linear(h, w3, b3);
    }
};

void train(const std::string& folder) {
    const chx::Array images = chx::load_npy(folder + "/train_images.npy"),
                     labels = chx::load_npy(folder + "/train_labels.npy");
    const chx::Array test_images = chx::load_npy(folder + "/test_images.npy"),
                     test_labels = chx::load_npy(folder + "/test_labels.npy");

    chx::random::seed(0);
    const Network network;
    chx::Adam optimizer(2e-3);
    for (const chx::Array& param : network.params()) optimizer.add_param(param.require_grad());

    const int64_t n = images.shape()[0];
    std::vector<int64_t> order(static_cast<size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    std::mt19937 generator(0);
    int64_t iterations = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
        std::shuffle(order.begin(), order.end(), generator);
        double total = 0;
        for (int64_t first = 0; first + kBatch <= n; first += kBatch, ++iterations) {
            const chx::Array index =
                chx::array_from_host(order.data() + first, {kBatch}, chx::DType::kInt64);
            const chx::Array loss = chx::mean(chx::softmax_cross_entropy(
                network(chx::take(images, index, 0)), chx::take(labels, index, 0)));
            loss.backward();
            optimizer.update();
            optimizer.zero_grad();
            total += static_cast<double>(loss.item());
        }
        std::printf("epoch %2d  loss %.4f\n", epoch + 1, total / static_cast<double>(n / kBatch));
    }
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;

    const chx::NoBackpropModeScope unrecorded;
    std::printf("test accuracy: %.3f\n",
                static_cast<double>(chx::accuracy(network(test_images), test_labels).item()));
    std::printf("time per iteration: %.3f ms on %s\n",
                elapsed.count() / static_cast<double>(iterations),
                chx::get_default_device().name().c_str());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(
            stderr, "usage: %s FOLDER, which holds {train,test}_{images,labels}.npy\n", argv[0]);
        return 2;
    }
    try {
        train(argv[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
