// Indices from oneDNN's numbers; and windows element by element where oneDNN would take another one than the core.
#include "max_windows.h"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace onednn {
namespace {

template <class Bits>
constexpr Bits kSign = static_cast<Bits>(Bits{1} << (std::numeric_limits<Bits>::digits - 1));

// Grows with the number; the same for both zeros; largest for NaN.
template <class Bits>
int64_t rank(Bits bits, Bits infinity) {
    const auto magnitude = static_cast<Bits>(bits & ~kSign<Bits>);
    if (magnitude > infinity) return std::numeric_limits<int64_t>::max();
    return (bits & kSign<Bits>) != 0 ? -static_cast<int64_t>(magnitude)
                                     : static_cast<int64_t>(magnitude);
}

}  // namespace

MaxWindows::MaxWindows(const Axis* axes, int n_axes) {
    std::copy(axes, axes + n_axes, axes_.end() - n_axes);
    for (int64_t i = 0; i < axes_[0].kernel; ++i) {
        for (int64_t j = 0; j < axes_[1].kernel; ++j) {
            for (int64_t k = 0; k < axes_[2].kernel; ++k)
                taps_.push_back((i * axes_[1].in + j) * axes_[2].in + k);
        }
    }
}

// f(number of the row of windows, index of its first window's first element, that element's position along the outer axes).
template <class F>
void MaxWindows::for_rows(F&& f) const {
    const auto& [a, b, c] = axes_;
    int64_t row = 0;
    for (int64_t i = 0, at_i = -a.pad; i < a.out; ++i, at_i += a.stride) {
        for (int64_t j = 0, at_j = -b.pad; j < b.out; ++j, at_j += b.stride)
            f(row++, (at_i * b.in + at_j) * c.in - c.pad, at_i, at_j);
    }
}

template <class Bits>
bool MaxWindows::are_ordinary(const Bits* x, Bits infinity) const {
    // Magnitudes from the largest finite one on reach the sign's place with this.
    const auto rest = static_cast<Bits>(kSign<Bits> - (infinity - 1));
    const int64_t n = in_size();
    Bits reached = 0;
#pragma omp simd reduction(| : reached)
    for (int64_t i = 0; i < n; ++i)
        reached |= static_cast<Bits>((x[i] & static_cast<Bits>(~kSign<Bits>)) + rest);
    return (reached & kSign<Bits>) == 0;
}

template <class Tap>
void MaxWindows::locate(const Tap* taken, int64_t* indices) const {
    const int64_t* const taps = taps_.data();
    const int64_t columns = axes_[2].out, stride = axes_[2].stride;
    for_rows([&](int64_t row, int64_t first, int64_t, int64_t) {
        const Tap* const tap = taken + row * columns;
        int64_t* const index = indices + row * columns;
        for (int64_t k = 0; k < columns; ++k) index[k] = first + k * stride + taps[tap[k]];
    });
}

// The place of the greatest element of a window, the first of equals.
template <class Bits>
int64_t MaxWindows::greatest(const Bits* x, Bits infinity, const Position& at) const {
    const auto& [a, b, c] = axes_;
    int64_t best = -1;
    for (int64_t i = std::max<int64_t>(at[0], 0); i < std::min(at[0] + a.kernel, a.in); ++i) {
        for (int64_t j = std::max<int64_t>(at[1], 0); j < std::min(at[1] + b.kernel, b.in); ++j) {
            for (int64_t k = std::max<int64_t>(at[2], 0); k < std::min(at[2] + c.kernel, c.in);
                 ++k) {
                const int64_t index = (i * b.in + j) * c.in + k;
                if (best < 0 || rank(x[index], infinity) > rank(x[best], infinity)) best = index;
            }
        }
    }
    return best;
}

template <class Bits>
void MaxWindows::pool(const Bits* x, Bits infinity, Bits* y, int64_t* indices) const {
    const auto& columns = axes_[2];
    for_rows([&](int64_t row, int64_t, int64_t at_i, int64_t at_j) {
        for (int64_t k = 0; k < columns.out; ++k) {
            const int64_t window = row * columns.out + k;
            indices[window] = greatest(x, infinity, {at_i, at_j, k * columns.stride - columns.pad});
            y[window] = x[indices[window]];
        }
    });
}

template void MaxWindows::locate(const uint8_t*, int64_t*) const;
template void MaxWindows::locate(const int32_t*, int64_t*) const;
template bool MaxWindows::are_ordinary(const uint32_t*, uint32_t) const;
template bool MaxWindows::are_ordinary(const uint16_t*, uint16_t) const;
template void MaxWindows::pool(const uint32_t*, uint32_t, uint32_t*, int64_t*) const;
template void MaxWindows::pool(const uint16_t*, uint16_t, uint16_t*, int64_t*) const;

}  // namespace onednn
