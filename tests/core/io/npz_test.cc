// .npz files: round trips, the zip archives of other programs, and malformed archives.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/plugin/test_folders.h"
#include "core/test_devices.h"
#include "io/little_endian.h"
#include "io/zip_writer.h"

namespace chainerx::testing {
namespace {

using internal::append;
using internal::expect_contains;
using internal::message_of;

class Npz : public ::testing::TestWithParam<Compression> {
protected:
    std::string path(const std::string& name) { return (folder.path() / name).string(); }

    internal::TemporaryFolder folder;
};

NpzFile parse(const std::string& bytes) { return NpzFile::from_memory(bytes.data(), bytes.size()); }

// Reads all that an archive has.
void read_all(const std::string& bytes) {
    const NpzFile file = parse(bytes);
    for (const std::string& name : file.names()) file.load(name);
}

std::string replaced(std::string bytes, size_t at, std::string_view by) {
    return bytes.replace(at, by.size(), by);
}

std::string little(uint64_t value, size_t size) {
    std::string text;
    append(text, value, size);
    return text;
}

TEST_P(Npz, RoundTrip) {
    const NamedArrays arrays = {
        {"a", doubles({1, 2, 3, 4}, {2, 2})},
        {"b", transpose(doubles({1, 2, 3, 4}, {2, 2})).astype(DType::kFloat16)},
        {"empty", doubles({}, {0, 3})},
        {"scalar", doubles({5}, {})},
        {"d\xc3\xa9j\xc3\xa0/vu", ones({3}, DType::kComplex128)}};
    save_npz(path("x.npz"), arrays, GetParam());
    const NpzFile file(path("x.npz"));
    EXPECT_EQ(file.names(),
              (std::vector<std::string>{"a", "b", "empty", "scalar", "d\xc3\xa9j\xc3\xa0/vu"}));
    expect_array(file.load("a"), {2, 2}, {1, 2, 3, 4});
    expect_array(file.load("b.npy"), {2, 2}, {1, 3, 2, 4});
    EXPECT_EQ(file.load("b").dtype(), DType::kFloat16);
    expect_array(file.load("empty"), {0, 3}, {});
    expect_array(file.load("scalar"), {}, {5});
    EXPECT_EQ(file.load("d\xc3\xa9j\xc3\xa0/vu").dtype(), DType::kComplex128);
    EXPECT_TRUE(file.contains("a"));
    EXPECT_TRUE(file.contains("a.npy"));
    EXPECT_FALSE(file.contains("c"));
    EXPECT_THROW(file.load("c"), IndexError);
    EXPECT_EQ(file.read("a"), write_npy(arrays[0].second));
    EXPECT_EQ(load_npz(path("x.npz")).size(), arrays.size());
    const std::string bytes = write_npz(arrays, GetParam());
    EXPECT_EQ(bytes.size(), std::filesystem::file_size(path("x.npz")));
    expect_array(parse(bytes).load("a"), {2, 2}, {1, 2, 3, 4});
}

TEST_P(Npz, NoArrays) { EXPECT_TRUE(parse(write_npz({}, GetParam())).names().empty()); }

TEST_P(Npz, OtherDevices) {
    save_npz(path("x.npz"), {{"a", doubles({1, 2}).to_device(sim())}}, GetParam());
    const Array a = NpzFile(path("x.npz")).load("a", &primdev());
    EXPECT_EQ(&a.device(), &primdev());
    expect_vector(a, {1, 2});
}

TEST_P(Npz, LargeElements) {
    const Array x = arange(100000).astype(DType::kFloat64);
    const std::string bytes = write_npz({{"x", x}}, GetParam());
    expect_array(parse(bytes).load("x"), {100000}, values_of(x));
    EXPECT_EQ(bytes.size() < 400000, GetParam() == Compression::kDeflate);
}

TEST_P(Npz, TruncatedArchives) {
    const std::string whole = write_npz({{"a", doubles({1, 2})}, {"b", doubles({3})}}, GetParam());
    EXPECT_NO_THROW(read_all(whole));
    for (size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(read_all(whole.substr(0, size)), ValueError) << size << " bytes";
}

TEST_P(Npz, DamagedElements) {
    std::string bytes = write_npz({{"a", some_doubles({64})}}, GetParam());
    bytes[bytes.size() / 2] ^= 1;
    const std::string text = message_of<ValueError>([&] { read_all(bytes); });
    expect_contains(text, "damaged");
}

INSTANTIATE_TEST_SUITE_P(Both,
                         Npz,
                         ::testing::Values(Compression::kNone, Compression::kDeflate),
                         [](const auto& info) {
                             return info.param == Compression::kNone ? "Stored" : "Deflated";
                         });

class Archive : public Npz {};

TEST_F(Archive, StoredArraysAreMapped) {
    const std::string file = path("x.npz");
    save_npz(file, {{"a", doubles({1, 2})}, {"some longer name", doubles({3})}});
    const NpzFile mapped(file, MapMode::kReadWrite);
    for (const std::string& name : mapped.names())
        EXPECT_EQ(reinterpret_cast<uintptr_t>(mapped.load(name).data()) % 64, 0U) << name;
    mapped.load("a").fill(5);
    expect_vector(NpzFile(file, MapMode::kReadOnly).load("a"), {5, 5});
    EXPECT_THROW(NpzFile(file, MapMode::kReadOnly).load("a").fill(1), ChainerxError);
    save_npz(file, {{"a", doubles({1, 2})}}, Compression::kDeflate);
    expect_vector(NpzFile(file, MapMode::kReadOnly).load("a"), {1, 2});
    expect_contains(message_of<ValueError>([&] { NpzFile(file, MapMode::kReadWrite).load("a"); }),
                    "compressed");
}

TEST_F(Archive, Zip64) {
    const std::string npy = write_npy(doubles({1, 2}));
    for (const Compression compression : {Compression::kNone, Compression::kDeflate}) {
        const std::string bytes = internal::write_memory([&](internal::ByteSink& sink) {
            internal::ZipWriter writer(sink, 1);  // everything in zip64 records
            writer.add("a.npy", npy, "", compression);
            writer.add("b.npy", npy, "", compression);
            writer.finish();
        });
        const NpzFile file = parse(bytes);
        expect_vector(file.load("a"), {1, 2});
        expect_vector(file.load("b"), {1, 2});
        for (size_t size = 0; size < bytes.size(); ++size)
            EXPECT_THROW(read_all(bytes.substr(0, size)), ValueError) << size << " bytes";
    }
}

TEST_F(Archive, WhatIsNoArray) {
    const std::string bytes = internal::write_memory([](internal::ByteSink& sink) {
        internal::ZipWriter writer(sink);
        writer.add("readme.txt", "hello", "", Compression::kNone);
        writer.finish();
    });
    EXPECT_EQ(parse(bytes).names(), std::vector<std::string>{"readme.txt"});
    EXPECT_EQ(parse(bytes).read("readme.txt"), "hello");
    expect_contains(message_of<ValueError>([&] { parse(bytes).load("readme.txt"); }), "magic");
}

TEST_F(Archive, CommentsAndWhatIsNone) {
    const std::string bytes = write_npz({{"a", doubles({1})}});
    const std::string with_comment = bytes.substr(0, bytes.size() - 2) + little(5, 2) + "hello";
    expect_vector(parse(with_comment).load("a"), {1});
    EXPECT_THROW(parse(bytes + "x"), ValueError);
    EXPECT_THROW(parse(""), ValueError);
    EXPECT_THROW(parse(std::string(1000, 'P')), ValueError);
    EXPECT_THROW(NpzFile(path("missing.npz")), FileError);
}

// Where the fields of an archive of one array are.
struct Places {
    explicit Places(const std::string& bytes)
        : end{bytes.size() - 22}, directory{internal::number32(bytes, end + 16)} {}
    size_t end, directory;
};

TEST_F(Archive, FieldsOutOfRange) {
    const std::string bytes = write_npz({{"a", doubles({1, 2})}});
    const Places at(bytes);
    const auto expect_malformed = [&](size_t where, uint64_t value, size_t size, const char* why) {
        const std::string text =
            message_of<ValueError>([&] { read_all(replaced(bytes, where, little(value, size))); });
        expect_contains(text, why);
    };
    for (const uint64_t value : {uint64_t{1} << 31, uint64_t{0xfffffffe}}) {
        expect_malformed(at.end + 12, value, 4, "directory");         // its size
        expect_malformed(at.end + 16, value, 4, "directory");         // its place
        expect_malformed(at.directory + 20, value, 4, "not within");  // compressed
        expect_malformed(at.directory + 24, value, 4, "two sizes");
        expect_malformed(at.directory + 42, value, 4, "not within");  // the header
    }
    expect_malformed(at.end + 4, 1, 2, "several files");
    expect_malformed(at.end + 10, 2, 2, "several files");
    expect_malformed(at.directory, 0, 4, "is none");
    expect_malformed(at.directory + 8, 1, 2, "encrypted");
    expect_malformed(at.directory + 10, 12, 2, "another header");
    expect_malformed(at.directory + 16, 0, 4, "damaged");
    expect_malformed(at.directory + 28, 0xffff, 2, "within an entry");
    expect_malformed(at.directory + 20, 0xffffffff, 4, "not within");  // zip64 without its sizes
    expect_malformed(at.directory + 46, 0xff, 1, "UTF-8");
    expect_malformed(at.directory + 46, 'b', 1, "another name");
    expect_malformed(0, 0, 4, "another header");
    expect_malformed(26, 0xffff, 2, "another header");
    expect_malformed(28, 0xffff, 2, "not within");
}

TEST_F(Archive, UnknownMethods) {
    std::string bytes = write_npz({{"a", doubles({1, 2})}});
    const Places at(bytes);
    bytes = replaced(bytes, at.directory + 10, little(12, 2));
    bytes = replaced(bytes, 8, little(12, 2));
    expect_contains(message_of<ValueError>([&] { read_all(bytes); }), "method 12");
}

TEST_F(Archive, OverlappingMembers) {
    const std::string bytes = write_npz({{"a", doubles({1, 2})}, {"b", doubles({1, 2})}});
    const Places at(bytes);
    const size_t second = at.directory + 46 + 5;
    // Both entries mean the first member.
    std::string twice = replaced(bytes, second + 42, little(0, 4));
    expect_contains(message_of<ValueError>([&] { read_all(twice); }), "another name");
    twice = replaced(twice, second + 46, "a");
    expect_contains(message_of<ValueError>([&] { read_all(twice); }),
                    "two members are called a.npy");
    // The first one's elements reach into the second one.
    const uint64_t size = internal::number32(bytes, at.directory + 20);
    std::string longer = replaced(bytes, at.directory + 20, little(size + 64, 4));
    expect_contains(message_of<ValueError>([&] { read_all(longer); }), "overlap");
}

TEST_F(Archive, NoMemoryIsTakenForWhatCannotBe) {
    std::string bytes = write_npz({{"a", doubles({1, 2})}}, Compression::kDeflate);
    const Places at(bytes);
    bytes = replaced(bytes, at.directory + 24, little(0xf0000000, 4));
    expect_contains(message_of<ValueError>([&] { read_all(bytes); }), "can't be as large");
}

TEST_F(Archive, SizesThatAreWrong) {
    const std::string bytes = write_npz({{"a", some_doubles({100})}}, Compression::kDeflate);
    const Places at(bytes);
    const uint64_t size = internal::number32(bytes, at.directory + 24);
    for (const uint64_t wrong : {size - 1, size + 1, uint64_t{0}, size * 10}) {
        const std::string other = replaced(bytes, at.directory + 24, little(wrong, 4));
        expect_contains(message_of<ValueError>([&] { read_all(other); }), "can't be inflated");
    }
}

TEST_F(Archive, WhatCannotBeWritten) {
    EXPECT_THROW(write_npz({{"a", doubles({1})}, {"a", doubles({1})}}), ValueError);
    EXPECT_THROW(write_npz({{"\xff", doubles({1})}}), ValueError);
    EXPECT_THROW(write_npz({{std::string(70000, 'a'), doubles({1})}}), ValueError);
    EXPECT_THROW(save_npz(path("x.npz"), {{"a", ones({1}, DType::kBFloat16)}}), DtypeError);
    EXPECT_FALSE(std::filesystem::exists(path("x.npz")));
}

}  // namespace
}  // namespace chainerx::testing
