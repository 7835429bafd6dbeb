// The safetensors format: a header in JSON, then the elements of named arrays.
#include "chainerx/safetensors.h"

#include <bit>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "io/byte_sink.h"
#include "io/safetensors_header.h"
#include "io/stored_array.h"

namespace chainerx {

struct SafetensorsFile::Contents {
    explicit Contents(internal::SourcePointer file)
        : source{std::move(file)}, header{internal::read_safetensors_header(*source)} {
        for (const internal::SafetensorsEntry& entry : header.entries) by_name[entry.name] = &entry;
    }

    const internal::SafetensorsEntry& find(std::string_view name) const {
        if (const auto found = by_name.find(name); found != by_name.end()) return *found->second;
        throw IndexError(fmt::format("{}: {} has no tensor {}; expected one of names()",
                                     source->function(),
                                     source->name(),
                                     name));
    }

    internal::SourcePointer source;
    internal::SafetensorsHeader header;
    std::map<std::string_view, const internal::SafetensorsEntry*> by_name;
};

SafetensorsFile::SafetensorsFile(std::shared_ptr<const Contents> contents)
    : contents_{std::move(contents)} {}

SafetensorsFile::SafetensorsFile(const std::string& path, MapMode map)
    : SafetensorsFile(
          std::make_shared<const Contents>(internal::open_file("load_safetensors", path, map))) {}

SafetensorsFile SafetensorsFile::from_memory(const void* data, size_t size) {
    return SafetensorsFile(
        std::make_shared<const Contents>(internal::view_memory("load_safetensors", data, size)));
}

SafetensorsFile::~SafetensorsFile() = default;

std::vector<std::string> SafetensorsFile::names() const {
    std::vector<std::string> names;
    for (const internal::SafetensorsEntry& entry : contents_->header.entries)
        names.push_back(entry.name);
    return names;
}

const std::map<std::string, std::string>& SafetensorsFile::metadata() const {
    return contents_->header.metadata;
}

bool SafetensorsFile::contains(std::string_view name) const {
    return contents_->by_name.count(name) > 0;
}

const std::string& SafetensorsFile::dtype_name(std::string_view name) const {
    return contents_->find(name).dtype_name;
}

const std::vector<int64_t>& SafetensorsFile::shape(std::string_view name) const {
    return contents_->find(name).shape;
}

Array SafetensorsFile::load(std::string_view name, Device* device) const {
    const internal::SafetensorsEntry& entry = contents_->find(name);
    const internal::ByteSource& source = *contents_->source;
    if (!entry.dtype) {
        throw DtypeError(fmt::format("{}: tensor {} of {} is {}; expected one of our dtypes",
                                     source.function(),
                                     name,
                                     source.name(),
                                     entry.dtype_name));
    }
    if (entry.shape.size() > kMaxNdim) {
        throw DimensionError(
            fmt::format("{}: tensor {} of {} has {} dimensions; expected at most {}",
                        source.function(),
                        name,
                        source.name(),
                        entry.shape.size(),
                        kMaxNdim));
    }
    internal::StoredArray stored;
    stored.shape = entry.shape;
    stored.dtype = *entry.dtype;
    stored.offset = entry.begin;
    return internal::load_stored(contents_->source, stored, device);
}

NamedArrays load_safetensors(const std::string& path, Device* device, MapMode map) {
    const SafetensorsFile file(path, map);
    NamedArrays arrays;
    for (const std::string& name : file.names()) arrays.emplace_back(name, file.load(name, device));
    return arrays;
}

namespace {

using Writer = std::function<void(internal::ByteSink&)>;

static_assert(std::endian::native == std::endian::little,
              "elements go to files as they are in memory");

// Finds what can't be written before a file is made.
Writer make_writer(const char* function,
                   const NamedArrays& arrays,
                   const std::map<std::string, std::string>& metadata) {
    auto order = internal::safetensors_order(function, arrays);
    std::string header = internal::safetensors_header(function, order, metadata);
    return [order = std::move(order), header = std::move(header)](internal::ByteSink& sink) {
        sink.write(header);
        for (const auto* entry : order) sink.write(internal::HostElements(entry->second).bytes());
    };
}

}  // namespace

void save_safetensors(const std::string& path,
                      const NamedArrays& arrays,
                      const std::map<std::string, std::string>& metadata) {
    internal::write_file(
        "save_safetensors", path, make_writer("save_safetensors", arrays, metadata));
}

std::string write_safetensors(const NamedArrays& arrays,
                              const std::map<std::string, std::string>& metadata) {
    return internal::write_memory(make_writer("write_safetensors", arrays, metadata));
}

}  // namespace chainerx
