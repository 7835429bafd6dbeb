// The .npz format: a zip archive of .npy files.
#include <set>
#include <utility>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "chainerx/io.h"
#include "io/byte_sink.h"
#include "io/npy_header.h"
#include "io/utf8.h"
#include "io/zip_reader.h"
#include "io/zip_writer.h"

namespace chainerx {

struct NpzFile::Contents {
    explicit Contents(internal::SourcePointer source)
        : archive_source{std::move(source)}, archive{archive_source} {}

    const internal::ZipMember* find(std::string_view name) const {
        for (const std::string& wanted : {std::string(name), std::string(name) + ".npy"}) {
            for (const internal::ZipMember& member : archive.members()) {
                if (member.name == wanted) return &member;
            }
        }
        return nullptr;
    }
    internal::SourcePointer open(std::string_view name) const {
        if (const internal::ZipMember* member = find(name)) return archive.open(*member);
        throw IndexError(fmt::format("{}: {} has no member {}; expected one of names()",
                                     archive_source->function(),
                                     archive_source->name(),
                                     name));
    }

    internal::SourcePointer archive_source;
    internal::ZipReader archive;
};

NpzFile::NpzFile(std::shared_ptr<const Contents> contents) : contents_{std::move(contents)} {}

NpzFile::NpzFile(const std::string& path, MapMode map)
    : NpzFile(std::make_shared<const Contents>(internal::open_file("load_npz", path, map))) {}

NpzFile NpzFile::from_memory(const void* data, size_t size) {
    return NpzFile(std::make_shared<const Contents>(internal::view_memory("load_npz", data, size)));
}

NpzFile::~NpzFile() = default;

std::vector<std::string> NpzFile::names() const {
    std::vector<std::string> names;
    for (const internal::ZipMember& member : contents_->archive.members()) {
        const bool is_npy =
            member.name.size() > 4 && member.name.substr(member.name.size() - 4) == ".npy";
        names.push_back(is_npy ? member.name.substr(0, member.name.size() - 4) : member.name);
    }
    return names;
}

bool NpzFile::contains(std::string_view name) const { return contents_->find(name) != nullptr; }

Array NpzFile::load(std::string_view name, Device* device) const {
    const internal::SourcePointer source = contents_->open(name);
    return internal::load_stored(source, internal::read_npy_header(*source), device);
}

std::string NpzFile::read(std::string_view name) const {
    const internal::SourcePointer source = contents_->open(name);
    std::string bytes(source->size(), '\0');
    source->read(0, bytes.data(), bytes.size());
    return bytes;
}

NamedArrays load_npz(const std::string& path, Device* device, MapMode map) {
    const NpzFile file(path, map);
    NamedArrays arrays;
    for (const std::string& name : file.names()) arrays.emplace_back(name, file.load(name, device));
    return arrays;
}

namespace {

// Before a file is made.
void check_arrays(const char* function, const NamedArrays& arrays) {
    std::set<std::string_view> names;
    for (const auto& [name, array] : arrays) {
        constexpr size_t kMostName = 0xffff - 4;  // with ".npy"
        if (!internal::is_utf8(name) || name.size() > kMostName)
            throw ValueError(
                fmt::format("{}: a name that is too long or no UTF-8; expected text", function));
        if (!names.insert(name).second)
            throw ValueError(fmt::format(
                "{}: two arrays are called {}; expected different names", function, name));
        internal::npy_header(function, array.shape(), array.dtype());
    }
}

void write(internal::ByteSink& sink,
           const char* function,
           const NamedArrays& arrays,
           Compression compression) {
    internal::ZipWriter archive(sink);
    for (const auto& [name, array] : arrays) {
        archive.add(name + ".npy",
                    internal::npy_header(function, array.shape(), array.dtype()),
                    internal::HostElements(array).bytes(),
                    compression);
    }
    archive.finish();
}

}  // namespace

void save_npz(const std::string& path, const NamedArrays& arrays, Compression compression) {
    check_arrays("save_npz", arrays);
    internal::write_file("save_npz", path, [&](internal::ByteSink& sink) {
        write(sink, "save_npz", arrays, compression);
    });
}

std::string write_npz(const NamedArrays& arrays, Compression compression) {
    check_arrays("write_npz", arrays);
    return internal::write_memory(
        [&](internal::ByteSink& sink) { write(sink, "write_npz", arrays, compression); });
}

}  // namespace chainerx
