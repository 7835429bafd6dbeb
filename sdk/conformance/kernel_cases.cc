// Tier 2: every kernel against native's in double precision, and what its caps promise.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "cases.h"
#include "description.h"
#include "device_under_test.h"
#include "kernel_launch.h"

namespace conformance {
namespace {

struct Tolerance {
    double rtol, atol;
};

Tolerance default_tolerance(int type) {
    switch (type) {
        case CHX_TYPE_F16:
            return {2e-3, 2e-3};
        case CHX_TYPE_BF16:
            return {1.6e-2, 1.6e-2};
        case CHX_TYPE_F32:
        case CHX_TYPE_C64:
            return {1e-5, 1e-5};
        default:
            return {1e-12, 1e-12};
    }
}

// What the kernel states for its dispatch dtype, or what is usual for that dtype.
Tolerance tolerance_of(const chx_kernel_def& def, int type) {
    for (uint32_t i = 0; i < def.n_tolerances; ++i) {
        const auto names = expand_dtypes(def.tolerances[i]->dtypes);
        if (std::count(names.begin(), names.end(), kDtypeNames[static_cast<std::size_t>(type)]) !=
            0)
            return {def.tolerances[i]->rtol, def.tolerances[i]->atol};
    }
    return default_tolerance(type);
}

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

void compare(const std::vector<char>& actual,
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

// Operand values along dimension 0 as a broadcast one has them.
OpCall broadcast_along_first(const OpCall& call) {
    OpCall repeated = call;
    for (OperandSpec& input : repeated.inputs) {
        if (input.shape.empty() || input.shape[0] == 0) continue;
        const std::size_t row = input.values.size() / static_cast<std::size_t>(input.shape[0]);
        for (std::size_t i = row; i < input.values.size(); ++i)
            input.values[i] = input.values[i - row];
    }
    return repeated;
}

// Both plugins, the kernels of one op, and what the reference gives.
class KernelTest {
public:
    KernelTest(Context& context, const std::string& op)
        : subject(context),
          op_(op),
          native_(context.settings.reference),
          native_device_(native_),
          host_(make_host_space()) {
        row_ = find_op(op);
        if (row_ == nullptr) skip("an op of the plugin's own: the kit has no reference for it");
    }

    // Calls f(def, type, call) for all kernels of the op and their dtypes.
    template <class F>
    void for_each_call(F&& f) {
        for (const chx_kernel_def* def : subject.plugin.kernels()) {
            if (def->op != op_) continue;
            for (const std::string& name : expand_dtypes(def->dtypes)) {
                const int type = type_named(name.c_str());
                if ((row_->dtypes >> type & 1) == 0) continue;
                for (const OpCall& call : calls_of(*row_, type)) {
                    if (call.needs_host_scalars && (def->caps & CHX_K_HOST_SCALAR) == 0) continue;
                    try {
                        f(*def, type, call);
                    } catch (const Failure& failure) {
                        fail("{} of {}: {}", name, call.label, failure.what());
                    }
                }
            }
        }
    }

    std::vector<std::vector<char>> expected(const OpCall& call, int type) {
        const chx_kernel_def* best = nullptr;
        const int reference_type = call.is_of_own_type ? type : wide_type(type);
        const std::string& wide = kDtypeNames[static_cast<std::size_t>(reference_type)];
        for (const chx_kernel_def* def : native_.kernels()) {
            const auto names = expand_dtypes(def->dtypes);
            if (def->op == op_ && std::count(names.begin(), names.end(), wide) != 0 &&
                (best == nullptr || def->priority > best->priority))
                best = def;
        }
        if (best == nullptr) skip("native has no kernel to compare with");
        auto results = run_kernel(*best, native_device_.get(), *host_, call, true, {});
        if (!results) skip("native refuses {}", call.label);
        return *results;
    }

    std::optional<std::vector<std::vector<char>>> actual(const chx_kernel_def& def,
                                                         const OpCall& call,
                                                         const LaunchOptions& options) {
        // A host kernel shipped beside those for the device gets memory of the host.
        const bool is_host =
            def.memory_kind != nullptr && std::strcmp(def.memory_kind, "host") == 0;
        return run_kernel(
            def, subject.device.get(), is_host ? *host_ : *subject.memory, call, false, options);
    }

    // Runs a call and compares; false if the kernel refuses it.
    bool check(const chx_kernel_def& def,
               int type,
               const OpCall& call,
               const std::vector<std::vector<char>>& reference,
               const LaunchOptions& options) {
        const auto results = actual(def, call, options);
        if (!results) return false;
        for (std::size_t i = 0; i < results->size(); ++i) {
            const OperandSpec& spec = call.outputs[i];
            compare((*results)[i],
                    spec.type,
                    reference[i],
                    spec.is_fixed ? spec.type : wide_type(spec.type),
                    tolerance_of(def, type),
                    i);
        }
        return true;
    }

    DeviceUnderTest subject;

private:
    std::string op_;
    const OpRow* row_ = nullptr;
    LoadedPlugin native_;
    OpenDevice native_device_;
    std::unique_ptr<MemorySpace> host_;
};

std::vector<Layout> input_layouts(const chx_kernel_def& def, const OpCall& call) {
    std::vector<Layout> layouts = {Layout::kContiguous};
    if ((def.caps & CHX_K_STRIDED_IN) == 0) return layouts;
    for (const Layout layout : {Layout::kTransposed, Layout::kGaps, Layout::kReversed})
        layouts.push_back(layout);
    if (call.may_broadcast) layouts.push_back(Layout::kBroadcast);
    return layouts;
}

void check_values(Context& context, const std::string& op) {
    KernelTest test(context, op);
    int n_run = 0, n_refused = 0;
    test.for_each_call([&](const chx_kernel_def& def, int type, const OpCall& call) {
        const auto reference = test.expected(call, type);
        const auto run = [&](const OpCall& given,
                             const std::vector<std::vector<char>>& wanted,
                             const LaunchOptions& options) {
            try {
                ++(test.check(def, type, given, wanted, options) ? n_run : n_refused);
            } catch (const Failure& failure) {
                fail("inputs {}, outputs {}{}: {}",
                     layout_name(options.in),
                     layout_name(options.out),
                     options.uses_host_scalars ? ", host scalars" : "",
                     failure.what());
            }
        };
        LaunchOptions options;
        for (const Layout layout : input_layouts(def, call)) {
            options.in = layout;
            if (layout == Layout::kBroadcast) {
                const OpCall repeated = broadcast_along_first(call);
                run(repeated, test.expected(repeated, type), options);
            } else {
                run(call, reference, options);
            }
        }
        options = {};
        if ((def.caps & CHX_K_STRIDED_OUT) != 0) {
            for (const Layout layout : {Layout::kTransposed, Layout::kGaps, Layout::kReversed}) {
                options.out = layout;
                run(call, reference, options);
            }
        }
        options = {};
        if (call.has_scalars && (def.caps & CHX_K_HOST_SCALAR) != 0) {
            options.uses_host_scalars = true;
            run(call, reference, options);
        }
    });
    if (n_run == 0 && n_refused == 0) skip("the kit has no call of this op");
    if (n_run == 0) skip("the kernel refused all {} launches", n_refused);
    if (n_refused > 0) context.note("refused {} of {} launches", n_refused, n_run + n_refused);
}

void check_caps(Context& context, const std::string& op) {
    KernelTest test(context, op);
    bool is_tested = false;
    test.for_each_call([&](const chx_kernel_def& def, int type, const OpCall& call) {
        if (call.inputs.empty() || call.inputs[0].is_left_out) return;
        const auto run = [&](const char* what, const LaunchOptions& options) {
            try {
                is_tested |= test.check(def, type, call, test.expected(call, type), options);
            } catch (const Failure& failure) {
                fail("{}: {}", what, failure.what());
            }
        };
        if ((def.caps & CHX_K_INPLACE_OK) != 0) {
            for (std::size_t i = 0; i < call.inputs.size(); ++i) {
                const OperandSpec &in = call.inputs[i], &out = call.outputs[0];
                if (in.is_left_out || in.type != out.type || in.shape != out.shape) continue;
                LaunchOptions options;
                options.inplace_input = static_cast<int>(i);
                run(fmt::format("in place of input {} (CHX_K_INPLACE_OK)", i).c_str(), options);
            }
        }
        if ((def.caps & CHX_K_CAPTURE_SAFE) != 0) {
            LaunchOptions options;
            options.flags = CHX_L_CAPTURING;
            run("during capture (CHX_K_CAPTURE_SAFE)", options);
        }
        const bool on_request = (def.caps & CHX_K_DETERMINISTIC_ON_REQUEST) != 0;
        if ((def.caps & CHX_K_DETERMINISTIC) != 0 || on_request) {
            LaunchOptions options;
            options.flags = on_request ? CHX_L_DETERMINISTIC : 0;
            options.checks_memory = false;
            const auto first = test.actual(def, call, options);
            for (int i = 0; i < 3 && first; ++i) {
                require(test.actual(def, call, options) == first,
                        "two runs gave different results, although the kernel says that it is "
                        "deterministic");
                is_tested = true;
            }
        }
    });
    if (!is_tested) skip("its caps promise nothing that could be tested");
}

}  // namespace

void add_kernel_cases(CaseList& cases, const std::vector<std::string>& ops) {
    for (const std::string& op : ops) {
        cases.push_back({"kernel." + op,
                         2,
                         "computes what native does, whatever the layout",
                         [op](Context& context) { check_values(context, op); }});
        cases.push_back({"caps." + op,
                         2,
                         "in place, captured and repeated as its caps say",
                         [op](Context& context) { check_caps(context, op); }});
    }
}

}  // namespace conformance
