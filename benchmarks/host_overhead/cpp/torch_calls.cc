// PyTorch's C++ interface on the cases of calls.cc that budgets compare. Compiled by torch_cpp.py, where PyTorch is found.
#include <torch/torch.h>

#include "worker.h"

namespace {

class TinyNetwork {
public:
    TinyNetwork() {
        for (size_t i = 0; i < kLayers; ++i) {
            params_.push_back((torch::randn({4, 4}) / 2).requires_grad_());
            params_.push_back(torch::zeros({4}).requires_grad_());
        }
    }

    void step() {
        namespace F = torch::nn::functional;
        torch::Tensor h = x_;
        for (size_t i = 0; i < kLayers; ++i) {
            h = torch::linear(h, params_[2 * i], params_[2 * i + 1]);
            if (i + 1 < kLayers) h = torch::relu(h);
        }
        F::cross_entropy(h, labels_).backward();
        const torch::NoGradGuard no_grad;
        for (torch::Tensor& param : params_) {
            param.add_(param.grad(), -0.01);
            param.mutable_grad().reset();
        }
    }

private:
    static constexpr size_t kLayers = 3;
    torch::Tensor x_ = torch::randn({2, 4});
    torch::Tensor labels_ = torch::tensor({1, 3}, torch::kInt64);
    std::vector<torch::Tensor> params_;
};

void ten_adds(torch::Tensor& leaf, const torch::Tensor& b, const torch::Tensor& start) {
    torch::Tensor y = leaf;
    for (int i = 0; i < 10; ++i) y = y + b;
    y.backward(start);
    leaf.mutable_grad().reset();
}

}  // namespace

int main(int argc, char** argv) {
    using overhead::keep;
    torch::set_num_threads(1);
    const torch::Tensor a = torch::ones({4}), b = torch::ones({4}), start = torch::ones({4});
    torch::Tensor leaf = torch::ones({4}, torch::requires_grad());
    TinyNetwork network;
    overhead::Worker worker(TORCH_VERSION);
    worker.add("a + b", [&] { keep(a + b); });
    worker.add("a + b with gradient", [&] { keep(leaf + b); });
    worker.add("ten adds and backward", [&] { ten_adds(leaf, b, start); });
    worker.add("tiny MLP step", [&] { network.step(); });
    return worker.run(argc, argv);
}
