// int64 arrays of indices: ranges, and indices into several axes turned into one.
#pragma once

#include "chainerx/array.h"

namespace chainerx::internal {

// start, start + step, ...: n elements.
Array index_range(int64_t start, int64_t step, int64_t n, Device& device);

// Throws IndexError unless the array holds integers (or bool, where that is allowed).
void check_index_dtype(const char* op, const Array& indices, bool allows_bool = false);

// Collects one array of indices per axis, outermost first; negative ones count from the end.
class LinearIndex {
public:
    void add(const Array& indices, int64_t extent);
    // Adds an axis all of whose indices are known to be valid.
    void add_valid(const Array& indices, int64_t extent);
    // The row-major index into all extents; an out-of-range one, extent(), where any part was out
    // of range.
    Array finish() const;
    int64_t extent() const { return extent_; }

private:
    Array index_;
    Array is_valid_;  // null: all are
    int64_t extent_ = 1;
};

}  // namespace chainerx::internal
