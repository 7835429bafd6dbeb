// A device that fails: each fault becomes an error that says what happened, and nothing else is lost.
#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "core/faults/faulty_process.h"
#include "core/plugin/expect_error.h"
#include "device/device_state.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

TEST(FaultyDevice, WithoutFaultComputes) {
    run_with_faults("", [] {
        const Array sum = floats_on(faulty(), 1) + floats_on(faulty(), 2);
        faulty().synchronize();
        expect_filled(sum, 3);
        expect_others_work();
    });
}

TEST(FaultyDevice, IsAskedForMemoryOnceMore) {
    run_with_faults("oom_at=2", [] {
        const Array a = floats_on(faulty(), 1);
        expect_filled(a + a, 2);
        EXPECT_EQ(faulty().memory().plugin_allocations, 3u);
    });
}

TEST(FaultyDevice, WithoutMemoryKeepsWhatThereIs) {
    run_with_faults("oom_from=3", [] {
        const Array a = floats_on(faulty(), 1);
        const Array b = floats_on(faulty(), 2);
        expect_contains(message_of<OutOfMemoryError>([&] { a + b; }), "faulty:0: out of memory");
        expect_filled(a, 1);
        expect_filled(b, 2);
        const Array one = floats_on(native(), 1);
        expect_filled(one + one, 2);
    });
}

TEST(FaultyDevice, GetsMemoryBackBeforeItIsGivenUp) {
    run_with_faults("memory=1100000", [] {
        const auto half = [] { return floats_on(faulty(), 1, 120000); };
        const Array kept = half();
        {
            const Array freed = half();
        }
        // Of another size: only the block that the pool keeps makes room for it.
        const Array other = floats_on(faulty(), 3, 100000);
        EXPECT_THROW(half(), OutOfMemoryError);
        expect_filled(kept, 1);
        expect_filled(other, 3);
    });
}

TEST(FaultyDevice, FailingKernelIsNamed) {
    run_with_faults("kernel_fails_at=1", [] {
        const Bystanders others;
        const Array a = floats_on(faulty(), 1);
        const std::string text = message_of<DeviceError>([&] { a + a; });
        expect_contains(text, "add");
        expect_contains(text, "faulty:0");
        expect_contains(text, "the kernel fails (CHX_E_INTERNAL, plugin faulty 1.0.0)");
        expect_filled(a + a, 2);
        others.expect_unharmed();
    });
}

TEST(FaultyDevice, WithoutATextStillSaysWhatFailed) {
    run_with_faults("kernel_fails_at=1,silent=1,code=77", [] {
        const Bystanders others;
        const Array a = floats_on(faulty(), 1);
        expect_contains(message_of<DeviceError>([&] { a + a; }), "no reason given (code 77");
        others.expect_unharmed();
    });
}

TEST(FaultyDevice, LateErrorComesWithTheWait) {
    run_with_faults("late_error_at=1", [] {
        const Bystanders others;
        const Array a = floats_on(faulty(), 1);
        const Array sum = a + a;
        const std::string text = message_of<DeviceError>([] { faulty().synchronize(); });
        expect_contains(text, "synchronize on faulty:0: faulty: a kernel failed after its launch");
        EXPECT_THROW(expect_filled(sum, 2), DeviceError);
        others.expect_unharmed();
    });
}

TEST(FaultyDevice, LateErrorOfAStreamStaysInIt) {
    run_with_faults("late_error_at=1", [] {
        const Bystanders others;
        const Array a = floats_on(faulty(), 1);
        {
            Stream stream(faulty());
            {
                const StreamScope scope(stream);
                a + a;
            }
            EXPECT_THROW(stream.synchronize(), DeviceError);
            EXPECT_THROW(stream.is_done(), DeviceError);
        }
        expect_filled(a + a, 2);
        others.expect_unharmed();
    });
}

TEST(FaultyDevice, FailingCopyLosesNothing) {
    run_with_faults("copy_fails_at=2", [] {
        const Array a = floats_on(faulty(), 1);
        expect_contains(message_of<DeviceError>([&] { expect_filled(a, 1); }),
                        "copy on faulty:0: faulty: copy fails");
        expect_filled(a, 1);
    });
}

TEST(FaultyDevice, FailingWaitAndFreeAreSurvived) {
    run_with_faults("sync_fails_at=1,free_fails_at=1", [] {
        const Array a = floats_on(faulty(), 1);
        EXPECT_THROW(faulty().synchronize(), DeviceError);
        faulty().synchronize();
        {
            const Array freed = floats_on(faulty(), 1, 100000);
        }
        faulty().trim_memory();
        expect_filled(a + a, 2);
    });
}

TEST(FaultyDevice, LostOneIsLostAlone) {
    run_with_faults("lost_at=1", [] {
        const Bystanders others;
        const Array a = floats_on(faulty(), 1);
        expect_contains(message_of<DeviceError>([&] { a + a; }), "CHX_E_DEVICE_LOST");
        for (int i = 0; i < 2; ++i) {
            expect_contains(message_of<DeviceError>([&] { a + a; }),
                            "the device was lost in an earlier call");
            EXPECT_THROW(faulty().synchronize(), DeviceError);
            EXPECT_THROW(expect_filled(a, 1), DeviceError);
        }
        others.expect_unharmed();
    });
}

TEST(FaultyDevice, MayReportAnySizeOfItsFacts) {
    for (const char* options : {"wrong_size=4", "wrong_size=100000"}) {
        run_with_faults(options, [] {
            const Array a = floats_on(faulty(), 1);
            expect_filled(a + a, 2);
        });
    }
}

}  // namespace
}  // namespace chainerx::testing
