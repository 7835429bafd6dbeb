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

// What a child that returns this ends with, if no expectation fails.
constexpr int kHasFailed = 3;

// The exit status of a child process that runs the body: what that returns, or 1 if an expectation fails in it; -1 for a
// crash. A leak under a leak checker gives a status of the checker's own, and an exit that hangs ends with the test's time
// limit. options: "oom_at=3,silent=1".
inline int status_with_faults(const std::string& options, const std::function<int()>& body) {
    std::string given;
    for (size_t begin = 0; begin < options.size();) {
        const size_t end = std::min(options.find(',', begin), options.size());
        given += (given.empty() ? "faulty." : ",faulty.") + options.substr(begin, end - begin);
        begin = end + 1;
    }
    const pid_t child = fork();
    if (child == 0) {
        setenv("CHAINERX_PLUGIN_OPTIONS", given.c_str(), 1);
        int returned = 0;
        try {
            returned = body();
        } catch (const std::exception& error) {
            ADD_FAILURE() << "an exception came out: " << error.what();
        }
        exit(::testing::Test::HasFailure() ? 1 : returned);
    }
    int status = -1;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

// Expectations that fail in the child fail the test; so do a crash, a leak under a leak checker, and an exit that hangs.
inline void run_with_faults(const std::string& options, const std::function<void()>& body) {
    EXPECT_EQ(status_with_faults(options,
                                 [&] {
                                     body();
                                     return 0;
                                 }),
              0)
        << "see the child's output above";
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

// What other devices hold when something fails.
class Bystanders {
public:
    void expect_unharmed() const {
        expect_filled(on_host_, 5);
        expect_filled(on_other_, 7);
        expect_others_work();
    }

private:
    Array on_host_ = floats_on(native(), 5);
    Array on_other_ = floats_on(faulty(1), 7);
};

}  // namespace chainerx::testing
