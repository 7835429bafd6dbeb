// Compares with what double precision gives, by the tolerances that the kernels state.
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
#include "device/device_state.h"
#include "dispatch/kernel_table.h"
#include "dispatch/op_registry.h"
#include "plugin/loaded_plugin.h"

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

// With gradients wanted of those that want them.
Arrays cast_to(DType dtype, const Arrays& operands) {
    Arrays cast;
    for (const Array& operand : operands) {
        const bool is_number = !operand.is_null() && is_floating(operand.dtype());
        cast.push_back(is_number ? operand.as_grad_stopped().astype(dtype) : operand);
        if (!operand.is_null() && operand.is_connected_to_any()) cast.back().require_grad();
    }
    return cast;
}

const chx_kernel_def* kernel_of(const std::string& op, DType dtype) {
    const internal::OpDef* def = internal::find_op(op);
    const internal::KernelTable* table = internal::state_of(get_device("native:0")).kernels.load();
    for (const internal::Kernel* kernel = table->find(def->id, dtype); kernel != nullptr;
         kernel = kernel->next) {
        if (kernel->provider->name == "onednn") return kernel->def;
    }
    return nullptr;
}

struct Tolerance {
    double relative = 0, absolute = 0;
};

// The largest of those that the kernels state for this dtype.
Tolerance tolerance_of(const std::vector<std::string>& ops, DType dtype) {
    Tolerance largest;
    bool is_stated = false;
    for (const std::string& op : ops) {
        const chx_kernel_def* def = kernel_of(op, dtype);
        for (uint32_t i = 0; def != nullptr && i < def->n_tolerances; ++i) {
            const chx_tolerance& stated = *def->tolerances[i];
            uint32_t dtypes = 0;
            internal::parse_dtypes(stated.dtypes, &dtypes);
            if ((dtypes >> static_cast<unsigned>(dtype) & 1) == 0) continue;
            is_stated = true;
            largest.relative = std::max(largest.relative, stated.rtol);
            largest.absolute = std::max(largest.absolute, stated.atol);
        }
    }
    // Of calls that are left to others: what the conformance kit takes for usual in float32.
    return is_stated ? largest : Tolerance{1e-5, 1e-5};
}

// Both hold NaN in the same places, or numbers that are close.
void expect_close(const Array& found, const Array& expected, const Tolerance& tolerance) {
    ASSERT_EQ(to_string(found.shape()), to_string(expected.shape()));
    const std::vector<double> a = values_of(found), b = values_of(expected);
    for (size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
        const double allowed = tolerance.absolute + tolerance.relative * std::abs(b[i]);
        ASSERT_LE(std::abs(a[i] - b[i]), allowed) << "element " << i << ", expected " << b[i];
    }
}

void expect_same_of(DType dtype,
                    const Arrays& operands,
                    const Computation& compute,
                    const std::vector<std::string>& ops) {
    SCOPED_TRACE(dtype_name(dtype));
    const Arrays given = cast_to(dtype, operands);
    Arrays expected, found;
    {
        const PreferenceScope own("native");
        expected = compute(cast_to(DType::kFloat64, given));
    }
    std::set<std::string> taken;
    {
        const PreferenceScope preferred("onednn");
        for (const std::string& text : taken_by_onednn([&] { found = compute(given); }))
            taken.insert(text.substr(0, text.find(' ')));
    }
    // Of operands that kernels want in another layout or dtype.
    taken.erase("chx.copy");
    std::set<std::string> named;
    for (const std::string& op : ops) {
        if (has_kernel(op, dtype)) named.insert(op);
    }
    if (dtype == DType::kFloat32) {
        EXPECT_EQ(taken, named);
    }
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
        SCOPED_TRACE("result " + std::to_string(i));
        expect_close(found[i], expected[i], tolerance_of(ops, dtype));
    }
}

}  // namespace

void take_small_calls() { setenv("CHAINERX_PLUGIN_OPTIONS", "onednn.least_work=0", 1); }

Array some_floats(const Shape& shape, double seed) {
    std::vector<float> values(static_cast<size_t>(total_size(shape)));
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(std::sin(1.7 * static_cast<double>(i) + seed));
    return array(values, shape);
}

Array few_digits(const Array& x) { return divide(rint(multiply(x, 8)), 8); }

Arrays gradients_of(const Array& y, const Arrays& inputs) {
    GradOptions options;
    options.grad_outputs = {astype(few_digits(some_floats(y.shape(), 4)), y.dtype())};
    return grad({y}, inputs, options);
}

std::vector<std::string> taken_by_onednn(const std::function<void()>& compute) {
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

bool has_kernel(const std::string& op, DType dtype) { return kernel_of(op, dtype) != nullptr; }

void expect_same(const Arrays& operands,
                 const Computation& compute,
                 const std::vector<std::string>& ops) {
    expect_same_of(DType::kFloat32, operands, compute, ops);
    for (const DType narrow : {DType::kFloat16, DType::kBFloat16}) {
        if (std::any_of(ops.begin(), ops.end(), [&](const std::string& op) {
                return has_kernel(op, narrow);
            }))
            expect_same_of(narrow, operands, compute, ops);
    }
}

}  // namespace chainerx::testing
