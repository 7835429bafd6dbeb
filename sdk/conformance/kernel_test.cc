// Implements the comparison with the reference.
#include "kernel_test.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tolerance.h"

namespace conformance {
namespace {

bool is_close(double actual, double expected, double rounded_expected, const Tolerance& tolerance) {
    if (std::isnan(expected)) return std::isnan(actual);
    if (actual == rounded_expected) return true;
    return std::isfinite(actual) &&
           std::abs(actual - expected) <= tolerance.atol + tolerance.rtol * std::abs(expected);
}

std::string value_text(std::complex<double> value, int type) {
    return is_complex(type) ? fmt::format("{:g}{:+g}i", value.real(), value.imag())
                            : fmt::format("{:.9g}", value.real());
}

void compare_output(const std::vector<char>& actual,
                    int type,
                    const std::vector<char>& expected,
                    int expected_type,
                    const Tolerance& tolerance,
                    std::size_t output) {
    const std::size_t size = item_size(type), expected_size = item_size(expected_type);
    for (std::size_t i = 0; i < actual.size() / size; ++i) {
        const char *a = actual.data() + i * size, *e = expected.data() + i * expected_size;
        const std::complex<double> x = decode(type, a), r = decode(expected_type, e);
        const std::complex<double> stored = rounded(type, r);
        const bool same =
            is_inexact(type)
                ? is_close(x.real(), r.real(), stored.real(), tolerance) &&
                      (!is_complex(type) || is_close(x.imag(), r.imag(), stored.imag(), tolerance))
                : std::memcmp(a, e, size) == 0;
        require(
            same,
            "element {} of output {} is {}; expected {} (tolerance {:g} + {:g} times the value)",
            i,
            output,
            value_text(x, type),
            value_text(r, type),
            is_inexact(type) ? tolerance.atol : 0,
            is_inexact(type) ? tolerance.rtol : 0);
    }
}

}  // namespace

KernelTest::KernelTest(Context& context, const std::string& op)
    : subject(context),
      op_(op),
      native_(context.settings.reference),
      native_device_(native_),
      host_(make_host_space()) {
    row_ = find_op(op);
    if (row_ == nullptr) skip("an op of the plugin's own: the kit has no reference for it");
}

Results KernelTest::expected_without_native(const OpCall& call) const {
    Results results;
    for (const std::vector<double>& values : recurrent_results(op_, call)) {
        const auto* bytes = reinterpret_cast<const char*>(values.data());
        results.emplace_back(bytes, bytes + values.size() * sizeof(double));
    }
    if (results.empty()) skip("native has no kernel to compare with");
    return results;
}

Results KernelTest::expected(const OpCall& call, int type) {
    const chx_kernel_def* best = nullptr;
    const int reference_type = call.is_of_own_type ? type : wide_type(type);
    const std::string& wide = kDtypeNames[static_cast<std::size_t>(reference_type)];
    for (const chx_kernel_def* def : native_.kernels()) {
        const auto names = expand_dtypes(def->dtypes);
        if (def->op == op_ && std::count(names.begin(), names.end(), wide) != 0 &&
            (best == nullptr || def->priority > best->priority))
            best = def;
    }
    if (best == nullptr) return expected_without_native(call);
    auto results = run_kernel(*best, native_device_.get(), *host_, call, true, {});
    if (!results) skip("native refuses {}", call.label);
    return *results;
}

std::optional<Results> KernelTest::actual(const chx_kernel_def& def,
                                          const OpCall& call,
                                          const LaunchOptions& options) {
    // A host kernel shipped beside those for the device gets memory of the host.
    const bool is_host = def.memory_kind != nullptr && std::strcmp(def.memory_kind, "host") == 0;
    return run_kernel(
        def, subject.device.get(), is_host ? *host_ : *subject.memory, call, false, options);
}

bool KernelTest::check(const chx_kernel_def& def,
                       int type,
                       const OpCall& call,
                       const Results& reference,
                       const LaunchOptions& options) {
    const auto results = actual(def, call, options);
    if (!results) return false;
    compare(def, type, call, *results, reference);
    return true;
}

void KernelTest::compare(const chx_kernel_def& def,
                         int type,
                         const OpCall& call,
                         const Results& results,
                         const Results& reference) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        const OperandSpec& spec = call.outputs[i];
        compare_output(results[i],
                       spec.type,
                       reference[i],
                       spec.is_fixed ? spec.type : wide_type(spec.type),
                       tolerance_of(def, type),
                       i);
    }
}

}  // namespace conformance
