// safetensors files: round trips, what the format demands, and malformed files.
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/plugin/test_folders.h"
#include "core/test_devices.h"
#include "io/little_endian.h"

namespace chainerx::testing {
namespace {

using internal::append;
using internal::expect_contains;
using internal::message_of;

class Safetensors : public ::testing::Test {
protected:
    std::string path(const std::string& name) { return (folder.path() / name).string(); }

    internal::TemporaryFolder folder;
};

SafetensorsFile parse(const std::string& bytes) {
    return SafetensorsFile::from_memory(bytes.data(), bytes.size());
}

void read_all(const std::string& bytes) {
    const SafetensorsFile file = parse(bytes);
    for (const std::string& name : file.names()) file.load(name);
}

// A file with this header and so many bytes of elements.
std::string with_header(const std::string& json, size_t elements) {
    std::string bytes;
    append(bytes, json.size(), 8);
    return bytes + json + std::string(elements, '\1');
}

void expect_malformed(const std::string& json, size_t elements, const std::string& why) {
    const std::string bytes = with_header(json, elements);
    const std::string text = message_of<ValueError>([&] { read_all(bytes); });
    expect_contains(text, why);
}

TEST_F(Safetensors, RoundTripOfEveryDtype) {
    for (int i = 0; i < kDTypeCount; ++i) {
        const auto dtype = static_cast<DType>(i);
        const Array x = doubles({0, 1, 2, 3, 4, 100}, {2, 3}).astype(dtype);
        if (dtype == DType::kComplex128) {
            EXPECT_THROW(write_safetensors({{"x", x}}), DtypeError);
            continue;
        }
        const std::string bytes = write_safetensors({{"x", x}});
        const Array y = parse(bytes).load("x");
        EXPECT_EQ(y.dtype(), dtype);
        std::string before(static_cast<size_t>(x.nbytes()), '\0'), after = before;
        x.copy_to_host(before.data());
        y.copy_to_host(after.data());
        EXPECT_EQ(before, after) << dtype_name(dtype);
    }
}

TEST_F(Safetensors, SeveralArrays) {
    const NamedArrays arrays = {{"small", ones({3}, DType::kUInt8)},
                                {"view", transpose(doubles({1, 2, 3, 4}, {2, 2}))},
                                {"empty", doubles({}, {2, 0})},
                                {"scalar", doubles({5}, {})},
                                {"b.\xce\xb2", ones({2}, DType::kBFloat16)}};
    save_safetensors(path("x"), arrays, {{"format", "pt"}, {"author", "\xce\xb2 \"quoted\""}});
    const SafetensorsFile file(path("x"));
    EXPECT_EQ(file.names(),
              (std::vector<std::string>{"empty", "scalar", "view", "b.\xce\xb2", "small"}));
    EXPECT_EQ(file.metadata().at("author"), "\xce\xb2 \"quoted\"");
    EXPECT_EQ(file.dtype_name("b.\xce\xb2"), "BF16");
    EXPECT_EQ(file.shape("view"), (std::vector<int64_t>{2, 2}));
    expect_array(file.load("view"), {2, 2}, {1, 3, 2, 4});
    expect_array(file.load("empty"), {2, 0}, {});
    expect_array(file.load("scalar"), {}, {5});
    EXPECT_TRUE(file.contains("small"));
    EXPECT_FALSE(file.contains("large"));
    EXPECT_THROW(file.load("large"), IndexError);
    EXPECT_EQ(load_safetensors(path("x")).size(), 5U);
    EXPECT_EQ(std::filesystem::file_size(path("x")),
              write_safetensors(arrays, file.metadata()).size());
}

TEST_F(Safetensors, HeaderAsTheOriginalWritesIt) {
    const std::string bytes =
        write_safetensors({{"a", ones({1}, DType::kUInt8)}, {"b", ones({2}, DType::kFloat32)}});
    const std::string json =
        R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}})";
    EXPECT_EQ(bytes.substr(8, json.size()), json);
    EXPECT_EQ(internal::number(bytes, 0, 8) % 8, 0U);
    EXPECT_EQ(bytes.size(), 8 + internal::number(bytes, 0, 8) + 9);
}

TEST_F(Safetensors, NoArrays) {
    const std::string none = write_safetensors({}), metadata = write_safetensors({}, {{"a", "b"}});
    EXPECT_TRUE(parse(none).names().empty());
    EXPECT_EQ(parse(metadata).metadata().size(), 1U);
    const std::string padded = with_header("{}   ", 0);
    EXPECT_TRUE(parse(padded).names().empty());
}

TEST_F(Safetensors, MappedFiles) {
    save_safetensors(path("x"), {{"a", doubles({1, 2})}, {"odd", ones({3}, DType::kUInt8)}});
    const SafetensorsFile file(path("x"), MapMode::kReadWrite);
    file.load("a").fill(4);
    expect_vector(SafetensorsFile(path("x")).load("a"), {4, 4});
    EXPECT_THROW(SafetensorsFile(path("x"), MapMode::kReadOnly).load("a").fill(1), ChainerxError);
    // Elements that are not aligned.
    const std::string bytes =
        with_header(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", 8);
    ASSERT_NE(internal::number(bytes, 0, 8) % 8, 0U);
    std::ofstream(path("unaligned"), std::ios::binary) << bytes;
    EXPECT_EQ(SafetensorsFile(path("unaligned"), MapMode::kReadOnly).load("a").size(), 1);
    expect_contains(message_of<ValueError>(
                        [&] { SafetensorsFile(path("unaligned"), MapMode::kReadWrite).load("a"); }),
                    "not aligned");
}

TEST_F(Safetensors, OtherDevices) {
    const std::string bytes = write_safetensors({{"a", doubles({1, 2}).to_device(sim())}});
    const Array a = parse(bytes).load("a", &primdev());
    EXPECT_EQ(&a.device(), &primdev());
    expect_vector(a, {1, 2});
}

TEST_F(Safetensors, TruncatedFiles) {
    const std::string whole =
        write_safetensors({{"a", doubles({1, 2})}, {"b", ones({3}, DType::kInt8)}});
    EXPECT_NO_THROW(read_all(whole));
    for (size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(read_all(whole.substr(0, size)), ValueError) << size << " bytes";
    EXPECT_THROW(read_all(whole + "x"), ValueError);
    EXPECT_THROW(SafetensorsFile(path("missing")), FileError);
}

TEST_F(Safetensors, HeaderSizes) {
    for (const uint64_t size : {uint64_t{100'000'001}, ~uint64_t{0}, uint64_t{1} << 63}) {
        std::string bytes;
        append(bytes, size, 8);
        expect_contains(message_of<ValueError>([&] { parse(bytes + "{}"); }), "absurdly long");
    }
    std::string bytes;
    append(bytes, 3, 8);
    expect_contains(message_of<ValueError>([&] { parse(bytes + "{}"); }), "within the header");
}

TEST_F(Safetensors, MalformedHeaders) {
    expect_malformed("", 0, "'{'");
    expect_malformed(" {}", 0, "'{'");
    expect_malformed("{", 0, "no JSON");
    expect_malformed("{}x", 0, "no JSON");
    expect_malformed("{\"\xff\":1}", 0, "no JSON");
    expect_malformed(R"({"a":[[[[[[]]]]]]})", 0, "nested");
    expect_malformed(R"({"__metadata__":[]})", 0, "metadata");
    expect_malformed(R"({"__metadata__":{"a":1}})", 0, "metadata");
    expect_malformed(R"({"__metadata__":{"a":"1","a":"2"}})", 0, "says twice");
    expect_malformed(R"({"a":1})", 0, "has not exactly");
    expect_malformed(R"({"a":{"dtype":"U8","shape":[1]}})", 1, "has not exactly");
    expect_malformed(
        R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}})", 1, "has not exactly");
    expect_malformed(
        R"({"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}})", 1, "says twice");
    expect_malformed(R"({"a":{"dtype":1,"shape":[1],"data_offsets":[0,1]}})", 1, "no string");
    expect_malformed(R"({"a":{"dtype":"U9","shape":[1],"data_offsets":[0,1]}})", 1, "unknown");
    const std::string entry = R"({"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
    expect_malformed("{\"a\":" + entry + ",\"a\":" + entry + "}", 1, "says twice");
}

TEST_F(Safetensors, ShapesAndOffsets) {
    const auto with =
        [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
            return R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
                   offsets + "}}";
        };
    EXPECT_NO_THROW(read_all(with_header(with("U8", "[2,2]", "[0,4]"), 4)));
    for (const char* shape :
         {"[-1]", "[1.5]", "[\"1\"]", "[null]", "1", "{}", "[18446744073709551615]", "[1e3]"})
        expect_malformed(with("U8", shape, "[0,4]"), 4, "shape that is no list");
    for (const char* offsets :
         {"[0]", "[0,1,2]", "[4,0]", "[0,5]", "[9223372036854775807,9223372036854775807]"})
        expect_malformed(with("U8", "[4]", offsets), 4, "not within the file");
    expect_malformed(with("U8", "[4]", "[-4,0]"), 4, "no list of numbers");
    for (const char* shape : {"[]", "[3]", "[5]", "[0]", "[4,0]"})
        expect_malformed(with("U8", shape, "[0,4]"), 4, "do not fit");
    expect_malformed(with("F32", "[4]", "[0,4]"), 4, "do not fit");
    expect_malformed(
        with("U8", "[9223372036854775807,9223372036854775807]", "[0,4]"), 4, "no memory");
    expect_malformed(with("U64", "[4611686018427387904]", "[0,4]"), 4, "no memory");
    expect_malformed(with("F4", "[3]", "[0,1]"), 1, "within a byte");
    // Extents that nobody counts beside one of zero.
    EXPECT_NO_THROW(read_all(with_header(with("U8", "[9223372036854775807,0]", "[0,0]"), 0)));
}

TEST_F(Safetensors, GapsAndOverlaps) {
    const auto two = [](const std::string& first, const std::string& second) {
        return R"({"a":{"dtype":"U8","shape":[2],"data_offsets":)" + first +
               R"(},"b":{"dtype":"U8","shape":[2],"data_offsets":)" + second + "}}";
    };
    EXPECT_NO_THROW(read_all(with_header(two("[2,4]", "[0,2]"), 4)));
    expect_malformed(two("[0,2]", "[1,3]"), 3, "overlaps");
    expect_malformed(two("[0,2]", "[0,2]"), 2, "overlaps");
    expect_malformed(two("[0,2]", "[3,5]"), 5, "gap");
    expect_malformed(two("[1,3]", "[3,5]"), 5, "gap");
    expect_malformed(two("[0,2]", "[2,4]"), 5, "belong to no tensor");
}

TEST_F(Safetensors, DtypesThatAreNotOurs) {
    const std::string bytes = with_header(
        R"({"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]},)"
        R"("c":{"dtype":"F4","shape":[2],"data_offsets":[4,5]}})",
        5);
    const SafetensorsFile file = parse(bytes);
    EXPECT_EQ(file.dtype_name("a"), "F8_E4M3");
    expect_contains(message_of<DtypeError>([&] { file.load("a"); }), "F8_E4M3");
    EXPECT_THROW(file.load("c"), DtypeError);
    expect_vector(file.load("b"), {1, 1});
}

TEST_F(Safetensors, TooManyDimensions) {
    const std::string bytes = with_header(
        R"({"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}})",
        1);
    const SafetensorsFile file = parse(bytes);
    EXPECT_THROW(file.load("a"), DimensionError);
}

TEST_F(Safetensors, WhatCannotBeWritten) {
    const Array x = doubles({1});
    EXPECT_THROW(write_safetensors({{"a", x}, {"a", x}}), ValueError);
    EXPECT_THROW(write_safetensors({{"__metadata__", x}}), ValueError);
    EXPECT_THROW(write_safetensors({{"\xff", x}}), ValueError);
    EXPECT_THROW(write_safetensors({{"a", x}}, {{"k", "\xff"}}), ValueError);
    EXPECT_THROW(save_safetensors(path("x"), {{"a", x.astype(DType::kComplex128)}}), DtypeError);
    EXPECT_FALSE(std::filesystem::exists(path("x")));
}

}  // namespace
}  // namespace chainerx::testing
