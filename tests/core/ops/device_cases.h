// Calls that every device has to get right, and what they are made of.
#pragma once

#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "chainerx/chainerx.h"

namespace chainerx::testing {

using Results = std::vector<Array>;

struct DeviceCase {
    const char* name;
    std::function<Results()> run;  // on the default device
    // Ops that have neither a primitive nor a decomposition: a device without a kernel of its own
    // leaves them to the host.
    std::set<std::string> host_ops = {};
};
inline void PrintTo(const DeviceCase& c, std::ostream* out) { *out << c.name; }

// Element-wise functions, reductions, products.
std::vector<DeviceCase> math_cases();
// What neural networks are made of, and optimizers.
std::vector<DeviceCase> network_cases();
// Making, indexing, joining and rearranging arrays.
std::vector<DeviceCase> array_cases();

// Distinct values from -1 to 1 without zero, on the default device. Every second dimension is
// stored backwards.
Array data(const Shape& shape, double shift = 0);
inline Array positive(const Shape& shape) { return data(shape, 1.5); }
Array some_integers(const std::vector<int64_t>& values, DType dtype = DType::kInt64);

// What a function returns, and the gradients of all of it.
Results differentiated(const std::function<Results(const Results&)>& function, Results inputs);
// The gradients of a function of the gradients.
Results differentiated_twice(const std::function<Array(const Array&, const Array&)>& function,
                             const Array& x,
                             const Array& w);

}  // namespace chainerx::testing
