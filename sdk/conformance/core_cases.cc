// The plugin under the core: the ladder, threads, fork and the end of a program.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <map>
#include <set>
#include <thread>

#include "cases.h"
#include "core_device.h"
#include "description.h"

namespace conformance {
namespace {

namespace chx = chainerx;

void report_ladder(Context& context) {
    std::map<std::string, std::set<chx::ServiceRung>> rungs;
    for (const chx::OpService& service : chx::op_services(device_of(context)))
        rungs[service.op].insert(service.rung);
    std::array<std::string, 4> names;
    std::array<int, 4> counts{};
    for (const auto& [op, by_rung] : rungs) {
        // An op counts where those of its dtypes run that are served best.
        const auto i = static_cast<std::size_t>(*by_rung.begin());
        ++counts[i];
        names[i] += (names[i].empty() ? "" : " ") + op;
    }
    context.note("by a kernel, for some dtypes at least: {} ops", counts[0]);
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
