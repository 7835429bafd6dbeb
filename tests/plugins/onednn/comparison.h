// The same computation by oneDNN's kernels and by those of the plugin native.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chainerx/array.h"

namespace chainerx::testing {

using Computation = std::function<std::vector<Array>()>;

// Lets oneDNN take calls however small. Before the first array is made.
void take_small_calls();

// Distinct values of float32 from about -1 to 1.
Array some_floats(const Shape& shape, double seed = 1);

// Of y, whose own gradient is some numbers.
std::vector<Array> gradients_of(const Array& y, const std::vector<Array>& inputs);

// What oneDNN's kernels took of it, call by call: "chx.conv by jit:avx2".
std::vector<std::string> taken_by_onednn(const Computation& compute);

// Both give the same up to rounding, and oneDNN has these ops ("chx.conv chx.conv_input_grad") and no others.
void expect_same(const Computation& compute,
                 const std::vector<std::string>& ops,
                 double tolerance = 2e-5);

}  // namespace chainerx::testing
