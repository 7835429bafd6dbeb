// Prints what the processor can do on one thread: GB/s of copying 160 MB, and GFLOP/s of independent fused
// multiplications and additions in registers.
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

namespace {

// Of this process, so that a busy machine matters less.
double processor_seconds() {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <class F>
double least_seconds(int rounds, F&& f) {
    double least = 1e9;
    for (int i = 0; i < rounds; ++i) {
        const double start = processor_seconds();
        f();
        const double taken = processor_seconds() - start;
        least = taken < least ? taken : least;
    }
    return least;
}

// Ten chains hide the latency of two units; as variables, since compilers leave an array in memory.
constexpr int kChains = 10, kLanes = 8, kSteps = 20000;
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));

Vector multiply_and_add(Vector x) {
    Vector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
    for (int step = 0; step < kSteps; ++step) {
        a = a * x + x;
        b = b * x + x;
        c = c * x + x;
        d = d * x + x;
        e = e * x + x;
        f = f * x + x;
        g = g * x + x;
        h = h * x + x;
        i = i * x + x;
        j = j * x + x;
        asm volatile("" : "+x"(a), "+x"(b), "+x"(c), "+x"(d), "+x"(e));
        asm volatile("" : "+x"(f), "+x"(g), "+x"(h), "+x"(i), "+x"(j));
    }
    return a + b + c + d + e + f + g + h + i + j;
}

}  // namespace

int main() {
    constexpr size_t kBytes = size_t{80} << 20;
    std::vector<char> from(kBytes, 1), to(kBytes, 2);
    const double copy = least_seconds(9, [&] { std::memcpy(to.data(), from.data(), kBytes); });
    Vector x = {0.5f};
    const double fma = least_seconds(200, [&] { x = multiply_and_add(x) * 1e-9f; });
    std::printf(
        "%.2f %.2f\n", 2 * kBytes / copy / 1e9, 2.0 * kChains * kLanes * kSteps / fma / 1e9);
    return static_cast<int>(x[0]) == 12345;
}
