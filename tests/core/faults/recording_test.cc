// CHAINERX_LAYERS=record and what can be done with its file.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "chainerx/replay.h"
#include "core/faults/faulty_process.h"
#include "core/plugin/expect_error.h"
#include "core/plugin/test_folders.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

class Recorded : public ::testing::Test {
protected:
    std::string file() const { return folder_.path() / "calls.chxrec"; }

    void record(const std::string& options, const std::function<void()>& body) const {
        run_with_faults(options, [&] {
            setenv("CHAINERX_LAYERS", "record", 1);
            setenv("CHAINERX_RECORD_FILE", file().c_str(), 1);
            body();
        });
    }

    // In a process without layers, whose plugin may have other faults.
    void replay(const std::string& faults,
                const ReplayOptions& options,
                const std::function<void(const ReplayReport&)>& check) const {
        run_with_faults(faults, [&] {
            faulty();
            nulldev();
            check(replay_recording(file(), options));
        });
    }

    std::string content() const {
        std::ifstream stream(file(), std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }

    internal::TemporaryFolder folder_;
};

void add_on(Device& device) {
    const Array a = floats_on(device, 1), b = floats_on(device, 2);
    const Array c = a + b;
    expect_filled(c + a, 4);
}

TEST_F(Recorded, CallsAreMadeAgainWithTheSameResults) {
    record("", [] {
        add_on(faulty());
        const Array x = floats_on(native(), 0.5, 600).reshape({20, 30});
        exp(x.transpose()) * 2.0;
        matmul(x, x.transpose());
        sum(x.at({Slice(0, 20, 3)}));
        x += 1;
        x.at({Slice(1, 3)}).fill(4.0);
        where(x > 1.0, x, 0.0);
        argmax(x);
        zeros(Shape{0, 3});
    });
    replay("", {}, [](const ReplayReport& report) {
        EXPECT_GT(report.calls, 10);
        EXPECT_EQ(report.differing, 0) << report.text;
        EXPECT_EQ(report.skipped, 0) << report.text;
        EXPECT_FALSE(report.is_truncated);
    });
}

TEST_F(Recorded, CallsOfOneDeviceAreMadeOnAnother) {
    record("", [] { add_on(faulty()); });
    ReplayOptions options;
    options.device = "native:0";
    replay("", options, [](const ReplayReport& report) {
        EXPECT_GE(report.calls, 2);
        EXPECT_EQ(report.differing, 0) << report.text;
    });
    options.device = "nulldev:0";
    replay("", options, [](const ReplayReport& report) {
        EXPECT_EQ(report.calls, 0);
        expect_contains(report.text, "skipped: nulldev has no kernel for it");
    });
}

TEST_F(Recorded, WrongResultsAreSeen) {
    record("host=1,writes_element=1", [] {
        const Array a = floats_on(faulty(), 1);
        a + a;
    });
    replay("", {}, [](const ReplayReport& report) {
        EXPECT_EQ(report.differing, 1);
        expect_contains(report.text, "chx.add on faulty:0 (plugin faulty 1.0.0): output 0: off by");
    });
    replay("host=1,writes_element=1", {}, [](const ReplayReport& report) {
        EXPECT_EQ(report.differing, 0) << report.text;
    });
}

TEST_F(Recorded, FailuresAreReproduced) {
    record("kernel_fails_at=1", [] {
        const Array a = floats_on(faulty(), 1);
        EXPECT_THROW(a + a, DeviceError);
    });
    replay("kernel_fails_at=1", {}, [](const ReplayReport& report) {
        EXPECT_EQ(report.differing, 0) << report.text;
    });
    replay("", {}, [](const ReplayReport& report) {
        EXPECT_EQ(report.differing, 1);
        expect_contains(report.text,
                        "CHX_OK ; recorded was CHX_E_INTERNAL faulty: the kernel fails");
    });
}

TEST_F(Recorded, OneCallIsChosenByItsNumber) {
    record("", [] { add_on(faulty()); });
    ReplayOptions options;
    options.only = 1;
    replay("", options, [](const ReplayReport& report) { EXPECT_EQ(report.calls, 1); });
}

TEST_F(Recorded, FilesMayEndAnywhere) {
    record("", [] { add_on(faulty()); });
    const std::string whole = content();
    run_with_faults("", [&] {
        faulty();
        native();
        int64_t calls = 0;
        for (size_t size = 10; size < whole.size(); size += 37) {
            std::ofstream(file(), std::ios::binary) << whole.substr(0, size);
            const ReplayReport report = replay_recording(file());
            EXPECT_GE(report.calls, calls);
            EXPECT_EQ(report.differing, 0) << report.text;
            calls = report.calls;
        }
        EXPECT_GT(calls, 0);
        std::string damaged = whole;
        damaged[whole.size() - 10] ^= 1;
        std::ofstream(file(), std::ios::binary) << damaged;
        EXPECT_TRUE(replay_recording(file()).is_truncated);
        std::ofstream(file(), std::ios::binary) << "CHXREC 2\nwhatever";
        expect_contains(message_of<ValueError>([&] { replay_recording(file()); }),
                        "a recording of another format");
        std::ofstream(file(), std::ios::binary) << "PK";
        expect_contains(message_of<ValueError>([&] { replay_recording(file()); }),
                        "does not begin as a recording does");
        expect_contains(message_of<ValueError>([&] { replay_recording("/nowhere"); }),
                        "No such file");
    });
}

TEST_F(Recorded, NeedsAFileThatCanBeWritten) {
    run_with_faults("", [] {
        setenv("CHAINERX_LAYERS", "record", 1);
        setenv("CHAINERX_RECORD_FILE", "/nowhere/calls", 1);
        expect_contains(message_of<ValueError>([] { native(); }),
                        "CHAINERX_RECORD_FILE: '/nowhere/calls' can't be written");
    });
}

}  // namespace
}  // namespace chainerx::testing
