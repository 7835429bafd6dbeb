// Writes and reads recordings: a magic number, then pieces of kind, checksum, size and content.
#include "layer/recording.h"

#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "chainerx/error.h"

namespace chainerx::internal {

namespace {

using nlohmann::json;

constexpr char kMagic[] = "CHXREC 1\n";
constexpr size_t kMagicSize = sizeof kMagic - 1;
constexpr size_t kFamilySize = 7;  // what recordings of all formats begin with
constexpr uint32_t kContent = 1, kCall = 2;

struct Head {
    uint32_t kind, checksum;
    uint64_t bytes;
};

// FNV-1a.
uint32_t checksum_of(const void* data, uint64_t bytes) {
    uint32_t hash = 2166136261u;
    const auto* at = static_cast<const unsigned char*>(data);
    for (uint64_t i = 0; i < bytes; ++i) hash = (hash ^ at[i]) * 16777619u;
    return hash;
}

json to_json(const RecordedTensor& tensor) {
    if (!tensor.is_present) return nullptr;
    return {{"dtype", {tensor.code, tensor.bits, tensor.lanes}},
            {"flags", tensor.flags},
            {"shape", tensor.shape},
            {"strides", tensor.strides},
            {"first", tensor.first},
            {"content", tensor.content}};
}

RecordedTensor tensor_from(const json& read) {
    RecordedTensor tensor;
    if (read.is_null()) return tensor;
    tensor.is_present = true;
    tensor.code = read.at("dtype").at(0);
    tensor.bits = read.at("dtype").at(1);
    tensor.lanes = read.at("dtype").at(2);
    tensor.flags = read.at("flags");
    tensor.shape = read.at("shape").get<std::vector<int64_t>>();
    tensor.strides = read.at("strides").get<std::vector<int64_t>>();
    tensor.first = read.at("first");
    tensor.content = read.at("content");
    return tensor;
}

json to_json(const std::vector<RecordedTensor>& tensors) {
    json list = json::array();
    for (const RecordedTensor& tensor : tensors) list.push_back(to_json(tensor));
    return list;
}

std::vector<RecordedTensor> tensors_from(const json& list) {
    std::vector<RecordedTensor> tensors;
    for (const json& read : list) tensors.push_back(tensor_from(read));
    return tensors;
}

RecordedCall call_from(const json& read) {
    RecordedCall call;
    call.plugin = read.at("plugin");
    call.version = read.at("version");
    call.device = read.at("device");
    call.op = read.at("op");
    call.op_version = read.at("op_version");
    call.dtypes = read.at("dtypes");
    call.flags = read.at("flags");
    call.inplace_outs = read.at("inplace_outs");
    call.has_attrs = !read.at("attrs").is_null();
    if (call.has_attrs) call.attrs = read.at("attrs").get<Bytes>();
    call.in = tensors_from(read.at("in"));
    call.out = tensors_from(read.at("out"));
    call.alias = read.at("alias").get<std::vector<int>>();
    call.status = read.at("status");
    call.text = read.at("text");
    return call;
}

// Whether all contents that the call names are there, as large as its tensors need them.
void check_call(const RecordedCall& call, const std::vector<Bytes>& contents) {
    for (const auto* tensors : {&call.in, &call.out}) {
        for (const RecordedTensor& tensor : *tensors) {
            if (tensor.content >= static_cast<int64_t>(contents.size()) ||
                tensor.shape.size() != tensor.strides.size())
                throw ValueError("a call names a content that is not in it");
        }
    }
}

void add_piece(Recording& recording, const Head& head, const Bytes& bytes) {
    if (head.kind == kContent) {
        recording.contents.push_back(bytes);
    } else if (head.kind == kCall) {
        RecordedCall call = call_from(json::parse(bytes.begin(), bytes.end()));
        check_call(call, recording.contents);
        recording.calls.push_back(std::move(call));
    }
}

}  // namespace

RecordingWriter::RecordingWriter(const std::string& path)
    : stream_(path, std::ios::binary | std::ios::trunc) {
    if (!stream_.write(kMagic, kMagicSize).flush())
        throw ValueError(fmt::format(
            "CHAINERX_RECORD_FILE: '{}' can't be written: {}", path, std::strerror(errno)));
}

void RecordingWriter::write(uint32_t kind, const void* data, uint64_t bytes) {
    const Head head{kind, checksum_of(data, bytes), bytes};
    stream_.write(reinterpret_cast<const char*>(&head), sizeof head);
    stream_.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
    stream_.flush();
}

int64_t RecordingWriter::add_content(const Bytes& bytes) {
    const std::lock_guard lock(mutex_);
    const auto [it, is_new] = known_.try_emplace(std::string(bytes.begin(), bytes.end()), next_);
    if (is_new) {
        write(kContent, bytes.data(), bytes.size());
        ++next_;
    }
    return it->second;
}

void RecordingWriter::add_call(const RecordedCall& call) {
    const std::string text = json{
        {"plugin", call.plugin},
        {"version", call.version},
        {"device", call.device},
        {"op", call.op},
        {"op_version", call.op_version},
        {"dtypes", call.dtypes},
        {"flags", call.flags},
        {"inplace_outs", call.inplace_outs},
        {"attrs", call.has_attrs ? json(call.attrs) : json(nullptr)},
        {"in", to_json(call.in)},
        {"out", to_json(call.out)},
        {"alias", call.alias},
        {"status", call.status},
        {"text", call.text}}.dump(-1, ' ', false, json::error_handler_t::replace);
    const std::lock_guard lock(mutex_);
    write(kCall, text.data(), text.size());
}

Recording read_recording(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    char magic[kMagicSize] = {};
    if (!stream)
        throw ValueError(fmt::format("{}: {}; expected a recording", path, std::strerror(errno)));
    stream.read(magic, kMagicSize);
    if (std::memcmp(magic, kMagic, kFamilySize) != 0)
        throw ValueError(
            fmt::format("{}: it does not begin as a recording does; expected a file that "
                        "CHAINERX_LAYERS=record wrote",
                        path));
    if (std::memcmp(magic, kMagic, kMagicSize) != 0)
        throw ValueError(
            fmt::format("{}: a recording of another format; this ChainerX reads format 1", path));
    const uint64_t size = std::filesystem::file_size(path);
    uint64_t at = kMagicSize;
    Recording recording;
    while (at < size) {
        Head head{};
        recording.is_truncated = true;
        if (size - at < sizeof head || !stream.read(reinterpret_cast<char*>(&head), sizeof head))
            break;
        at += sizeof head;
        if (head.bytes > size - at) break;
        Bytes bytes(head.bytes);
        stream.read(reinterpret_cast<char*>(bytes.data()),
                    static_cast<std::streamsize>(bytes.size()));
        if (checksum_of(bytes.data(), bytes.size()) != head.checksum) break;
        at += head.bytes;
        try {
            add_piece(recording, head, bytes);
        } catch (const json::exception& error) {
            throw ValueError(fmt::format("{}: a call can't be read: {}", path, error.what()));
        }
        recording.is_truncated = false;
    }
    return recording;
}

}  // namespace chainerx::internal
