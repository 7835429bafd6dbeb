// Complete events ("X") in the order of their begin, times in microseconds since the profile began. The format:
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
#include "profile/chrome_trace.h"

#include <unistd.h>

#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace chainerx::internal {

namespace {

constexpr size_t kPiece = 1 << 16;  // bytes handed over at once

using TextBuffer = fmt::memory_buffer;

std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What all events of a row have in common, as JSON.
struct RowText {
    std::string name;
    std::string args;  // with a comma behind, if there are any
};

RowText text_of(const ProfileRow& row) {
    RowText text;
    text.name = quoted(row.sum.name);
    if (!row.sum.device.empty()) text.args = fmt::format(R"("device":{},)", quoted(row.sum.device));
    if (!row.plugin.empty()) text.args += fmt::format(R"("plugin":{},)", quoted(row.plugin));
    return text;
}

std::string name_of(chx_dtype code) {
    if (code.bits == 0) return "";
    const std::optional<DType> dtype = from_chx_dtype(code);
    return dtype ? std::string(dtype_name(*dtype))
                 : fmt::format("code {}, {} bits", code.code, code.bits);
}

// Lists of shapes (null for an operand that was left out) and of dtypes, inputs and outputs apart.
void append_operands(TextBuffer& out, const Event& event) {
    std::string shapes[2], dtypes[2];
    EventLog::visit_operands(event, [&](int i, const SeenOperand& operand) {
        const int side = i < event.n_inputs ? 0 : 1;
        const bool is_absent = operand.dtype.bits == 0;
        std::string& shape = shapes[side];
        if (!shape.empty()) shape += ',';
        if (is_absent) {
            shape += "null";
        } else {
            shape += '[';
            for (int axis = 0; axis < operand.ndim; ++axis)
                shape += fmt::format("{}{}", axis == 0 ? "" : ",", operand.shape[axis]);
            shape += ']';
        }
        if (!dtypes[side].empty()) dtypes[side] += ',';
        dtypes[side] += is_absent ? "null" : '"' + name_of(operand.dtype) + '"';
    });
    fmt::format_to(
        std::back_inserter(out), R"("shapes":[{}],"dtypes":[{}],)", shapes[0], dtypes[0]);
    if (event.n_outputs > 0) {
        fmt::format_to(std::back_inserter(out),
                       R"("output_shapes":[{}],"output_dtypes":[{}],)",
                       shapes[1],
                       dtypes[1]);
    }
}

void append_steps(TextBuffer& out, uint8_t steps) {
    constexpr const char* kNames[] = {"adapted", "decomposed", "host"};
    std::string names;
    for (int i = 0; i < 3; ++i) {
        if ((steps >> i & 1) != 0) names += (names.empty() ? "" : ", ") + std::string(kNames[i]);
    }
    if (!names.empty()) fmt::format_to(std::back_inserter(out), R"("fallback":"{}",)", names);
}

void append_event(TextBuffer& out,
                  const Event& event,
                  ProfileKind kind,
                  const RowText& row,
                  int64_t origin,
                  const std::string& place) {
    const int64_t begin = event.begin_ns - origin;
    const int64_t duration = event.end_ns - event.begin_ns;
    fmt::format_to(std::back_inserter(out),
                   ",\n{{\"ph\":\"X\",\"name\":{},\"cat\":\"{}\",{},\"ts\":{}.{:03},\"dur\":{}.{:"
                   "03},\"args\":{{{}",
                   row.name,
                   event.track == 0 ? profile_kind_name(kind) : "device",
                   place,
                   begin / 1000,
                   begin % 1000,
                   duration / 1000,
                   duration % 1000,
                   row.args);
    if (kind == ProfileKind::kOp || kind == ProfileKind::kKernel) append_operands(out, event);
    if (kind == ProfileKind::kKernel || kind == ProfileKind::kTransfer)
        fmt::format_to(std::back_inserter(out), "\"bytes\":{},", event.bytes);
    append_steps(out, event.steps);
    // Every argument has left a comma.
    if (out.data()[out.size() - 1] == ',') out.resize(out.size() - 1);
    out.append(std::string_view("}}"));
}

}  // namespace

void write_trace(const ProfileRecorder& recorder,
                 const std::function<void(std::string_view)>& write) {
    std::vector<RowText> rows;
    for (const ProfileRow& row : recorder.rows()) rows.push_back(text_of(row));
    const EventLog& events = recorder.events();
    // A thread, and one for each stream of a device.
    std::vector<std::string> places;
    for (size_t i = 0; i <= recorder.device_tracks().size(); ++i) {
        places.push_back(fmt::format(
            R"("pid":{},"tid":{})", ::getpid(), recorder.thread_id() + static_cast<int>(i)));
    }
    TextBuffer out;
    fmt::format_to(
        std::back_inserter(out),
        "{{\"displayTimeUnit\":\"ns\",\"otherData\":{{\"total_ns\":{},"
        "\"dropped_events\":{}}},\"traceEvents\":[\n"
        "{{\"ph\":\"M\",\"name\":\"process_name\",{},\"args\":{{\"name\":\"chainerx\"}}}}",
        recorder.total_ns(),
        events.dropped(),
        places[0]);
    for (size_t i = 1; i < places.size(); ++i) {
        fmt::format_to(std::back_inserter(out),
                       ",\n{{\"ph\":\"M\",\"name\":\"thread_name\",{},\"args\":{{\"name\":{}}}}}",
                       places[i],
                       quoted(recorder.device_tracks()[i - 1].name));
    }
    for (size_t i = 0; i < events.size(); ++i) {
        const Event& event = events[i];
        if (event.end_ns == 0) continue;  // still under way
        append_event(out,
                     event,
                     recorder.rows()[event.row].sum.kind,
                     rows[event.row],
                     recorder.begin_ns(),
                     places[event.track]);
        if (out.size() < kPiece) continue;
        write({out.data(), out.size()});
        out.clear();
    }
    out.append(std::string_view("\n]}\n"));
    write({out.data(), out.size()});
}

}  // namespace chainerx::internal
