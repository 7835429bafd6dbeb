// The rows of a profile in aligned columns, with times and sizes in units that people read.
#include "profile/profile_table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace chainerx::internal {

namespace {

constexpr size_t kColumns = 8;
using Line = std::array<std::string, kColumns>;

// Three digits and a unit.
std::string in_units(double value, const std::array<const char*, 4>& units) {
    size_t unit = 0;
    while (unit + 1 < units.size() && value >= 999.5) {
        value /= 1000;
        ++unit;
    }
    const int digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f} {}", value, digits, units[unit]);
}

std::string duration(int64_t ns) {
    return in_units(static_cast<double>(ns), {"ns", "us", "ms", "s"});
}

std::string size(uint64_t bytes) {
    return bytes == 0 ? "-" : in_units(static_cast<double>(bytes), {"B", "kB", "MB", "GB"});
}

std::string label_of(const ProfileEntry& entry) {
    return entry.kind == ProfileKind::kKernel   ? "kernel " + entry.name
           : entry.kind == ProfileKind::kRegion ? "region " + entry.name
                                                : entry.name;
}

std::string steps_of(const ProfileEntry& entry) {
    std::string steps;
    const auto add = [&steps](uint64_t count, const char* name) {
        if (count != 0) steps += fmt::format("{}{} {}", steps.empty() ? "" : ", ", count, name);
    };
    add(entry.adapted, "adapted");
    add(entry.decomposed, "decomposed");
    add(entry.on_host, "host");
    return steps;
}

Line line_of(const ProfileEntry& entry) {
    const bool is_region = entry.kind == ProfileKind::kRegion;
    return {label_of(entry),
            entry.device,
            fmt::format("{}", entry.calls),
            is_region ? "-" : duration(entry.host_ns),
            entry.kernel_calls == 0 ? "-" : duration(entry.kernel_ns),
            duration(entry.total_ns),
            size(entry.bytes),
            steps_of(entry)};
}

ProfileEntry sum_of(const std::vector<ProfileRow>& rows) {
    ProfileEntry sum{};
    sum.name = "sum";
    int64_t device_ns = 0;
    for (const ProfileRow& row : rows) {
        const ProfileEntry& entry = row.sum;
        if (entry.kind == ProfileKind::kRegion) continue;
        device_ns += row.device_ns;
        sum.calls += entry.calls;
        sum.kernel_calls += entry.kernel_calls;
        sum.host_ns += entry.host_ns;
        sum.kernel_ns += entry.kernel_ns;
        sum.bytes += entry.bytes;
        sum.adapted += entry.adapted;
        sum.decomposed += entry.decomposed;
        sum.on_host += entry.on_host;
    }
    // Nothing is in it twice, whatever is nested in what; and nothing that happened beside the host.
    sum.total_ns = sum.host_ns + sum.kernel_ns - device_ns;
    return sum;
}

// The first two columns and the last are words, the others numbers.
std::string aligned(const std::vector<Line>& lines) {
    std::array<size_t, kColumns> widths{};
    for (const Line& line : lines) {
        for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], line[i].size());
    }
    std::string text;
    for (const Line& line : lines) {
        std::string row;
        for (size_t i = 0; i < kColumns; ++i) {
            const bool is_word = i < 2 || i == kColumns - 1;
            row += i == 0 ? "" : "  ";
            row += is_word ? fmt::format("{:<{}}", line[i], widths[i])
                           : fmt::format("{:>{}}", line[i], widths[i]);
        }
        text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

}  // namespace

std::vector<ProfileEntry> summary_of(const ProfileRecorder& recorder) {
    std::vector<ProfileEntry> entries;
    for (const ProfileRow& row : recorder.rows()) {
        if (row.sum.calls != 0) entries.push_back(row.sum);
    }
    std::stable_sort(
        entries.begin(), entries.end(), [](const ProfileEntry& a, const ProfileEntry& b) {
            return a.total_ns > b.total_ns;
        });
    return entries;
}

std::string table_of(const ProfileRecorder& recorder) {
    const std::vector<ProfileEntry> entries = summary_of(recorder);
    const ProfileEntry sum = sum_of(recorder.rows());
    std::vector<Line> lines{
        {"op", "device", "calls", "host", "kernel", "total", "bytes", "fallback"}};
    for (const ProfileEntry& entry : entries) lines.push_back(line_of(entry));
    lines.push_back(line_of(sum));
    std::string text = aligned(lines);
    const int64_t total = recorder.total_ns();
    text += fmt::format("{} profiled, {:.0f} % of it in these calls\n",
                        duration(total),
                        total > 0 ? 100.0 * static_cast<double>(sum.total_ns) / total : 0.0);
    const EventLog& events = recorder.events();
    if (events.dropped() > 0) {
        text += fmt::format(
            "the trace has the first {} events; {} more found no room and are only counted here "
            "(max_events)\n",
            events.size(),
            events.dropped());
    }
    return text;
}

}  // namespace chainerx::internal
