// Reads and writes the JSON of safetensors headers. What it may hold: https://github.com/huggingface/safetensors#format
#include "io/safetensors_header.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "chainerx/error.h"
#include "io/little_endian.h"

namespace chainerx::internal {

namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kLengthSize = 8;
constexpr uint64_t kMostHeader = 100'000'000;  // as the original
constexpr char kMetadata[] = "__metadata__";

struct DtypeName {
    std::string_view name;
    int bits;
    std::optional<DType> dtype;
};
// In the order that the original sorts by, the last one first.
constexpr DtypeName kDtypeNames[] = {
    {"BOOL", 8, DType::kBool},        {"F4", 4, std::nullopt},
    {"F6_E2M3", 6, std::nullopt},     {"F6_E3M2", 6, std::nullopt},
    {"U8", 8, DType::kUInt8},         {"I8", 8, DType::kInt8},
    {"F8_E5M2", 8, std::nullopt},     {"F8_E4M3", 8, std::nullopt},
    {"F8_E8M0", 8, std::nullopt},     {"F8_E4M3FNUZ", 8, std::nullopt},
    {"F8_E5M2FNUZ", 8, std::nullopt}, {"I16", 16, DType::kInt16},
    {"U16", 16, DType::kUInt16},      {"F16", 16, DType::kFloat16},
    {"BF16", 16, DType::kBFloat16},   {"I32", 32, DType::kInt32},
    {"U32", 32, DType::kUInt32},      {"F32", 32, DType::kFloat32},
    {"C64", 64, DType::kComplex64},   {"F64", 64, DType::kFloat64},
    {"I64", 64, DType::kInt64},       {"U64", 64, DType::kUInt64}};

// The place of a dtype in the table; throws DtypeError if it is not there.
int rank_of(const char* function, const std::string& name, DType dtype) {
    for (int i = 0; i < static_cast<int>(std::size(kDtypeNames)); ++i) {
        if (kDtypeNames[i].dtype == dtype) return i;
    }
    throw DtypeError(fmt::format(
        "{}: array {} is {}, which the safetensors format does not have; expected one of its "
        "dtypes; cast it, to complex64 say",
        function,
        name,
        chainerx::dtype_name(dtype)));
}

// Parses JSON that has the depth of a header and no name twice, which nlohmann's parser would let pass.
Json parse_json(const ByteSource& source, const std::string& text) {
    constexpr int kDepth = 4;
    std::vector<std::set<std::string>> names;
    const auto check = [&](int depth, Json::parse_event_t event, Json& value) {
        if (depth > kDepth) malformed(source, "its header is nested too deeply");
        if (event == Json::parse_event_t::object_start) names.emplace_back();
        if (event == Json::parse_event_t::object_end) names.pop_back();
        if (event == Json::parse_event_t::key &&
            !names.back().insert(value.get<std::string>()).second)
            malformed(source,
                      fmt::format("its header says twice what {} is", value.get<std::string>()));
        return true;
    };
    try {
        return Json::parse(text, check);
    } catch (const Json::exception& error) {
        malformed(source, fmt::format("its header is no JSON: {}", error.what()));
    }
}

class EntryParser {
public:
    EntryParser(const ByteSource& source, uint64_t data, const std::string& name)
        : source_{source}, data_{data}, name_{name} {}

    SafetensorsEntry parse(const Json& json) {
        if (!json.is_object() || json.size() != 3 || !json.contains("dtype") ||
            !json.contains("shape") || !json.contains("data_offsets"))
            fail("has not exactly dtype, shape and data_offsets");
        SafetensorsEntry entry;
        entry.name = name_;
        if (!json["dtype"].is_string()) fail("has a dtype that is no string");
        entry.dtype_name = json["dtype"].get<std::string>();
        const auto* known =
            std::find_if(std::begin(kDtypeNames), std::end(kDtypeNames), [&](const DtypeName& d) {
                return d.name == entry.dtype_name;
            });
        if (known == std::end(kDtypeNames))
            fail(fmt::format("has the dtype {}, which is unknown", entry.dtype_name));
        entry.dtype = known->dtype;
        for (const uint64_t extent : numbers(json["shape"], "shape"))
            entry.shape.push_back(static_cast<int64_t>(extent));
        const std::vector<uint64_t> offsets = numbers(json["data_offsets"], "data_offsets");
        if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > source_.size() - data_)
            fail("has data_offsets that are not within the file");
        entry.begin = data_ + offsets[0];
        entry.end = data_ + offsets[1];
        if (entry.end - entry.begin != bytes_of(entry.shape, static_cast<uint64_t>(known->bits)))
            fail("has data_offsets that do not fit its dtype and shape");
        return entry;
    }

private:
    [[noreturn]] void fail(const std::string& why) {
        malformed(source_, fmt::format("tensor {} {}", name_, why));
    }

    // Each below 2^63.
    std::vector<uint64_t> numbers(const Json& json, const char* key) {
        std::vector<uint64_t> result;
        bool is_valid = json.is_array();
        for (size_t i = 0; is_valid && i < json.size(); ++i) {
            is_valid = json[i].is_number_unsigned() && json[i].get<uint64_t>() <= INT64_MAX;
            if (is_valid) result.push_back(json[i].get<uint64_t>());
        }
        if (!is_valid) fail(fmt::format("has a {} that is no list of numbers from 0 on", key));
        return result;
    }

    uint64_t bytes_of(const std::vector<int64_t>& shape, uint64_t bits) {
        if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
        for (const int64_t extent : shape) {
            if (__builtin_mul_overflow(bits, static_cast<uint64_t>(extent), &bits))
                fail("has a shape that no memory holds");
        }
        if (bits % 8 != 0) fail("ends within a byte");
        return bits / 8;
    }

    const ByteSource& source_;
    uint64_t data_;
    const std::string& name_;
};

std::map<std::string, std::string> parse_metadata(const ByteSource& source, const Json& json) {
    std::map<std::string, std::string> metadata;
    if (!json.is_object()) malformed(source, "its metadata are no JSON object");
    for (const auto& [key, value] : json.items()) {
        if (!value.is_string())
            malformed(source,
                      fmt::format("its metadata have something else than text for {}", key));
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

// Elements of one tensor follow those of another, from the header to the end of the file.
void check_gaps(const ByteSource& source,
                const std::vector<SafetensorsEntry>& entries,
                uint64_t data) {
    for (const SafetensorsEntry& entry : entries) {
        if (entry.begin != data) {
            malformed(
                source,
                fmt::format("tensor {} {} in the file",
                            entry.name,
                            entry.begin > data ? "comes after a gap" : "overlaps another one"));
        }
        data = entry.end;
    }
    if (data != source.size()) malformed(source, "it has elements that belong to no tensor");
}

}  // namespace

SafetensorsHeader read_safetensors_header(const ByteSource& source) {
    char length[kLengthSize];
    if (source.size() < kLengthSize) malformed(source, "it is too short for a safetensors file");
    source.read(0, length, kLengthSize);
    const uint64_t size = number({length, kLengthSize}, 0, kLengthSize);
    if (size > kMostHeader)
        malformed(source, "its header is absurdly long, or it is no safetensors file");
    if (size > source.size() - kLengthSize) malformed(source, "it ends within the header");
    std::string text(size, '\0');
    source.read(kLengthSize, text.data(), size);
    if (text.empty() || text[0] != '{') malformed(source, "its header does not start with '{'");
    const Json json = parse_json(source, text);
    SafetensorsHeader header;
    const uint64_t data = kLengthSize + size;
    for (const auto& [name, value] : json.items()) {
        if (name == kMetadata) {
            header.metadata = parse_metadata(source, value);
        } else {
            header.entries.push_back(EntryParser(source, data, name).parse(value));
        }
    }
    std::stable_sort(
        header.entries.begin(), header.entries.end(), [](const auto& a, const auto& b) {
            return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
        });
    check_gaps(source, header.entries, data);
    return header;
}

std::vector<const NamedArrays::value_type*> safetensors_order(const char* function,
                                                              const NamedArrays& arrays) {
    std::vector<std::pair<int, const NamedArrays::value_type*>> ranked;
    for (const auto& entry : arrays)
        ranked.emplace_back(rank_of(function, entry.first, entry.second.dtype()), &entry);
    std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second->first < b.second->first;
    });
    std::vector<const NamedArrays::value_type*> order;
    for (const auto& [rank, entry] : ranked) order.push_back(entry);
    return order;
}

std::string safetensors_header(const char* function,
                               const std::vector<const NamedArrays::value_type*>& arrays,
                               const std::map<std::string, std::string>& metadata) {
    Json json = Json::object();
    for (const auto& [key, value] : metadata) json[kMetadata][key] = value;
    uint64_t end = 0;
    for (const NamedArrays::value_type* entry : arrays) {
        const auto& [name, array] = *entry;
        if (name == kMetadata || json.contains(name))
            throw ValueError(
                fmt::format("{}: two arrays are called {}, or that is the format's own name; "
                            "expected different names",
                            function,
                            name));
        const uint64_t begin = end;
        end += static_cast<uint64_t>(array.nbytes());
        json[name] = {
            {"dtype", std::string(kDtypeNames[rank_of(function, name, array.dtype())].name)},
            {"shape", std::vector<int64_t>(array.shape().begin(), array.shape().end())},
            {"data_offsets", std::vector<uint64_t>{begin, end}}};
    }
    std::string text;
    try {
        text = json.dump();
    } catch (const Json::exception&) {
        throw ValueError(
            fmt::format("{}: a name or metadata are no UTF-8; expected text", function));
    }
    text.resize((text.size() + kLengthSize - 1) / kLengthSize * kLengthSize, ' ');
    if (text.size() > kMostHeader)
        throw ValueError(fmt::format("{}: names and metadata of {} bytes; expected at most {}",
                                     function,
                                     text.size(),
                                     kMostHeader));
    std::string header;
    append(header, text.size(), kLengthSize);
    return header + text;
}

}  // namespace chainerx::internal
