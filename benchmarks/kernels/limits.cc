// Prints what the processor can do on one thread: GB/s of copying 160 MB, and GFLOP/s of independent fused
// multiplications and additions in registers.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

template <class F>
double least_seconds(int rounds, F&& f) {
    double least = 1e9;
    for (int i = 0; i < rounds; ++i) {
        const auto start = std::chrono::steady_clock::now();
        f();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        least = taken.count() < least ? taken.count() : least;
    }
    return least;
}

// Twelve chains hide the latency of two units.
constexpr int kChains = 12, kLanes = 8, kSteps = 20000;
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));

void multiply_and_add(Vector* sums, Vector factor) {
    Vector s[kChains];
    for (int c = 0; c < kChains; ++c) {
        s[c] = sums[c];
    }
    for (int i = 0; i < kSteps; ++i) {
#pragma GCC unroll 12
        for (int c = 0; c < kChains; ++c) {
            s[c] = s[c] * factor + factor;
        }
        asm volatile("" ::: "memory");
    }
    for (int c = 0; c < kChains; ++c) {
        sums[c] = s[c];
    }
}

}  // namespace

int main() {
    constexpr size_t kBytes = size_t{80} << 20;
    std::vector<char> from(kBytes, 1), to(kBytes, 2);
    const double copy = least_seconds(9, [&] { std::memcpy(to.data(), from.data(), kBytes); });
    Vector sums[kChains] = {};
    const double fma = least_seconds(200, [&] { multiply_and_add(sums, sums[0] + 0.5f); });
    std::printf(
        "%.2f %.2f\n", 2 * kBytes / copy / 1e9, 2.0 * kChains * kLanes * kSteps / fma / 1e9);
    return static_cast<int>(sums[0][0]) == 12345;
}
