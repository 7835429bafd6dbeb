// What max_pool of the core promises beyond oneDNN: where in x each maximum is, and that NaN wins.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <chx/chx_plugin.h>

namespace onednn {

class MaxWindows {
public:
    struct Axis {
        int64_t in = 1, out = 1, kernel = 1, stride = 1, pad = 0;
    };

    // One to three spatial axes, the last one innermost.
    MaxWindows(const Axis* axes, int n_axes);

    int64_t in_size() const { return axes_[0].in * axes_[1].in * axes_[2].in; }
    int64_t out_size() const { return axes_[0].out * axes_[1].out * axes_[2].out; }

    // In these, Bits are those of an element, and `infinity` those of +infinity.

    // Whether oneDNN takes the elements of the plane x that the core takes. It passes over NaN and starts with the least
    // finite number: so it does of finite numbers whose magnitude is not the largest one.
    template <class Bits>
    bool are_ordinary(const Bits* x, Bits infinity) const;
    // The indices of the elements that oneDNN took; taken: of each window the number of the element within it.
    template <class Tap>
    void locate(const Tap* taken, int64_t* indices) const;
    // A plane of y and its indices without oneDNN.
    template <class Bits>
    void pool(const Bits* x, Bits infinity, Bits* y, int64_t* indices) const;

private:
    using Position = std::array<int64_t, 3>;

    template <class F>
    void for_rows(F&& f) const;
    template <class Bits>
    int64_t greatest(const Bits* x, Bits infinity, const Position& at) const;

    std::array<Axis, 3> axes_;
    // Distances from the (perhaps imagined) first element of a window to the others.
    std::vector<int64_t> taps_;
};

}  // namespace onednn
