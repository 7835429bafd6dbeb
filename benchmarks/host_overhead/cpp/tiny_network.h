// The training step that all benchmarks of small calls share.
#pragma once

#include <vector>

#include <chainerx/chainerx.h>

namespace overhead {

// The network of mlp.py: three layers of width 4, batch 2.
class TinyNetwork {
    static constexpr int64_t kWidth = 4, kBatch = 2;
    static constexpr size_t kLayers = 3;

public:
    TinyNetwork() {
        for (size_t i = 0; i < kLayers; ++i) {
            weights_.push_back(
                chainerx::random::normal(0, 0.5, chainerx::Shape{kWidth, kWidth}).require_grad());
            biases_.push_back(chainerx::zeros({kWidth}).require_grad());
        }
        for (const std::vector<chainerx::Array>* params : {&weights_, &biases_})
            optimizer_.add_params(*params);
    }

    // Returns the loss.
    chainerx::Array step(const chainerx::Array& x, const chainerx::Array& labels) {
        chainerx::Array h = x;
        for (size_t i = 0; i < kLayers; ++i) {
            h = chainerx::linear(h, weights_[i], biases_[i]);
            if (i + 1 < kLayers) h = chainerx::relu(h);
        }
        const chainerx::Array loss = chainerx::mean(chainerx::softmax_cross_entropy(h, labels));
        loss.backward();
        optimizer_.update();
        optimizer_.zero_grad();
        return loss;
    }
    void step() { step(x, labels); }

    const chainerx::Array x = chainerx::random::normal(0, 1, chainerx::Shape{kBatch, kWidth});
    const chainerx::Array labels = chainerx::array<int64_t>({1, 3}, {kBatch});

private:
    std::vector<chainerx::Array> weights_, biases_;
    chainerx::SGD optimizer_{0.01};
};

}  // namespace overhead
