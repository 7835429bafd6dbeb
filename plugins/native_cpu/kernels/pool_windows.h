// The windows of a pooling op over the spatial dimensions, walked tap by tap along whole rows of
// windows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <chx/chx_plugin.hpp>

namespace native {

// A window along one dimension: what of [i * stride - pad, ... + kernel) lies within the input.
struct WindowAxis {
    int64_t input, output, kernel, stride, pad;

    int64_t begin(int64_t i) const { return std::clamp<int64_t>(i * stride - pad, 0, input); }
    int64_t end(int64_t i) const {
        return std::clamp<int64_t>(i * stride - pad + kernel, begin(i), input);
    }
};

// One tap of n neighbouring windows: the window at output position out + i has the element at input
// position in + i * step.
struct WindowTap {
    int64_t out, in, n, step;
};

class PoolWindows {
public:
    PoolWindows(int64_t ndim,
                const int64_t* input,
                const int64_t* output,
                const int64_t* kernel,
                const int64_t* stride,
                const int64_t* pad) {
        for (int64_t d = 0; d < ndim; ++d) {
            axes_.push_back({input[d], output[d], kernel[d], stride[d], pad[d]});
        }
        if (axes_.empty()) {
            axes_.push_back({1, 1, 1, 1, 0});
        }
        for (const WindowAxis& axis : axes_) {
            input_size_ *= axis.input;
            output_size_ *= axis.output;
            kernel_size_ *= axis.kernel;
        }
    }
    int64_t input_size() const { return input_size_; }
    int64_t output_size() const { return output_size_; }
    // Elements of a window that is not cut.
    int64_t kernel_size() const { return kernel_size_; }

    // Calls f(WindowTap) for all taps of all windows; those of one window come in row-major order.
    template <class F>
    void for_taps(F&& f) const {
        taps_of(0, 0, 0, f);
    }

    // The innermost dimension.
    const WindowAxis& columns() const { return axes_.back(); }
    // Calls f(row of windows, the input rows that they meet, in order) for all rows of windows.
    template <class F>
    void for_rows(F&& f) const {
        std::vector<int64_t> rows;
        const int64_t n = output_size_ / std::max<int64_t>(axes_.back().output, 1);
        for (int64_t out = 0; out < n; ++out) {
            rows.assign(1, 0);
            int64_t left = n, number = out;
            for (size_t d = 0; d + 1 < axes_.size(); ++d) {
                left /= axes_[d].output;
                rows = met_rows(rows, axes_[d], number / left);
                number %= left;
            }
            f(out, rows);
        }
    }

    // The number of elements in each window, in row-major order.
    std::vector<int64_t> counts() const {
        std::vector<int64_t> counts{1};
        for (const WindowAxis& axis : axes_) {
            std::vector<int64_t> longer;
            for (int64_t count : counts) {
                for (int64_t i = 0; i < axis.output; ++i) {
                    longer.push_back(count * (axis.end(i) - axis.begin(i)));
                }
            }
            counts = std::move(longer);
        }
        return counts;
    }

private:
    static std::vector<int64_t> met_rows(const std::vector<int64_t>& outer,
                                         const WindowAxis& axis,
                                         int64_t i) {
        std::vector<int64_t> rows;
        for (int64_t row : outer) {
            for (int64_t j = axis.begin(i); j < axis.end(i); ++j) {
                rows.push_back(row * axis.input + j);
            }
        }
        return rows;
    }

    // out, in: positions in the dimensions before d. A row of windows is done for all its taps
    // before the next one.
    template <class F>
    void taps_of(size_t d, int64_t out, int64_t in, F&& f) const {
        if (d + 1 == axes_.size()) {
            taps_of_columns(out, in, f);
            return;
        }
        for (int64_t i = 0; i < axes_[d].output; ++i) {
            const int64_t end = axes_[d].end(i);
            for (int64_t j = axes_[d].begin(i); j < end; ++j) {
                taps_of(d + 1, out * axes_[d].output + i, in * axes_[d].input + j, f);
            }
        }
    }

    template <class F>
    void taps_of_columns(int64_t out_row, int64_t in_row, F&& f) const {
        const WindowAxis& a = axes_.back();
        for (int64_t tap = 0; tap < a.kernel; ++tap) {
            // Input column i * stride + shift.
            const int64_t shift = tap - a.pad;
            const int64_t first = shift >= 0 ? 0 : (-shift + a.stride - 1) / a.stride;
            const int64_t beyond =
                shift >= a.input ? 0 : (a.input - shift + a.stride - 1) / a.stride;
            const int64_t n = std::min(beyond, a.output) - first;
            if (n > 0) {
                f(WindowTap{out_row * a.output + first,
                            in_row * a.input + first * a.stride + shift,
                            n,
                            a.stride});
            }
        }
    }

    std::vector<WindowAxis> axes_;
    int64_t input_size_ = 1, output_size_ = 1, kernel_size_ = 1;
};

}  // namespace native
