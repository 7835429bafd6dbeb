// Random counts with parameters that are numbers: inversion by a table of the distribution function.
#include "ops/random_tables.h"

#include <algorithm>
#include <vector>

#include "ops/op_support.h"

namespace chainerx::internal {

namespace {

constexpr size_t kMostEntries = size_t{1} << 20;
constexpr double kNegligible = 1e-20;  // of the mode's probability

// Probabilities relative to the mode's, from that on in one direction, up to the first negligible one.
template <typename Step>
std::vector<double> tail(Step step) {
    std::vector<double> values{1};
    while (values.back() > kNegligible && values.size() <= kMostEntries)
        values.push_back(step(static_cast<double>(values.size()), values.back()));
    return values;
}

}  // namespace

std::optional<Array> drawn_by_table(const Draw& draw,
                                    double mode,
                                    const std::function<double(double)>& ratio) {
    const std::vector<double> above =
        tail([&](double i, double p) { return p * ratio(mode + i - 1); });
    const std::vector<double> below =
        tail([&](double i, double p) { return mode - i < 0 ? 0 : p / ratio(mode - i); });
    if (above.size() + below.size() > kMostEntries) return std::nullopt;
    // In order, the mode once; negligible ones at the ends, and what is below 0, add next to nothing.
    std::vector<double> sums(below.rbegin(), below.rend() - 1);
    sums.insert(sums.end(), above.begin(), above.end());
    double total = 0;
    for (double& each : sums) each = total += each;
    for (double& each : sums) each /= total;
    sums.back() = 2;  // no uniform number is beyond
    const auto n = static_cast<int64_t>(sums.size());
    const Array table = array_from_host(sums.data(), {n}, DType::kFloat64, &draw.device());
    const double first = mode - static_cast<double>(below.size() - 1);
    const Array places = searchsorted(table, draw.uniform(), "right");
    return maximum(add(places.astype(DType::kFloat64), first), 0);
}

}  // namespace chainerx::internal
