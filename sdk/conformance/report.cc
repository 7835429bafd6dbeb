// Implements the report in its forms.
#include "report.h"

#include <algorithm>

#include <chx/chx_plugin.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "op_rows.h"

namespace conformance {
namespace {

using Json = nlohmann::ordered_json;

int count_ops(const PluginDescription& plugin, bool primitives_only) {
    const std::vector<std::string> ops = plugin.ops();
    return static_cast<int>(
        std::count_if(op_rows().begin(), op_rows().end(), [&](const OpRow& row) {
            return (row.is_primitive || !primitives_only) &&
                   std::find(ops.begin(), ops.end(), row.name) != ops.end();
        }));
}

int n_primitives() {
    return static_cast<int>(std::count_if(
        op_rows().begin(), op_rows().end(), [](const OpRow& row) { return row.is_primitive; }));
}

std::string tier_text(const Report& report) {
    const std::string basis = report.basis();
    return fmt::format("tier {}{}", report.tier(), basis.empty() ? "" : " (" + basis + ")");
}

std::string badge_message(const Report& report) {
    const int tier = report.tier();
    return fmt::format("{}, {}/{} ops, ABI {}",
                       tier < 0 ? "fails" : tier_text(report),
                       report.covered_ops(),
                       op_rows().size(),
                       report.plugin.abi.empty() ? "?" : report.plugin.abi);
}

bool is_failure(Outcome outcome) {
    return outcome == Outcome::kFailed || outcome == Outcome::kUnexpectedPass;
}

std::string indented(const std::string& text) {
    std::string lines = "        ";
    for (const char c : text) {
        lines += c;
        if (c == '\n') lines += "        ";
    }
    return lines + "\n";
}

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) result += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    return result;
}

}  // namespace

const char* outcome_name(Outcome outcome) {
    switch (outcome) {
        case Outcome::kPassed:
            return "passed";
        case Outcome::kFailed:
            return "failed";
        case Outcome::kSkipped:
            return "skipped";
        case Outcome::kExpectedFailure:
            return "expected failure";
        case Outcome::kUnexpectedPass:
            return "unexpected pass";
    }
    return "";
}

int Report::count(Outcome outcome) const {
    return static_cast<int>(std::count_if(results.begin(), results.end(), [&](const auto& result) {
        return result.outcome == outcome;
    }));
}

bool Report::is_good() const {
    return std::none_of(results.begin(), results.end(), [](const CaseResult& result) {
        return is_failure(result.outcome);
    });
}

int Report::tier() const {
    int reached = -1;
    for (int tier = 0; tier <= 2; ++tier) {
        bool is_tested = false;
        for (const CaseResult& result : results) {
            if (result.tier != tier) continue;
            // What is expected to fail fails nevertheless.
            if (is_failure(result.outcome) || result.outcome == Outcome::kExpectedFailure)
                return reached;
            is_tested |= result.outcome == Outcome::kPassed;
        }
        const bool is_offered =
            tier == 0 || (tier == 1 ? plugin.has_streams : !plugin.kernels.empty());
        if (is_offered && is_tested) reached = tier;
    }
    return reached;
}

std::string Report::basis() const {
    if (tier() < 2) return "";
    // Fewer than the primitives: most of what runs does not run on the plugin.
    const auto n_tested = std::count_if(results.begin(), results.end(), [](const auto& result) {
        return result.outcome == Outcome::kPassed && result.name.rfind("kernel.", 0) == 0;
    });
    std::string text;
    if (n_tested < n_primitives())
        text = fmt::format("{} kernel{}", n_tested, n_tested == 1 ? "" : "s");
    // A provider has no part in them.
    if (!plugin.has_streams && plugin.kernels_for.empty())
        text += text.empty() ? "no streams" : ", no streams";
    return text;
}

int Report::covered_ops() const { return count_ops(plugin, false); }
int Report::covered_primitives() const { return count_ops(plugin, true); }

std::string text_of(const CaseResult& result) {
    const bool is_bad = is_failure(result.outcome);
    std::string text = fmt::format("  {:<8} {:<34} {}\n",
                                   result.outcome == Outcome::kExpectedFailure  ? "xfail"
                                   : result.outcome == Outcome::kUnexpectedPass ? "XPASS"
                                   : is_bad ? "FAILED"
                                            : outcome_name(result.outcome),
                                   result.name,
                                   result.what);
    if (!result.text.empty()) text += indented(result.text);
    for (const std::string& note : result.notes) text += indented(note);
    return text;
}

std::string text_of_heading(const Report& report) {
    if (!report.plugin.error.empty()) return fmt::format("{}\n", report.library);
    return fmt::format("{} {} of {}, ABI {}{}: {}\n",
                       report.plugin.name,
                       report.plugin.version,
                       report.plugin.vendor,
                       report.plugin.abi,
                       report.plugin.kernels_for.empty()
                           ? ""
                           : fmt::format(", kernels for {}", report.plugin.kernels_for),
                       report.library);
}

std::string text_of_summary(const Report& report) {
    std::string text;
    for (int tier = 0; tier <= 2; ++tier) {
        int passed = 0, failed = 0, skipped = 0;
        for (const CaseResult& result : report.results) {
            if (result.tier != tier) continue;
            if (result.outcome == Outcome::kPassed)
                ++passed;
            else if (result.outcome == Outcome::kSkipped)
                ++skipped;
            else
                ++failed;
        }
        if (passed + failed + skipped > 0)
            text += fmt::format(
                "tier {}: {} passed, {} failed, {} skipped\n", tier, passed, failed, skipped);
    }
    text += fmt::format("kernels for {} of {} ops, {} of {} primitives\n",
                        report.covered_ops(),
                        op_rows().size(),
                        report.covered_primitives(),
                        n_primitives());
    for (const KernelDescription& kernel : report.plugin.kernels) {
        for (const WideTolerance& wide : kernel.wide_tolerances)
            text += fmt::format("{} of {} may be off by {:g} + {:g} times the value\n",
                                kernel.op,
                                fmt::join(wide.dtypes, ", "),
                                wide.stated.atol,
                                wide.stated.rtol);
    }
    const int tier = report.tier();
    return text + (tier < 0 ? std::string("does not reach tier 0\n")
                            : "reaches " + tier_text(report) + "\n");
}

std::string json_of(const Report& report) {
    Json cases = Json::array();
    for (const CaseResult& result : report.results) {
        cases.push_back({{"name", result.name},
                         {"tier", result.tier},
                         {"what", result.what},
                         {"outcome", outcome_name(result.outcome)},
                         {"text", result.text},
                         {"notes", result.notes},
                         {"seconds", result.seconds}});
    }
    Json kernels = Json::array();
    for (const KernelDescription& kernel : report.plugin.kernels) {
        Json wide = Json::array();
        for (const WideTolerance& one : kernel.wide_tolerances)
            wide.push_back(
                {{"dtypes", one.dtypes}, {"rtol", one.stated.rtol}, {"atol", one.stated.atol}});
        kernels.push_back(
            {{"op", kernel.op}, {"dtypes", kernel.dtypes}, {"tolerances_above_default", wide}});
    }
    const Json json = {
        {"kit",
         {{"version", CHAINERX_VERSION},
          {"abi", fmt::format("{}.{}", CHX_ABI_MAJOR, CHX_ABI_MINOR)}}},
        {"library", report.library},
        {"plugin",
         {{"name", report.plugin.name},
          {"version", report.plugin.version},
          {"vendor", report.plugin.vendor},
          {"build_info", report.plugin.build_info},
          {"abi", report.plugin.abi},
          {"kernels_for", report.plugin.kernels_for},
          {"has_streams", report.plugin.has_streams},
          {"error", report.plugin.error}}},
        {"tier", report.tier()},
        {"tier_rests_on", report.basis()},
        {"is_good", report.is_good()},
        {"ops", {{"covered", report.covered_ops()}, {"of", op_rows().size()}}},
        {"primitives", {{"covered", report.covered_primitives()}, {"of", n_primitives()}}},
        {"kernels", kernels},
        {"cases", cases}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string badge_json_of(const Report& report) {
    const Json json = {{"schemaVersion", 1},
                       {"label", "ChainerX"},
                       {"message", badge_message(report)},
                       {"color", report.is_good() && report.tier() >= 0 ? "brightgreen" : "red"}};
    return json.dump(2) + "\n";
}

std::string badge_svg_of(const Report& report) {
    constexpr int kCharacter = 7, kMargin = 10;
    const std::string label = "ChainerX", message = badge_message(report);
    const int left = static_cast<int>(label.size()) * kCharacter + kMargin,
              right = static_cast<int>(message.size()) * kCharacter + kMargin;
    const char* color = report.is_good() && report.tier() >= 0 ? "#4c1" : "#e05d44";
    return fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="20" role="img" aria-label="{1}: {2}">)"
        R"(<rect width="{3}" height="20" fill="#555"/><rect x="{3}" width="{4}" height="20" fill="{5}"/>)"
        R"(<g fill="#fff" text-anchor="middle" font-family="Verdana,sans-serif" font-size="11">)"
        R"(<text x="{6}" y="14">{1}</text><text x="{7}" y="14">{2}</text></g></svg>)"
        "\n",
        left + right,
        escaped(label),
        escaped(message),
        left,
        right,
        color,
        left / 2,
        left + right / 2);
}

}  // namespace conformance
