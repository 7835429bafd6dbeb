// Layers of LSTMs and GRUs: their operands in oneDNN's terms, and computations with what ops do not have.
#pragma once

#include <memory>
#include <vector>

#include "computation.h"

namespace onednn {

// Memory of no operand or result that a primitive takes.
struct Extra {
    enum class Content { kNone, kZeros };
    int tag;
    dnnl::memory::desc layout;
    Content content = Content::kNone;
};

struct RecurrentLayer {
    RecurrentLayer(const chx_tensor& x, const chx_tensor& h, int64_t n_gates, bool is_reverse);

    dnnl::memory::desc bias(int64_t n_gates) const;

    dnnl::rnn_direction direction;
    dnnl::memory::desc x, y, state;
    dnnl::memory::desc w, r;  // as the core has them
};

// What oneDNN calls its reference there are products of matrices with vectorized functions of the gates.
class RecurrentForward : public Computation {
public:
    RecurrentForward(const dnnl::primitive_desc_base& description,
                     std::vector<Argument> arguments,
                     std::vector<Extra> extras);
    void run(const chx_launch& launch) const override;

private:
    friend class RecurrentGradient;
    std::vector<Extra> extras_;
};

// The op's forward pass again, for what oneDNN's gradient wants of it, then the gradient.
class RecurrentGradient : public Computation {
public:
    // extras: of the gradient beside those of the forward pass, which it takes too.
    RecurrentGradient(std::unique_ptr<RecurrentForward> forward,
                      const dnnl::primitive_desc_base& description,
                      std::vector<Argument> arguments,
                      std::vector<Extra> extras);
    void run(const chx_launch& launch) const override;

private:
    std::unique_ptr<RecurrentForward> forward_;
    std::vector<Extra> extras_;
};

}  // namespace onednn
