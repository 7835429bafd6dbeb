// The same computation by oneDNN's kernels, and by those of the plugin native in double precision.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chainerx/array.h"

namespace chainerx::testing {

using Arrays = std::vector<Array>;
using Computation = std::function<Arrays(const Arrays& operands)>;

// Lets oneDNN take calls however small. Before the first array is made.
void take_small_calls();

// Distinct values of float32 from about -1 to 1.
Array some_floats(const Shape& shape, double seed = 1);

// Rounded to multiples of 1/8, which are the same in all dtypes, as are their sums; many are equal.
Array few_digits(const Array& x);

// Of y, whose own gradient is some numbers of few digits.
Arrays gradients_of(const Array& y, const Arrays& inputs);

// What oneDNN's kernels took of it, call by call: "chx.conv by jit:avx2".
std::vector<std::string> taken_by_onednn(const std::function<void()>& compute);

// Whether oneDNN has a kernel for this op ("chx.conv") and dtype on this machine.
bool has_kernel(const std::string& op, DType dtype);

// For float32, and for float16 and bfloat16 where oneDNN has kernels for them: results with operands of that dtype are
// as close to those of the same numbers in double precision as the kernels of these ops state. In float32 oneDNN takes
// those of these ops that it has there, and no others; in the narrow dtypes it may leave calls to others.
void expect_same(const Arrays& operands,
                 const Computation& compute,
                 const std::vector<std::string>& ops);

}  // namespace chainerx::testing
