// The child of a fork: devices that do not survive it answer with an error, the host's device works, nothing hangs.
#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "core/faults/faulty_process.h"
#include "core/plugin/expect_error.h"

#if defined(__SANITIZE_ADDRESS__)
static bool is_grandchild = false;

// There the memory of threads that only its parent has looks leaked.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() {
    return is_grandchild ? 1 : 0;
}
#endif

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

// A hang ends the child with SIGALRM.
void in_grandchild(const std::function<void()>& body) {
    run_with_faults("", [&] {
#if defined(__SANITIZE_ADDRESS__)
        is_grandchild = true;
#endif
        alarm(20);
        body();
    });
}

TEST(Fork, OpenedDevicesAnswerWithAnError) {
    run_with_faults("", [] {
        const Array a = floats_on(faulty(), 1);
        const Array sum = a + a;  // a thread computes it
        Stream stream(faulty());
        in_grandchild([&] {
            const char* expected = "opened before this process was forked";
            expect_contains(message_of<DeviceError>([&] { a + a; }), expected);
            expect_contains(message_of<DeviceError>([&] { expect_filled(sum, 2); }), expected);
            expect_contains(message_of<DeviceError>([&] { floats_on(faulty(), 1, 1000); }),
                            expected);
            expect_contains(message_of<DeviceError>([] { faulty().synchronize(); }), expected);
            expect_contains(message_of<DeviceError>([&] { stream.synchronize(); }), expected);
            expect_contains(message_of<DeviceError>([&] { stream.is_done(); }), expected);
            expect_contains(message_of<DeviceError>([&] { Stream another(faulty()); }), expected);
            // Not opened before, but by a plugin that does not survive.
            expect_contains(message_of<DeviceError>([] { faulty(1); }),
                            "was in use when this process was forked");
            faulty().trim_memory();
        });
        expect_filled(sum, 2);
    });
}

TEST(Fork, ArraysOfThemMayDieInTheChild) {
    run_with_faults("", [] {
        auto array = std::make_unique<Array>(floats_on(faulty(), 1, 100000));
        auto stream = std::make_unique<Stream>(faulty());
        in_grandchild([&] {
            array.reset();
            stream.reset();
            faulty().trim_memory();
            expect_filled(floats_on(native(), 1) + floats_on(native(), 1), 2);
        });
        expect_filled(*array + *array, 2);
    });
}

TEST(Fork, NativeWorksWithItsThreads) {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "ThreadSanitizer allows no threads in the child of a process that had some";
#endif
    run_with_faults("", [] {
        const Array large = floats_on(native(), 1, 1 << 20);
        expect_filled(large + large, 2);  // by the pool
        in_grandchild([&] {
            expect_filled(large + large, 2);
            expect_filled(floats_on(native(), 2, 1 << 20), 2);
        });
        expect_filled(large + large, 2);
    });
}

TEST(Fork, WhileAnotherThreadOpensADevice) {
    run_with_faults("opens_ms=500", [] {
        native();
        get_backend("native");
        add_plugin_directory(std::string(CHAINERX_TEST_PLUGIN_DIR) + "/faulty");
        Backend& backend = get_backend("faulty");
        std::thread other([&] { backend.device(0); });
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        in_grandchild([&] {
            expect_contains(message_of<DeviceError>([&] { backend.device(0); }),
                            "forked while another thread was opening a device");
            expect_filled(floats_on(native(), 1) + floats_on(native(), 1), 2);
        });
        other.join();
        expect_filled(floats_on(faulty(), 1) + floats_on(faulty(), 1), 2);
    });
}

TEST(Fork, WhileOtherThreadsAllocate) {
    run_with_faults("", [] {
        native();
        std::atomic<bool> is_over{false};
        std::thread other([&] {
            // Too large for a cache of the thread's own: the pool's lock is taken every time.
            while (!is_over) floats_on(native(), 1, 5000);
        });
        for (int i = 0; i < 20; ++i) {
            in_grandchild([] {
                for (int j = 0; j < 10; ++j) expect_filled(floats_on(native(), 1, 5000), 1);
            });
        }
        is_over = true;
        other.join();
    });
}

}  // namespace
}  // namespace chainerx::testing
