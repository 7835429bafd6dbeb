// Runs code in a child process in which the plugin "faulty" has faults: options are read once a process, and what a fault
// leaves behind must not meet the next test.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/test_devices.h"

namespace chainerx::testing {

inline Device& faulty(int index = 0) { return test_device("faulty", index); }

// Expectations that fail in the child fail the test; so does a crash, a leak under a leak checker, or an exit that hangs
// (the test's own time limit). options: "oom_at=3,silent=1".
inline void run_with_faults(const std::string& options, const std::function<void()>& body) {
    std::string given;
    for (size_t begin = 0; begin < options.size();) {
        const size_t end = std::min(options.find(',', begin), options.size());
        given += (given.empty() ? "faulty." : ",faulty.") + options.substr(begin, end - begin);
        begin = end + 1;
    }
    const pid_t child = fork();
    if (child == 0) {
        setenv("CHAINERX_PLUGIN_OPTIONS", given.c_str(), 1);
        try {
            body();
        } catch (const std::exception& error) {
            ADD_FAILURE() << "an exception came out: " << error.what();
        }
        exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0)
        << "see the child's output above; a small number is the signal that ended it";
}

inline void limit_waiting(const char* seconds) { setenv("CHAINERX_SYNC_TIMEOUT", seconds, 1); }

// All elements of a float32 array are `value`.
inline void expect_filled(const Array& array, float value) {
    std::vector<float> elements(static_cast<size_t>(array.size()));
    array.copy_to_host(elements.data());
    for (const float element : elements) ASSERT_EQ(element, value);
}

inline Array floats_on(Device& device, float value, int64_t n = 4) {
    return full(Shape{n}, value, DType::kFloat32, &device);
}

// Neither the host's device nor another one of the same plugin has lost anything.
inline void expect_others_work() {
    for (Device* device : {&native(), &faulty(1)}) {
        const Array one = floats_on(*device, 1);
        expect_filled(one + one, 2);
    }
}

}  // namespace chainerx::testing
