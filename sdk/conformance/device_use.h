// A little of everything that a device offers, for cases about what is left of it.
#pragma once

#include "device_under_test.h"

namespace conformance {

// Allocates, copies there and back, frees.
void use_memory(const DeviceUnderTest& subject);
// A stream and an event come and go.
void use_streams(const DeviceUnderTest& subject);

}  // namespace conformance
