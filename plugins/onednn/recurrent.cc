#include "recurrent.h"

#include <cstring>

#include "engine.h"
#include "layout.h"

namespace onednn {
namespace {

using Type = dnnl::memory::data_type;

// Of one layer in one direction: matrices (gates * out, in), which oneDNN has as (in, gates, out).
dnnl::memory::desc gate_weights(int64_t in, int64_t n_gates, int64_t out) {
    return {{1, 1, in, n_gates, out},
            Type::f32,
            {n_gates * out * in, n_gates * out * in, 1, out * in, in}};
}

using Memories = std::unordered_map<int, dnnl::memory>;

void add_extras(const chx_launch& launch, const std::vector<Extra>& extras, Memories& memories) {
    for (const Extra& extra : extras) {
        const size_t bytes = extra.layout.get_size();
        void* data = chx::scratch(launch, bytes);
        if (extra.content == Extra::Content::kZeros) std::memset(data, 0, bytes);
        memories.emplace(extra.tag, dnnl::memory(extra.layout, engine(), data));
    }
}

}  // namespace

RecurrentLayer::RecurrentLayer(const chx_tensor& x_in,
                               const chx_tensor& h,
                               int64_t n_gates,
                               bool is_reverse)
    : direction(is_reverse ? dnnl::rnn_direction::unidirectional_right2left
                           : dnnl::rnn_direction::unidirectional_left2right),
      x(layout_of(x_in)),
      y(plain_layout({x_in.shape[0], x_in.shape[1], h.shape[1]}, Type::f32)),
      state(plain_layout({1, 1, h.shape[0], h.shape[1]}, Type::f32)),
      w(gate_weights(x_in.shape[2], n_gates, h.shape[1])),
      r(gate_weights(h.shape[1], n_gates, h.shape[1])) {}

dnnl::memory::desc RecurrentLayer::bias(int64_t n_gates) const {
    return plain_layout({1, 1, n_gates, state.get_dims()[3]}, Type::f32);
}

RecurrentForward::RecurrentForward(const dnnl::primitive_desc_base& description,
                                   std::vector<Argument> arguments,
                                   std::vector<Extra> extras)
    : Computation(description, std::move(arguments), Reference::kTaken),
      extras_(std::move(extras)) {}

void RecurrentForward::run(const chx_launch& launch) const {
    Memories memories;
    add_extras(launch, extras_, memories);
    run_with(launch, std::move(memories));
}

RecurrentGradient::RecurrentGradient(std::unique_ptr<RecurrentForward> forward,
                                     const dnnl::primitive_desc_base& description,
                                     std::vector<Argument> arguments,
                                     std::vector<Extra> extras)
    : Computation(description, std::move(arguments), Reference::kTaken),
      forward_(std::move(forward)),
      extras_(std::move(extras)) {}

void RecurrentGradient::run(const chx_launch& launch) const {
    Memories memories;
    add_extras(launch, forward_->extras_, memories);
    forward_->run_with(launch, memories);
    add_extras(launch, extras_, memories);
    run_with(launch, std::move(memories));
}

}  // namespace onednn
