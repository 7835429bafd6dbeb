// The devices of plugins built for tests: primdev (the primitive set, memory behind handles), nulldev (no kernel) and sim
// (asynchronous, from the SDK).
#pragma once

#include <cstdlib>
#include <string>

#include "chainerx/device.h"
#include "chainerx/plugin.h"

namespace chainerx::testing {

inline Device& test_device(const std::string& backend, int index = 0) {
    add_plugin_directory(std::string(CHAINERX_TEST_PLUGIN_DIR) + "/" + backend);
    return get_device(backend, index);
}
inline Device& primdev(int index = 0) { return test_device("primdev", index); }
inline Device& nulldev(int index = 0) { return test_device("nulldev", index); }
// It does its work when somebody waits for it: nothing is there by luck. options: for the first call in a process.
inline Device& sim(const char* options = "sim.latency_us=demand") {
    setenv("CHAINERX_PLUGIN_OPTIONS", options, 0);
    return test_device("sim");
}
inline Device& native(int index = 0) { return get_device("native", index); }

}  // namespace chainerx::testing
