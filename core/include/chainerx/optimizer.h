// Optimizers: each updates all of its parameters in one call.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/export.h"

namespace chainerx {

namespace internal {
class UpdateCall;
}

// Parameters are arrays that had require_grad() called. An update writes them in place, is not
// recorded, and counts as a write: a graph that saved the old values can't be differentiated any
// more. Not thread-safe.
class CHAINERX_EXPORT Optimizer {
public:
    virtual ~Optimizer();
    Optimizer(const Optimizer&) = delete;
    Optimizer& operator=(const Optimizer&) = delete;

    // Throws GradientError for an array without require_grad(), ValueError for one that was added
    // before.
    void add_param(const Array& param);
    void add_params(const std::vector<Array>& params);
    const std::vector<Array>& params() const { return params_; }

    // Takes a step with the gradients as they are; skips parameters that have none.
    void update();
    // Forgets the gradients of all parameters.
    void zero_grad();

    // For saving and loading: what is kept from step to step, by parameter. A state array is null
    // before its parameter's first step.
    const std::vector<std::string>& state_names() const { return state_names_; }
    const std::vector<Array>& state(size_t param) const { return entry(param).arrays; }
    int64_t steps(size_t param) const { return entry(param).steps; }
    // Copies the arrays. Throws ValueError or DimensionError if they do not fit.
    void set_state(size_t param, const std::vector<Array>& arrays, int64_t steps);

protected:
    explicit Optimizer(std::vector<std::string> state_names);

    // A hyper-parameter as an operand for param. While a Program is recorded, a 0-d array that holds what compute gives at
    // each later run, so that a learning rate may change and steps are counted.
    class Number {
    public:
        Number(double value) : value_{value} {}            // NOLINT
        Number(Array array) : array_{std::move(array)} {}  // NOLINT
        operator Operand() const {                         // NOLINT: used like a number
            return array_.is_null() ? Operand(value_) : Operand(array_);
        }

    private:
        double value_ = 0;
        Array array_;
    };
    template <typename Compute>
    Number hyper_parameter(const Array& param, Compute compute) const {
        return is_recorded() ? Number(recorded_number(param, compute)) : Number(compute());
    }

    // The same for a member of the optimizer, which all parameters of an update share.
    Number shared_parameter(const Array& param, const double& number) const {
        return is_recorded() ? recorded_member(param, number) : Number(number);
    }
    // A hyper-parameter that hardly ever changes, a member of the optimizer. A Program that was recorded with another value
    // is not run.
    double fixed(const double& number) const {
        if (is_recorded()) guard_number(number);
        return number;
    }

    // For the ops of the library's own optimizers.
    internal::UpdateCall& update_call() const { return *update_call_; }

    // Updates one parameter. arrays: its state, one per name, already made; steps: how many it has
    // taken, this one included; it counts on when a recorded update runs again.
    virtual void update_param(const Array& param,
                              const Array& gradient,
                              const std::vector<Array>& arrays,
                              const int64_t& steps) = 0;

private:
    struct Entry {
        std::vector<Array> arrays;
        int64_t steps = 0;
    };
    const Entry& entry(size_t param) const;
    static bool is_recorded();
    void guard_number(const double& number) const;
    void guard_state(const Entry& entry) const;
    Number recorded_member(const Array& param, const double& number) const;
    Array recorded_number(const Array& param, std::function<double()> compute) const;
    static Array recorded_cell(const Array& param, std::function<void(void*)> store);

    struct RecordedMember {
        const double* number;
        Array cell;
    };
    mutable std::vector<RecordedMember> recorded_members_;  // of the update being recorded
    std::shared_ptr<bool> life_ = std::make_shared<bool>(true);
    std::unique_ptr<internal::UpdateCall> update_call_;
    std::vector<std::string> state_names_;
    std::vector<Array> params_;
    std::deque<Entry> entries_;  // which stay where they are
};

// p -= lr * g.
class CHAINERX_EXPORT SGD : public Optimizer {
public:
    explicit SGD(double lr = 0.01);
    ~SGD() override;
    double lr;

protected:
    void update_param(const Array& param,
                      const Array& gradient,
                      const std::vector<Array>& arrays,
                      const int64_t& steps) override;
};

// v = momentum * v - lr * g; p += v. State: v.
class CHAINERX_EXPORT MomentumSGD : public Optimizer {
public:
    explicit MomentumSGD(double lr = 0.01, double momentum = 0.9);
    ~MomentumSGD() override;
    double lr, momentum;

protected:
    void update_param(const Array& param,
                      const Array& gradient,
                      const std::vector<Array>& arrays,
                      const int64_t& steps) override;
};

// Kingma and Ba (2015), with decoupled weight decay (Loshchilov and Hutter, 2019) unless it is 0.
// State: m, v.
class CHAINERX_EXPORT Adam : public Optimizer {
public:
    explicit Adam(double lr = 1e-3,
                  double beta1 = 0.9,
                  double beta2 = 0.999,
                  double eps = 1e-8,
                  double weight_decay = 0);
    ~Adam() override;
    double lr, beta1, beta2, eps, weight_decay;

protected:
    void update_param(const Array& param,
                      const Array& gradient,
                      const std::vector<Array>& arrays,
                      const int64_t& steps) override;
};

}  // namespace chainerx
