// The windows of a pooling op over the spatial dimensions, cut to what lies within the input.
#pragma once

#include <chx/chx_plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace native {

// The windows along one spatial dimension: window i covers begin[i] .. end[i] - 1 of the input.
struct WindowRanges {
    std::vector<int64_t> begin, end;

    WindowRanges(int64_t input, int64_t output, int64_t kernel, int64_t stride, int64_t pad)
        : begin(static_cast<size_t>(output)), end(static_cast<size_t>(output)) {
        for (int64_t i = 0; i < output; ++i) {
            const int64_t first = i * stride - pad;
            begin[i] = std::clamp<int64_t>(first, 0, input);
            end[i] = std::clamp<int64_t>(first + kernel, begin[i], input);
        }
    }
};

// All windows. There are always at least two dimensions: missing ones have extent 1.
class PoolWindows {
public:
    PoolWindows(int64_t ndim, const int64_t* input, const int64_t* output, const int64_t* kernel, const int64_t* stride,
                const int64_t* pad) {
        for (int64_t d = ndim; d < 2; ++d) {
            push(1, 1, 1, 1, 0);
        }
        for (int64_t d = 0; d < ndim; ++d) {
            push(input[d], output[d], kernel[d], stride[d], pad[d]);
        }
    }
    int64_t input_size() const { return input_size_; }
    int64_t output_size() const { return output_size_; }
    // Elements of a window that is not cut.
    int64_t kernel_size() const { return kernel_size_; }

    // Calls f(output position, window) for every window in row-major order, where window.for_rows(g) calls
    // g(input position, n) for every contiguous row of input elements in the window, in row-major order.
    template <class F>
    void for_windows(F&& f) const {
        const int last = static_cast<int>(ranges_.size()) - 1;
        Window window{*this, {}};
        for (int64_t at = 0; at < output_size_; ++at) {
            f(at, static_cast<const Window&>(window));
            for (int d = last; d >= 0; --d) {
                if (++window.index[d] < output_[d]) {
                    break;
                }
                window.index[d] = 0;
            }
        }
    }

    struct Window {
        const PoolWindows& windows;
        int64_t index[CHX_MAX_NDIM + 2];

        int64_t size() const {
            int64_t product = 1;
            for (size_t d = 0; d < windows.ranges_.size(); ++d) {
                product *= windows.ranges_[d].end[index[d]] - windows.ranges_[d].begin[index[d]];
            }
            return product;
        }
        template <class G>
        void for_rows(G&& g) const {
            rows_of(0, 0, g);
        }

    private:
        template <class G>
        void rows_of(size_t d, int64_t base, G&& g) const {
            const WindowRanges& range = windows.ranges_[d];
            const int64_t begin = range.begin[index[d]], end = range.end[index[d]];
            if (d + 2 < windows.ranges_.size()) {
                for (int64_t i = begin; i < end; ++i) {
                    rows_of(d + 1, (base + i) * windows.input_[d + 1], g);
                }
                return;
            }
            const WindowRanges& inner = windows.ranges_[d + 1];
            const int64_t first = inner.begin[index[d + 1]], n = inner.end[index[d + 1]] - first;
            for (int64_t i = begin; i < end && n > 0; ++i) {
                g((base + i) * windows.input_[d + 1] + first, n);
            }
        }
    };

private:
    void push(int64_t input, int64_t output, int64_t kernel, int64_t stride, int64_t pad) {
        ranges_.emplace_back(input, output, kernel, stride, pad);
        input_.push_back(input);
        output_.push_back(output);
        input_size_ *= input;
        output_size_ *= output;
        kernel_size_ *= kernel;
    }

    std::vector<WindowRanges> ranges_;
    std::vector<int64_t> input_, output_;
    int64_t input_size_ = 1, output_size_ = 1, kernel_size_ = 1;
};

}  // namespace native
