// Tests of the logging facade.
#include "chainerx/log.h"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "chainerx/error.h"
#include "log/log_level_cell.h"

namespace chainerx {
namespace {

class LogTest : public testing::Test {
protected:
    void TearDown() override {
        set_log_sink({});
        take_log_records();
        set_log_queue(0);
        set_log_level(kLogWarning);
    }
};

TEST_F(LogTest, TheLevelIsReadByPluginsWithoutACall) {
    set_log_level(kLogDebug);

    EXPECT_EQ(log_level(), kLogDebug);
    EXPECT_EQ(*internal::log_level_cell(), kLogDebug);
    EXPECT_TRUE(is_log_enabled(kLogDebug));
    EXPECT_FALSE(is_log_enabled(kLogTrace));
    EXPECT_THROW(set_log_level(6), ValueError);
    EXPECT_EQ(log_level_name(kLogWarning), "warning");
    EXPECT_EQ(log_level_name(17), "?");
}

TEST_F(LogTest, WritesToStandardErrorByItself) {
    testing::internal::CaptureStderr();
    log(kLogWarning, "test", "seen {}");
    log(kLogInfo, "test", "too low");
    const std::string written = testing::internal::GetCapturedStderr();

    EXPECT_NE(written.find("[warning] test: seen {}\n"), written.npos) << written;
    EXPECT_EQ(written.find("too low"), written.npos);
}

TEST_F(LogTest, OffSilencesErrorsToo) {
    set_log_level(kLogOff);
    set_log_queue(4);

    log(kLogError, "test", "unheard");
    log(kLogOff, "test", "no message has this level");

    EXPECT_TRUE(take_log_records().empty());
}

TEST_F(LogTest, TheQueueIsBoundedAndCountsWhatItLost) {
    set_log_queue(2);
    for (const char* text : {"one", "two", "three", "four"}) {
        log(kLogError, "test", text);
    }

    const std::vector<LogRecord> records = take_log_records();

    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[0].text, "one");
    EXPECT_EQ(records[1].text, "two");
    EXPECT_EQ(records[1].component, "test");
    EXPECT_EQ(records[2].text, "2 messages were lost: the queue was full");
    EXPECT_TRUE(take_log_records().empty());
}

TEST_F(LogTest, WhatIsLeftInTheQueueIsWrittenWhenItEnds) {
    set_log_queue(2);
    log(kLogError, "test", "left over");
    testing::internal::CaptureStderr();
    set_log_queue(0);
    const std::string written = testing::internal::GetCapturedStderr();

    EXPECT_NE(written.find("left over"), written.npos);
}

TEST_F(LogTest, ASinkTakesRecordsBeforeTheQueue) {
    std::vector<std::string> taken;
    set_log_queue(2);
    set_log_sink([&](int level, std::string_view component, std::string_view text) {
        taken.push_back(std::to_string(level) + std::string(component) + std::string(text));
    });

    log(kLogError, "test", "message");

    EXPECT_EQ(taken, (std::vector<std::string>{"4testmessage"}));
    EXPECT_TRUE(take_log_records().empty());
}

TEST_F(LogTest, ASinkMayLogAndMayThrow) {
    set_log_queue(4);
    set_log_sink([](int, std::string_view, std::string_view) {
        log(kLogError, "sink", "from the sink");
        throw std::runtime_error("broken sink");
    });

    log(kLogError, "test", "message");

    const std::vector<LogRecord> records = take_log_records();
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].text, "from the sink");
    EXPECT_EQ(records[1].text, "message");
}

TEST_F(LogTest, ThreadsMayLogTogether) {
    set_log_queue(10000);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([] {
            for (int i = 0; i < 100; ++i) {
                log(kLogError, "test", "message");
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }

    EXPECT_EQ(take_log_records().size(), 400u);
}

}  // namespace
}  // namespace chainerx
