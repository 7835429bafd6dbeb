// Layers of LSTMs and GRUs: n_step_* over sequences of equal lengths are left to oneDNN.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "chainerx/ops.h"
#include "plugins/onednn/comparison.h"

namespace chainerx::testing {
namespace {

// Operands of a network of two layers in both directions, one after the other: states, then per layer and direction its
// matrices, then its vectors, then the steps.
struct Network {
    size_t n_states, n_matrices;
    int64_t n_steps = 5, n_sequences = 6, n_features = 20, n_units = 16;

    static constexpr int64_t kRuns = 4;

    Arrays operands() const {
        Arrays all;
        const auto add = [&](const Shape& shape, double scale) {
            Array made = multiply(some_floats(shape, static_cast<double>(all.size())), scale);
            made.require_grad();
            all.push_back(made);
        };
        for (size_t i = 0; i < n_states; ++i) add({kRuns, n_sequences, n_units}, 1);
        for (int64_t run = 0; run < kRuns; ++run) {
            const int64_t width = run < 2 ? n_features : 2 * n_units;
            for (size_t i = 0; i < n_matrices; ++i)
                add({n_units, i < n_matrices / 2 ? width : n_units}, 0.25);
            for (size_t i = 0; i < n_matrices; ++i) add({n_units}, 0.5);
        }
        for (int64_t t = 0; t < n_steps; ++t) add({n_sequences, n_features}, 1);
        return all;
    }

    std::vector<Arrays> lists(const Arrays& all, size_t offset) const {
        std::vector<Arrays> made;
        for (size_t run = 0; run < kRuns; ++run) {
            const auto first =
                all.begin() + static_cast<std::ptrdiff_t>(n_states + offset + 2 * run * n_matrices);
            made.emplace_back(first, first + static_cast<std::ptrdiff_t>(n_matrices));
        }
        return made;
    }
    std::vector<Arrays> ws(const Arrays& all) const { return lists(all, 0); }
    std::vector<Arrays> bs(const Arrays& all) const { return lists(all, n_matrices); }
    Arrays xs(const Arrays& all) const { return {all.end() - n_steps, all.end()}; }
};

Arrays run_lstm(const Network& of, const Arrays& in) {
    return n_step_bilstm(2, in[0], in[1], of.ws(in), of.bs(in), of.xs(in));
}
Arrays run_gru(const Network& of, const Arrays& in) {
    return n_step_bigru(2, in[0], of.ws(in), of.bs(in), of.xs(in));
}

Arrays with_gradients(Arrays results, const Arrays& in) {
    Arrays parts;
    for (const Array& result : results) parts.push_back(ravel(result));
    const Arrays gradients = gradients_of(concatenate(parts, 0), in);
    results.insert(results.end(), gradients.begin(), gradients.end());
    return results;
}

TEST(Lstm, LayersInBothDirections) {
    const Network network{2, 8};
    expect_same(network.operands(),
                [&](const Arrays& in) { return with_gradients(run_lstm(network, in), in); },
                {"chx.lstm_layer", "chx.lstm_layer_grad"});
}

TEST(Gru, LayersInBothDirections) {
    const Network network{1, 6};
    expect_same(network.operands(),
                [&](const Arrays& in) { return with_gradients(run_gru(network, in), in); },
                {"chx.gru_layer", "chx.gru_layer_grad"});
}

// oneDNN pads weights, and adds their gradients to what is there.
TEST(Lstm, ExtentsThatFillNoVectors) {
    const Network network{2, 8, 3, 1, 3, 7};
    expect_same(network.operands(),
                [&](const Arrays& in) { return with_gradients(run_lstm(network, in), in); },
                {"chx.lstm_layer", "chx.lstm_layer_grad"});
}

TEST(Gru, ExtentsThatFillNoVectors) {
    const Network network{1, 6, 3, 1, 3, 7};
    expect_same(network.operands(),
                [&](const Arrays& in) { return with_gradients(run_gru(network, in), in); },
                {"chx.gru_layer", "chx.gru_layer_grad"});
}

TEST(Lstm, OneCallPerLayerAndDirection) {
    const Network network{2, 8};
    const Arrays operands = network.operands();
    const auto taken = taken_by_onednn([&] { run_lstm(network, operands); });
    const auto count_of = [&](const std::string& op) {
        return std::count_if(taken.begin(), taken.end(), [&](const std::string& text) {
            return text.rfind(op + " ", 0) == 0;
        });
    };
    EXPECT_EQ(count_of("chx.lstm_layer"), 4);
    // The rest joins operands.
    EXPECT_EQ(static_cast<size_t>(4 + count_of("chx.copy")), taken.size());
}

TEST(Lstm, SequencesOfDifferentLengthsAreTakenStepByStep) {
    const Network network{2, 8};
    Arrays operands = network.operands();
    operands.back() = split(operands.back(), {2}, 0)[0];
    for (const std::string& text : taken_by_onednn([&] { run_lstm(network, operands); }))
        EXPECT_EQ(text.find("chx.lstm_layer"), std::string::npos) << text;
}

}  // namespace
}  // namespace chainerx::testing
