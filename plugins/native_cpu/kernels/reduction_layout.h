// The dimensions of a reduction's operand, sorted into those that stay and those that go.
#pragma once

#include <cstdint>

#include <chx/chx_plugin.hpp>

namespace native {

// Extents and strides (in bytes) of a few dimensions, the outermost first.
struct Dimensions {
    int n = 0;
    int64_t extent[CHX_MAX_NDIM];
    int64_t stride[CHX_MAX_NDIM];

    void push(int64_t dimension_extent, int64_t dimension_stride) {
        extent[n] = dimension_extent;
        stride[n++] = dimension_stride;
    }
    int64_t numel() const {
        int64_t product = 1;
        for (int d = 0; d < n; ++d) {
            product *= extent[d];
        }
        return product;
    }
    int64_t inner_extent() const { return n > 0 ? extent[n - 1] : 1; }
    int64_t inner_stride() const { return n > 0 ? stride[n - 1] : 0; }
    // The same without the innermost dimension.
    Dimensions outer() const {
        Dimensions rest = *this;
        rest.n = n > 0 ? n - 1 : 0;
        return rest;
    }
    // Where the element with this row-major number lies, in bytes from the first one.
    int64_t offset_of(int64_t number) const {
        int64_t offset = 0;
        for (int d = n - 1; d >= 0; --d) {
            offset += number % extent[d] * stride[d];
            number /= extent[d];
        }
        return offset;
    }
};

// Walks all elements of some dimensions in row-major order.
class Odometer {
public:
    explicit Odometer(const Dimensions& dimensions, int64_t start = 0) : dimensions_(dimensions) {
        for (int d = dimensions.n - 1; d >= 0; --d) {
            index_[d] = start == 0 ? 0 : start % dimensions.extent[d];
            start = start == 0 ? 0 : start / dimensions.extent[d];
            offset_ += index_[d] * dimensions.stride[d];
        }
    }
    // In bytes.
    int64_t offset() const { return offset_; }
    // False after the last element.
    bool next() {
        for (int d = dimensions_.n - 1; d >= 0; --d) {
            offset_ += dimensions_.stride[d];
            if (++index_[d] < dimensions_.extent[d]) {
                return true;
            }
            offset_ -= dimensions_.extent[d] * dimensions_.stride[d];
            index_[d] = 0;
        }
        return false;
    }

private:
    const Dimensions& dimensions_;
    int64_t index_[CHX_MAX_NDIM];
    int64_t offset_ = 0;
};

// Dimensions of extent 1 are dropped and those that are one are merged. The reduced ones are in an
// order that suits memory, the kept ones in that of the result.
struct ReductionLayout {
    const char* data;
    Dimensions kept, reduced;
};

ReductionLayout reduction_layout(const chx_tensor& x, const int64_t* axes, int64_t n_axes);

}  // namespace native
