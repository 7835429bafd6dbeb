// The plugin under the core: gradients, the ladder, threads, fork and the end of a program.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <map>
#include <thread>

#include "cases.h"
#include "chainerx/chainerx.h"
#include "description.h"

namespace conformance {
namespace {

namespace chx = chainerx;

chx::Device& device_of(const Context& context) {
    const std::string name = chx::load_plugin(context.settings.library);
    for (const chx::PluginReport& plugin : chx::doctor_report().plugins) {
        if (plugin.name != name || plugin.kernels_for.empty()) continue;
        if (plugin.kernels_for != "host")
            skip("its kernels are for memory of kind \"{}\"", plugin.kernels_for);
        return chx::get_device("native:0");
    }
    chx::Backend& backend = chx::get_backend(name);
    if (backend.device_count() == 0) skip("there is no device on this machine");
    return backend.device(0);
}

// Distinct values from about -1 to 1, without zero, on the default device.
chx::Array some(const chx::Shape& shape, double shift = 0) {
    std::vector<double> values(static_cast<std::size_t>(chx::total_size(shape)));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::sin(1.7 * static_cast<double>(i) + 0.4) + shift;
    return chx::array(values, shape);
}

struct Checked {
    const char* name;
    chx::CheckedFunction function;
    std::vector<chx::Shape> shapes;
    double shift;
};

std::vector<Checked> checked_functions() {
    using In = const std::vector<chx::Array>&;
    using Out = std::vector<chx::Array>;
    return {
        {"x * y / (x + 3)",
         [](In in) { return Out{in[0] * in[1] / (in[0] + 3)}; },
         {{2, 3}, {3}},
         0},
        {"exp, tanh, sigmoid",
         [](In in) { return Out{chx::exp(in[0]), chx::tanh(in[0]), chx::sigmoid(in[0])}; },
         {{4}},
         0},
        {"log, sqrt", [](In in) { return Out{chx::log(in[0]), chx::sqrt(in[0])}; }, {{2, 2}}, 2},
        {"relu", [](In in) { return Out{chx::relu(in[0])}; }, {{5}}, 0},
        {"maximum", [](In in) { return Out{chx::maximum(in[0], in[1] + 0.05)}; }, {{4}, {4}}, 0},
        {"sum, mean, max",
         [](In in) {
             return Out{
                 chx::sum(in[0], chx::Axes{0}), chx::mean(in[0]), chx::max(in[0], chx::Axes{1})};
         },
         {{3, 4}},
         0},
        {"matmul", [](In in) { return Out{chx::matmul(in[0], in[1])}; }, {{2, 3}, {3, 2}}, 0},
        {"softmax, log_softmax",
         [](In in) { return Out{chx::softmax(in[0]), chx::log_softmax(in[0])}; },
         {{2, 4}},
         0},
        {"concatenate, transpose, reshape",
         [](In in) {
             return Out{chx::concatenate({chx::transpose(in[0]), chx::reshape(in[0], {3, 2})})};
         },
         {{2, 3}},
         0},
        {"cumsum", [](In in) { return Out{chx::cumsum(in[0], 1)}; }, {{2, 4}}, 0},
    };
}

void check_gradients(Context& context) {
    const chx::DeviceScope scope(device_of(context));
    for (const Checked& checked : checked_functions()) {
        std::vector<chx::Array> inputs, grad_outputs, grad_grads, eps, all_eps;
        for (const chx::Shape& shape : checked.shapes)
            inputs.push_back(some(shape, checked.shift).require_grad());
        for (const chx::Array& output : checked.function(inputs))
            grad_outputs.push_back(some(chx::Shape(output.shape())).require_grad());
        for (const chx::Array& input : inputs) {
            eps.push_back(chx::full_like(input, 1e-5));
            grad_grads.push_back(some(chx::Shape(input.shape())));
            all_eps.push_back(chx::full_like(input, 1e-4));
        }
        for (const chx::Array& output : grad_outputs)
            all_eps.push_back(chx::full_like(output, 1e-4));
        try {
            chx::check_backward(checked.function, inputs, grad_outputs, eps);
            chx::check_double_backward(checked.function, inputs, grad_outputs, grad_grads, all_eps);
        } catch (const std::exception& error) {
            fail("{}: {}", checked.name, error.what());
        }
    }
}

void report_ladder(Context& context) {
    std::map<std::string, std::map<chx::ServiceRung, int>> rungs;
    for (const chx::OpService& service : chx::op_services(device_of(context)))
        ++rungs[service.op][service.rung];
    std::array<std::string, 4> names;
    std::array<int, 4> counts{};
    for (const auto& [op, by_rung] : rungs) {
        // An op counts where most of its dtypes run.
        auto most = by_rung.begin();
        for (auto rung = by_rung.begin(); rung != by_rung.end(); ++rung) {
            if (rung->second > most->second) most = rung;
        }
        const auto i = static_cast<std::size_t>(most->first);
        ++counts[i];
        names[i] += (names[i].empty() ? "" : " ") + op;
    }
    context.note("by a kernel: {} ops", counts[0]);
    if (counts[1] > 0) context.note("by decomposition: {} ops: {}", counts[1], names[1]);
    if (counts[2] > 0) context.note("on the host: {} ops: {}", counts[2], names[2]);
    require(counts[3] == 0, "nothing serves {}", names[3]);
}

void check_threads(Context& context) {
    constexpr int kThreads = 16;
    chx::Device& device = device_of(context);
    std::vector<std::thread> threads;
    std::vector<std::string> errors(kThreads);
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            try {
                const chx::DeviceScope scope(device);
                for (int round = 0; round < 5; ++round) {
                    const chx::Array x = some({8, 8}, i).require_grad();
                    const chx::Array gradient = chx::grad({chx::sum(chx::square(x))}, {x})[0];
                    const double error =
                        static_cast<double>(chx::sum(chx::abs(gradient - x * 2)).item());
                    if (!(error < 1e-9))
                        errors[static_cast<std::size_t>(i)] =
                            fmt::format("a gradient is wrong by {}", error);
                }
            } catch (const std::exception& error) {
                errors[static_cast<std::size_t>(i)] = error.what();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& error : errors)
        require(error.empty(), "on {} threads: {}", kThreads, error);
}

// In the child of a fork every call answers: with a result, or with an error that says so.
void check_fork(Context& context) {
    const chx::DeviceScope scope(device_of(context));
    const chx::Array x = some({3, 4});
    x.device().synchronize();
    const pid_t child = fork();
    if (child == 0) {
        int code = 1;
        try {
            code = static_cast<double>(chx::sum(x * 0 + 1).item()) == 12 ? 0 : 1;
        } catch (const chx::ChainerxError& error) {
            code = std::string(error.what()).empty() ? 1 : 2;
        }
        _exit(code);
    }
    int status = 0;
    waitpid(child, &status, 0);
    require(
        !WIFSIGNALED(status), "an array crashes the child of a fork: signal {}", WTERMSIG(status));
    require(WEXITSTATUS(status) != 1, "an array gives a wrong result in the child of a fork");
    context.note("arrays {} in the child of a fork",
                 WEXITSTATUS(status) == 0 ? "work" : "raise an error");
    require(static_cast<double>(chx::sum(x * 0 + 1).item()) == 12,
            "an array is wrong in the parent after fork");
}

void check_exit(Context& context) {
    chx::set_default_device(&device_of(context));
    const chx::Array x = some({3, 4}).require_grad();
    // Alive until the process ends, with the graph behind them.
    static const auto* const kept = new std::vector<chx::Array>{x, chx::sum(chx::exp(x))};
    require(kept->size() == 2, "no arrays");
}

}  // namespace

void add_core_cases(CaseList& cases) {
    cases.push_back(
        {"core.gradients", 2, "gradients agree with numerical differentiation", check_gradients});
    cases.push_back({"core.ladder",
                     2,
                     "which ops run by a kernel, by decomposition, on the host",
                     report_ladder});
    cases.push_back({"core.threads", 2, "16 threads differentiate at once", check_threads});
    cases.push_back(
        {"core.fork", 2, "arrays work or raise an error in the child of a fork", check_fork});
    cases.push_back({"core.exit", 2, "the program may end with live arrays", check_exit, true});
}

}  // namespace conformance
