// CHAINERX_SYNC_TIMEOUT: waiting for what never comes ends with an error, never with a hang.
#include <chrono>

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "chainerx/log.h"
#include "core/faults/faulty_process.h"
#include "core/plugin/expect_error.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

TEST(SyncTimeout, NamesWhatWasWaitedFor) {
    run_with_faults("stall_at=1", [] {
        limit_waiting("0.1");
        const Array a = floats_on(faulty(), 1);
        const Array sum = a + a;
        const std::string text = message_of<SyncTimeoutError>([] { faulty().synchronize(); });
        expect_contains(
            text,
            "synchronize on faulty:0: an event after all work has not completed within 0.1 s");
        expect_contains(text, "CHAINERX_SYNC_TIMEOUT; plugin faulty 1.0.0");
        expect_others_work();
    });
}

TEST(SyncTimeout, HoldsForStreamsAndTheirEnd) {
    run_with_faults("stall_at=1", [] {
        limit_waiting("0.1");
        set_log_queue(10);
        {
            Stream stream(faulty());
            const StreamScope scope(stream);
            const Array a = floats_on(faulty(), 1);
            const Array sum = a + a;
            EXPECT_FALSE(stream.is_done());
            expect_contains(message_of<SyncTimeoutError>([&] { stream.synchronize(); }),
                            "synchronize on faulty:0: a stream has not completed");
            // The copy waits for the current stream.
            expect_contains(message_of<SyncTimeoutError>([&] { expect_filled(sum, 2); }),
                            "copy on faulty:0");
        }
        const std::vector<LogRecord> records = take_log_records();
        ASSERT_EQ(records.size(), 1u);
        expect_contains(records[0].text, "~Stream on faulty:0: a stream has not completed");
        const Array a = floats_on(faulty(), 1);
        expect_filled(a + a, 2);
        expect_others_work();
    });
}

TEST(SyncTimeout, LeavesWorkThatCompletesAlone) {
    run_with_faults("", [] {
        limit_waiting("30");
        const auto begin = std::chrono::steady_clock::now();
        Array sum = floats_on(faulty(), 1);
        for (int i = 0; i < 5; ++i) sum = sum + sum;
        faulty().synchronize();
        expect_filled(sum, 32);
        native().synchronize();
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
    });
}

TEST(SyncTimeout, PassesFailuresOfTheAskingOn) {
    run_with_faults("query_fails_at=1", [] {
        limit_waiting("0.1");
        const std::string text = message_of<DeviceError>([] { faulty().synchronize(); });
        expect_contains(text, "faulty: asking fails (CHX_E_INTERNAL, plugin faulty 1.0.0)");
        faulty().synchronize();
    });
}

TEST(SyncTimeout, MustBeAPositiveNumber) {
    for (const char* given : {"soon", "0", "-1", "1s", "nan", "inf"}) {
        run_with_faults("", [given] {
            limit_waiting(given);
            expect_contains(message_of<ValueError>([] { faulty().synchronize(); }),
                            std::string("CHAINERX_SYNC_TIMEOUT: '") + given +
                                "' given; expected a number of seconds");
        });
    }
}

}  // namespace
}  // namespace chainerx::testing
