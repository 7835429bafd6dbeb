// Compares by preferring one plugin, then the other.
#include "plugins/onednn/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "chainerx/gradient.h"
#include "chainerx/kernel_preference.h"
#include "chainerx/log.h"
#include "chainerx/ops.h"

namespace chainerx::testing {

namespace {

class SmallCalls : public ::testing::Environment {
    void SetUp() override { take_small_calls(); }
};

const auto* const kSmallCalls = ::testing::AddGlobalTestEnvironment(new SmallCalls);

std::vector<double> values_of(const Array& array) {
    std::vector<double> values(static_cast<size_t>(array.size()));
    astype(array, DType::kFloat64).copy_to_host(values.data());
    return values;
}

}  // namespace

void take_small_calls() { setenv("CHAINERX_PLUGIN_OPTIONS", "onednn.least_work=0", 1); }

Array some_floats(const Shape& shape, double seed) {
    std::vector<float> values(static_cast<size_t>(total_size(shape)));
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(std::sin(1.7 * static_cast<double>(i) + seed));
    return array(values, shape);
}

std::vector<Array> gradients_of(const Array& y, const std::vector<Array>& inputs) {
    GradOptions options;
    options.grad_outputs = {some_floats(y.shape(), 4)};
    return grad({y}, inputs, options);
}

std::vector<std::string> taken_by_onednn(const Computation& compute) {
    const int32_t level = log_level();
    set_log_level(kLogTrace);
    set_log_queue(100000);
    compute();
    std::vector<std::string> texts;
    for (const LogRecord& record : take_log_records()) {
        if (record.component == "onednn") texts.push_back(record.text);
    }
    set_log_queue(0);
    set_log_level(level);
    return texts;
}

void expect_same(const Computation& compute,
                 const std::vector<std::string>& ops,
                 double tolerance) {
    std::vector<Array> expected, found;
    {
        const PreferenceScope own("native");
        expected = compute();
    }
    std::set<std::string> taken;
    {
        const PreferenceScope preferred("onednn");
        for (const std::string& text : taken_by_onednn([&] { return found = compute(); }))
            taken.insert(text.substr(0, text.find(' ')));
    }
    EXPECT_EQ(taken, std::set<std::string>(ops.begin(), ops.end()));
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
        SCOPED_TRACE("result " + std::to_string(i));
        ASSERT_EQ(to_string(found[i].shape()), to_string(expected[i].shape()));
        const std::vector<double> a = values_of(found[i]), b = values_of(expected[i]);
        double largest = 1, difference = 0;
        for (size_t j = 0; j < a.size(); ++j) {
            largest = std::max(largest, std::abs(b[j]));
            difference = std::max(difference, std::abs(a[j] - b[j]));
        }
        EXPECT_LE(difference, tolerance * largest);
    }
}

}  // namespace chainerx::testing
