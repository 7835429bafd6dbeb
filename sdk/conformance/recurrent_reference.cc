// Recurrent layers in double precision, unit by unit: the reference where the plugin `native` has no kernel.
#include <array>
#include <cmath>
#include <cstring>

#include <chx/ops/recurrent.h>

#include "op_call.h"

namespace conformance {
namespace {

using Numbers = std::vector<double>;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// One unit in one step: what the input and h add to its gates, its state before and behind; and the gradients of these.
struct Unit {
    std::array<double, 4> from_input{}, from_hidden{};
    double h = 0, c = 0, h_next = 0, c_next = 0;
};

struct Lstm {
    static constexpr int kGates = 4;
    static constexpr bool kHasCell = true;

    explicit Lstm(const Unit& of) {
        const auto sum = [&](size_t i) { return of.from_input[i] + of.from_hidden[i]; };
        in = sigmoid(sum(0));
        forget = sigmoid(sum(1));
        cell = std::tanh(sum(2));
        out = sigmoid(sum(3));
    }
    void step(Unit& of) const {
        of.c_next = forget * of.c + in * cell;
        of.h_next = out * std::tanh(of.c_next);
    }
    // g: with h_next and c_next set.
    void step_back(const Unit& of, Unit& g) const {
        const double t = std::tanh(of.c_next);
        const double gc = g.c_next + g.h_next * out * (1 - t * t);
        g.from_input = {gc * cell * in * (1 - in),
                        gc * of.c * forget * (1 - forget),
                        gc * in * (1 - cell * cell),
                        g.h_next * t * out * (1 - out)};
        g.from_hidden = g.from_input;
        g.c = gc * forget;
    }
    double in, forget, cell, out;
};

struct Gru {
    static constexpr int kGates = 3;
    static constexpr bool kHasCell = false;

    explicit Gru(const Unit& of)
        : update(sigmoid(of.from_input[0] + of.from_hidden[0])),
          reset(sigmoid(of.from_input[1] + of.from_hidden[1])),
          proposal(std::tanh(of.from_input[2] + reset * of.from_hidden[2])) {}
    void step(Unit& of) const { of.h_next = (1 - update) * proposal + update * of.h; }
    void step_back(const Unit& of, Unit& g) const {
        const double before = g.h_next * (1 - update) * (1 - proposal * proposal);
        g.from_input = {g.h_next * (of.h - proposal) * update * (1 - update),
                        before * of.from_hidden[2] * reset * (1 - reset),
                        before};
        g.from_hidden = {g.from_input[0], g.from_input[1], before * reset};
        g.h = g.h_next * update;
    }
    double update, reset, proposal;
};

Numbers numbers_of(const OperandSpec& spec) {
    Numbers numbers;
    for (const auto& value : spec.values) numbers.push_back(value.real());
    return numbers;
}

// A layer with its operands, or with their gradients.
struct Operands {
    Numbers x, h, c, w, r, b;

    std::vector<Numbers> listed(bool has_cell) const {
        return has_cell ? std::vector<Numbers>{x, h, c, w, r, b}
                        : std::vector<Numbers>{x, h, w, r, b};
    }
};

template <class Cell>
class Layer {
public:
    Layer(const OpCall& call, size_t first, bool is_reverse) : is_reverse_(is_reverse) {
        const Shape& x = call.inputs[first].shape;
        steps_ = static_cast<size_t>(x[0]);
        rows_ = static_cast<size_t>(x[1]);
        features_ = static_cast<size_t>(x[2]);
        units_ = static_cast<size_t>(call.inputs[first + 1].shape[1]);
        Numbers* const all[] = {&of_.x, &of_.h, &of_.c, &of_.w, &of_.r, &of_.b};
        size_t next = first;
        for (Numbers* each : all) {
            if (each == &of_.c && !Cell::kHasCell) continue;
            *each = numbers_of(call.inputs[next++]);
        }
        if (!Cell::kHasCell) of_.c.assign(of_.h.size(), 0);
    }

    std::vector<Numbers> forward() {
        Numbers h = of_.h, c = of_.c, y(steps_ * rows_ * units_);
        for (size_t k = 0; k < steps_; ++k) {
            taken_.push_back(units_of(k, h, c));
            for (size_t i = 0; i < h.size(); ++i) {
                Unit& unit = taken_.back()[i];
                Cell(unit).step(unit);
                y[place(k) * h.size() + i] = h[i] = unit.h_next;
                c[i] = unit.c_next;
            }
        }
        return Cell::kHasCell ? std::vector<Numbers>{y, c} : std::vector<Numbers>{y};
    }

    // Behind forward().
    std::vector<Numbers> backward(const Numbers& gy, Numbers gc) {
        Operands g{Numbers(of_.x.size()),
                   Numbers(of_.h.size()),
                   std::move(gc),
                   Numbers(of_.w.size()),
                   Numbers(of_.r.size()),
                   Numbers(of_.b.size())};
        g.c.resize(of_.c.size());
        for (size_t k = steps_; k-- > 0;) {
            Numbers before(g.h.size());
            for (size_t i = 0; i < g.h.size(); ++i) {
                Unit gradient;
                gradient.h_next = g.h[i] + gy[place(k) * g.h.size() + i];
                gradient.c_next = g.c[i];
                const Unit& unit = taken_[k][i];
                Cell(unit).step_back(unit, gradient);
                before[i] += gradient.h;
                g.c[i] = gradient.c;
                spread(k, i, gradient, before, g);
            }
            g.h = before;
        }
        return g.listed(Cell::kHasCell);
    }

private:
    size_t place(size_t k) const { return is_reverse_ ? steps_ - 1 - k : k; }

    std::vector<Unit> units_of(size_t k, const Numbers& h, const Numbers& c) const {
        std::vector<Unit> units(h.size());
        for (size_t i = 0; i < units.size(); ++i) {
            const size_t row = i / units_;
            const double* const x = &of_.x[(place(k) * rows_ + row) * features_];
            for (size_t gate = 0; gate < Cell::kGates; ++gate) {
                const size_t at = gate * units_ + i % units_;
                double input = of_.b[at], hidden = 0;
                for (size_t j = 0; j < features_; ++j) input += of_.w[at * features_ + j] * x[j];
                for (size_t j = 0; j < units_; ++j)
                    hidden += of_.r[at * units_ + j] * h[row * units_ + j];
                units[i].from_input[gate] = input;
                units[i].from_hidden[gate] = hidden;
            }
            if (!Cell::kHasCell) units[i].from_hidden[2] += of_.b[3 * units_ + i % units_];
            units[i].h = h[i];
            units[i].c = c[i];
        }
        return units;
    }

    // From the gates of unit i in step k to the operands, and to the hidden state before it.
    void spread(size_t k, size_t i, const Unit& gradient, Numbers& before, Operands& g) const {
        const size_t row = i / units_, x = (place(k) * rows_ + row) * features_;
        for (size_t gate = 0; gate < Cell::kGates; ++gate) {
            const size_t at = gate * units_ + i % units_;
            const double input = gradient.from_input[gate], hidden = gradient.from_hidden[gate];
            g.b[at] += input;
            for (size_t j = 0; j < features_; ++j) {
                g.w[at * features_ + j] += input * of_.x[x + j];
                g.x[x + j] += input * of_.w[at * features_ + j];
            }
            for (size_t j = 0; j < units_; ++j) {
                g.r[at * units_ + j] += hidden * taken_[k][row * units_ + j].h;
                before[row * units_ + j] += hidden * of_.r[at * units_ + j];
            }
        }
        if (!Cell::kHasCell) g.b[3 * units_ + i % units_] += gradient.from_hidden[2];
    }

    size_t steps_, rows_, features_, units_;
    bool is_reverse_;
    Operands of_;
    std::vector<std::vector<Unit>> taken_;  // of each step
};

template <class A>
bool is_reverse(const OpCall& call) {
    A attrs;
    std::memcpy(&attrs, call.reference_attrs.data(), sizeof attrs);
    return attrs.reverse != 0;
}

}  // namespace

std::vector<std::vector<double>> recurrent_results(const std::string& op, const OpCall& call) {
    if (op == CHX_OP_LSTM_LAYER)
        return Layer<Lstm>(call, 0, is_reverse<chx_attrs_lstm_layer>(call)).forward();
    if (op == CHX_OP_GRU_LAYER)
        return Layer<Gru>(call, 0, is_reverse<chx_attrs_gru_layer>(call)).forward();
    if (op == CHX_OP_LSTM_LAYER_GRAD) {
        Layer<Lstm> layer(call, 2, is_reverse<chx_attrs_lstm_layer_grad>(call));
        layer.forward();
        return layer.backward(numbers_of(call.inputs[0]), numbers_of(call.inputs[1]));
    }
    if (op == CHX_OP_GRU_LAYER_GRAD) {
        Layer<Gru> layer(call, 1, is_reverse<chx_attrs_gru_layer_grad>(call));
        layer.forward();
        return layer.backward(numbers_of(call.inputs[0]), {});
    }
    return {};
}

}  // namespace conformance
