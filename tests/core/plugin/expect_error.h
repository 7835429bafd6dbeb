// Runs something that must throw and returns the message.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace chainerx::internal {

template <typename Error, typename Function>
std::string message_of(Function function) {
    try {
        function();
    } catch (const Error& error) {
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

inline void expect_contains(std::string_view text, std::string_view fragment) {
    EXPECT_NE(text.find(fragment), text.npos) << "'" << fragment << "' is missing in:\n" << text;
}

}  // namespace chainerx::internal
