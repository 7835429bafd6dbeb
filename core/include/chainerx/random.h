// Generators of random numbers, for the functions of chainerx/ops/random.h and for dropout.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "chainerx/export.h"
#include "chainerx/ops/random.h"

namespace chainerx::random {

// A counter-based generator (Philox4x32-10; Salmon et al., 2011). Its state is a key and how many
// blocks of four 32-bit words have been drawn, so that the same seed gives the same words on every
// device. A cheap handle: copies share the state. Safe to use from several threads.
class CHAINERX_EXPORT Generator {
public:
    // With a key from the operating system.
    Generator();
    explicit Generator(uint64_t seed);

    struct State {
        uint64_t key = 0;
        uint64_t counter = 0;    // blocks drawn
        uint64_t n_spawned = 0;  // how many children it has had
    };
    State state() const;
    void set_state(const State& state);
    // Starts the sequence of this seed from the beginning.
    void seed(uint64_t seed);

    // n more generators, each with a key of its own: no two of one parent are alike, nor are two runs
    // of the program. Among g generators of any descent two have one key with probability g * g / 2^65.
    std::vector<Generator> spawn(int64_t n);
    // One that stands n * 2^48 blocks further on in the same sequence: what is drawn from this one
    // and from `jumped` ones never overlaps before 2^50 words have been drawn from one of them.
    Generator jumped(int64_t n = 1) const;

    // Reserves the next blocks; returns the state from which to draw them.
    State take(uint64_t n_blocks);

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

// The process-wide generator, which functions draw from that are given no other.
CHAINERX_EXPORT Generator& default_generator();

// Starts the sequence of the process-wide generator from the beginning, on all devices. Unseeded,
// each process has a sequence of its own.
CHAINERX_EXPORT void seed(uint64_t seed);

}  // namespace chainerx::random
