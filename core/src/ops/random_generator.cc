// The state of generators of random numbers.
#include <mutex>
#include <random>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "chainerx/random.h"

namespace chainerx::random {

namespace {

constexpr uint64_t kJump = uint64_t{1} << 48;

uint64_t entropy() {
    std::random_device device;
    return (static_cast<uint64_t>(device()) << 32) | device();
}

// The finalizer of SplitMix64 (Steele et al., 2014): one-to-one, and near numbers get far apart.
uint64_t scattered(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

}  // namespace

struct Generator::Shared {
    std::mutex mutex;
    State state;
};

Generator::Generator() : Generator(entropy()) {}

Generator::Generator(uint64_t seed) : shared_{std::make_shared<Shared>()} {
    shared_->state.key = seed;
}

Generator::State Generator::state() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->state;
}

void Generator::set_state(const State& state) {
    const std::lock_guard lock(shared_->mutex);
    shared_->state = state;
}

void Generator::seed(uint64_t seed) { set_state({seed, 0, 0}); }

std::vector<Generator> Generator::spawn(int64_t n) {
    if (n < 0) throw ValueError(fmt::format("spawn: n is {}; expected at least 0", n));
    const std::lock_guard lock(shared_->mutex);
    State& state = shared_->state;
    std::vector<Generator> children;
    for (int64_t i = 0; i < n; ++i) {
        // Odd multiples are all different modulo 2^64, and stay so when scattered.
        children.emplace_back(scattered(state.key + 0x9E3779B97F4A7C15u * ++state.n_spawned));
    }
    return children;
}

Generator Generator::jumped(int64_t n) const {
    State ahead = state();
    ahead.counter += static_cast<uint64_t>(n) * kJump;
    Generator result(ahead.key);
    result.set_state(ahead);
    return result;
}

Generator::State Generator::take(uint64_t n_blocks) {
    const std::lock_guard lock(shared_->mutex);
    const State before = shared_->state;
    shared_->state.counter += n_blocks;
    return before;
}

Generator& default_generator() {
    static Generator instance;
    return instance;
}

void seed(uint64_t seed) { default_generator().seed(seed); }

}  // namespace chainerx::random
