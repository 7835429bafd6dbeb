// The plugin under the core: a device of it, and arrays there.
#pragma once

#include <string>

#include "case.h"
#include "chainerx/chainerx.h"

namespace conformance {

// Loads it; its name.
std::string plugin_of(const Context& context);

// The plugin's first device; for a provider of kernels for host memory, native:0. Skips the case where there is none.
chainerx::Device& device_of(const Context& context);

// Distinct float64 values from about -1 to 1, without zero, plus shift, on the default device.
chainerx::Array some(const chainerx::Shape& shape, double shift = 0);

}  // namespace conformance
