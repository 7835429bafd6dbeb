// .npy files: what is written can be read, by NumPy's rules, and malformed files are errors.
#include <stdlib.h>

#include <complex>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/plugin/test_folders.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

class Npy : public ::testing::Test {
protected:
    std::string path(const std::string& name) { return (folder.path() / name).string(); }
    // A file with this header dict, padded as NumPy does, and these elements.
    std::string write(const std::string& dict, const std::string& elements, int major = 1) {
        std::string header = dict;
        const size_t prefix = major == 1 ? 10 : 12;
        while ((prefix + header.size() + 1) % 64 != 0) header += ' ';
        header += '\n';
        std::string bytes("\x93NUMPY", 6);
        bytes += static_cast<char>(major);
        bytes += '\0';
        for (size_t i = 0; i < prefix - 8; ++i)
            bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
        return write_bytes(bytes + header + elements);
    }
    std::string write_bytes(const std::string& bytes) {
        const std::string name = path("file" + std::to_string(++n_files) + ".npy");
        std::ofstream(name, std::ios::binary) << bytes;
        return name;
    }
    void expect_malformed(const std::string& file, const std::string& why) {
        const std::string text = message_of<ValueError>([&] { load_npy(file); });
        expect_contains(text, file);
        expect_contains(text, why);
    }

    internal::TemporaryFolder folder;
    int n_files = 0;
};

std::string bytes_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

template <typename T>
std::string raw(std::initializer_list<T> values) {
    return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(T)};
}

TEST_F(Npy, RoundTripOfEveryDtype) {
    for (int i = 0; i < kDTypeCount; ++i) {
        const auto dtype = static_cast<DType>(i);
        const Array x = doubles({0, 1, 2, 3, 4, 100}, {2, 3}).astype(dtype);
        const std::string file = path(std::string(dtype_name(dtype)));
        if (dtype == DType::kBFloat16) {
            EXPECT_THROW(save_npy(file, x), DtypeError);
            continue;
        }
        save_npy(file, x);
        const Array y = load_npy(file);
        EXPECT_EQ(y.dtype(), dtype);
        EXPECT_EQ(y.shape(), x.shape());
        std::string before(static_cast<size_t>(x.nbytes()), '\0'), after = before;
        x.copy_to_host(before.data());
        y.copy_to_host(after.data());
        EXPECT_EQ(before, after) << dtype_name(dtype);
    }
}

TEST_F(Npy, RoundTripOfShapes) {
    for (const Shape& shape : {Shape{},
                               Shape{0},
                               Shape{3},
                               Shape{2, 0, 3},
                               Shape{1, 2, 1, 2},
                               Shape{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}}) {
        const Array x = some_doubles(shape);
        save_npy(path("shape"), x);
        const Array y = load_npy(path("shape"));
        expect_array(y, shape, values_of(x));
        EXPECT_EQ(bytes_of(path("shape")).size() % 64, static_cast<size_t>(x.nbytes()) % 64)
            << "elements start at a multiple of 64";
    }
}

TEST_F(Npy, ViewsAreWrittenRowByRow) {
    save_npy(path("view"), transpose(doubles({1, 2, 3, 4}, {2, 2})));
    expect_array(load_npy(path("view")), {2, 2}, {1, 3, 2, 4});
}

TEST_F(Npy, OtherDevices) {
    for (Device* device : {&native(1), &primdev(), &nulldev(), &sim()}) {
        const Array x = transpose(doubles({1, 2, 3, 4}, {2, 2})).to_device(*device);
        save_npy(path("device"), x);
        const Array y = load_npy(path("device"), device);
        EXPECT_EQ(&y.device(), device);
        expect_array(y, {2, 2}, {1, 3, 2, 4});
    }
}

TEST_F(Npy, ReadsWhatNumPyWrites) {
    expect_vector(load_npy(write("{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }",
                                 raw<int32_t>({1, -2, 3}))),
                  {1, -2, 3});
    expect_array(load_npy(write("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }",
                                raw<double>({1, 4, 2, 5, 3, 6}))),
                 {2, 3},
                 {1, 2, 3, 4, 5, 6});
    expect_array(load_npy(write("{'descr': '|b1', 'fortran_order': False, 'shape': (), }",
                                raw<bool>({true}))),
                 {},
                 {1});
    expect_vector(
        load_npy(write(
            "{'shape': (1,), 'fortran_order': False, 'descr': '|u1'}", raw<uint8_t>({255}), 2)),
        {255});
    expect_vector(
        load_npy(write(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", raw<float>({0.5F}), 3)),
        {0.5});
    EXPECT_TRUE(load_npy(write("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }",
                               raw<double>({1, 2, 3, 4})))
                    .is_contiguous());
}

TEST_F(Npy, OtherByteOrder) {
    expect_vector(load_npy(write("{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }",
                                 std::string("\0\0\0\1\xff\xff\xff\xfe", 8))),
                  {1, -2});
    expect_array(load_npy(write("{'descr': '>f8', 'fortran_order': True, 'shape': (1, 2), }",
                                std::string("\x3f\xf0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0", 16))),
                 {1, 2},
                 {1, 2});
    // Each part of a complex number by itself.
    const Array z = load_npy(write("{'descr': '>c8', 'fortran_order': False, 'shape': (1,), }",
                                   std::string("\x3f\x80\0\0\x40\0\0\0", 8)));
    EXPECT_EQ(z.dtype(), DType::kComplex64);
    EXPECT_EQ(static_cast<std::complex<double>>(z.item()), std::complex<double>(1, 2));
    expect_vector(
        load_npy(write("{'descr': '>u1', 'fortran_order': False, 'shape': (1,), }", "\7")), {7});
}

TEST_F(Npy, BoolElementsAreZeroOrOne) {
    const Array x = load_npy(write("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }",
                                   std::string("\0\2\xff", 3)));
    char bytes[3];
    x.copy_to_host(bytes);
    EXPECT_EQ(std::string(bytes, 3), std::string("\0\1\1", 3));
}

TEST_F(Npy, Memory) {
    const Array x = transpose(doubles({1, 2, 3, 4}, {2, 2}));
    const std::string bytes = write_npy(x);
    save_npy(path("same"), x);
    EXPECT_EQ(bytes, bytes_of(path("same")));
    expect_array(read_npy(bytes.data(), bytes.size()), {2, 2}, {1, 3, 2, 4});
    EXPECT_THROW(read_npy(bytes.data(), bytes.size() - 1), ValueError);
    EXPECT_THROW(read_npy(nullptr, 0), ValueError);
    EXPECT_THROW(write_npy(x.astype(DType::kBFloat16)), DtypeError);
}

TEST_F(Npy, MappedFiles) {
    const std::string file = path("mapped");
    save_npy(file, doubles({1, 2, 3, 4}, {2, 2}));
    const Array shared = load_npy(file, nullptr, MapMode::kReadWrite);
    const Array same = load_npy(file, nullptr, MapMode::kReadOnly);
    const Array own = load_npy(file, nullptr, MapMode::kCopyOnWrite);
    own.fill(7);
    expect_array(load_npy(file), {2, 2}, {1, 2, 3, 4});
    EXPECT_THROW(same.fill(7), ChainerxError);
    shared.at({1}).fill(9);
    expect_array(same, {2, 2}, {1, 2, 9, 9});
    expect_array(load_npy(file), {2, 2}, {1, 2, 9, 9});
    expect_array(own, {2, 2}, {7, 7, 7, 7});
}

TEST_F(Npy, MappedFilesInFortranOrder) {
    const std::string file = write("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }",
                                   raw<double>({1, 4, 2, 5, 3, 6}));
    const Array x = load_npy(file, nullptr, MapMode::kReadOnly);
    EXPECT_EQ(to_string(x.strides()), "(1, 2)");
    expect_array(x, {2, 3}, {1, 2, 3, 4, 5, 6});
}

TEST_F(Npy, WhatCannotBeMappedIsCopied) {
    const std::string swapped =
        write("{'descr': '>i2', 'fortran_order': False, 'shape': (1,), }", std::string("\0\1", 2));
    expect_vector(load_npy(swapped, nullptr, MapMode::kReadOnly), {1});
    expect_contains(
        message_of<ValueError>([&] { load_npy(swapped, nullptr, MapMode::kReadWrite); }),
        "byte order");
    const std::string file = path("device");
    save_npy(file, doubles({1, 2}));
    expect_vector(load_npy(file, &sim(), MapMode::kReadOnly).to_device(native()), {1, 2});
    expect_contains(message_of<ValueError>([&] { load_npy(file, &sim(), MapMode::kReadWrite); }),
                    "not the host");
    save_npy(file, doubles({}, {0, 3}));
    EXPECT_EQ(load_npy(file, nullptr, MapMode::kReadWrite).size(), 0);
}

TEST_F(Npy, AFileIsReplacedWhole) {
    const std::string file = path("replaced");
    save_npy(file, doubles({1, 2}));
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const Array old = load_npy(file, nullptr, MapMode::kReadOnly);
    std::filesystem::create_symlink(file, path("link"));
    save_npy(path("link"), old + 1.0);
    expect_vector(old, {1, 2});
    expect_vector(load_npy(file), {2, 3});
    EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    // Neither a file that can't be made nor an array that can't be written leaves anything behind.
    EXPECT_THROW(save_npy(file, old.astype(DType::kBFloat16)), DtypeError);
    expect_vector(load_npy(file), {2, 3});
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
}

TEST_F(Npy, FilesThatAreNone) {
    EXPECT_THROW(load_npy(path("missing.npy")), FileError);
    EXPECT_THROW(load_npy(path("")), FileError);  // a folder
    EXPECT_THROW(save_npy(path("no/such/folder.npy"), doubles({1})), FileError);
    expect_malformed(write_bytes(""), "magic");
    expect_malformed(write_bytes("\x93NUMPX\1\0\0\0"), "magic");
    expect_malformed(write_bytes("PK\3\4 a zip archive, say"), "magic");
    expect_malformed(write_bytes(std::string("\x93NUMPY\7\0\x10\0", 10)), "format version 7");
}

TEST_F(Npy, TruncatedFiles) {
    const std::string file =
        write("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", raw<double>({1, 2, 3}));
    const std::string whole = bytes_of(file);
    for (size_t size = 0; size < whole.size(); ++size) {
        EXPECT_THROW(load_npy(write_bytes(whole.substr(0, size))), ValueError) << size << " bytes";
    }
    EXPECT_NO_THROW(load_npy(write_bytes(whole + "trailing bytes are allowed")));
    expect_malformed(write_bytes(whole.substr(0, whole.size() - 1)),
                     "ends before the 24 bytes of its elements");
    expect_malformed(write_bytes(whole.substr(0, 60)), "ends within the header");
    expect_malformed(write_bytes(std::string("\x93NUMPY\2\0\x10\0", 10)), "ends within the header");
}

TEST_F(Npy, MalformedHeaders) {
    const std::string elements(64, '\1');
    const auto with = [&](const std::string& dict) { return write(dict, elements); };
    expect_malformed(with("{'fortran_order': False, 'shape': (3,), }"), "'descr'");
    expect_malformed(with("{'descr': '<f8', 'shape': (3,), }"), "'fortran_order'");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, }"), "'shape'");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': 3, }"), "no tuple");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': (3, "), "no end");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }"),
                     "no number");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': (a,), }"),
                     "no number");
    expect_malformed(
        with("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
        "no number");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (3,), }"),
                     "fortran_order");
    for (const char* descr :
         {"'?f8'", "'<f3'", "'<f16'", "'<V2'", "'|O'", "'<U5'", "[('a', '<f8')]", "''", "'", ""}) {
        expect_malformed(
            with("{'fortran_order': False, 'shape': (3,), 'descr': " + std::string(descr)),
            "dtype");
    }
    expect_malformed(with(""), "no dict");
    expect_malformed(with("no dict at all"), "no dict");
    expect_malformed(with("{}"), "'descr'");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': (3)}"), "no tuple");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': (3 2)}"), "no comma");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)"), "no end");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)} x"), "follows");
    expect_malformed(with("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'x': 1}"),
                     "'x'");
    expect_malformed(with("{descr: '<f8'}"), "without a key");
}

TEST_F(Npy, AbsurdSizes) {
    const auto with = [&](const std::string& shape) {
        return write("{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }", "x");
    };
    expect_malformed(with("(1000000000000,)"), "ends before the 8000000000000 bytes");
    // More bytes or elements than there are numbers; more axes than an array has.
    expect_malformed(with("(2305843009213693952,)"),
                     "no memory holds its shape (2305843009213693952,)");
    expect_malformed(with("(4611686018427387904, 4611686018427387904)"), "no memory holds");
    expect_malformed(with("(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)"),
                     "more than 16 dimensions");
    EXPECT_EQ(load_npy(with("(4611686018427387904, 0)")).size(), 0);
    // Strides that mean nothing, since there are no elements.
    EXPECT_EQ(load_npy(with("(0, 4611686018427387904, 4611686018427387904)")).size(), 0);
    // A header of 4 GB is not even allocated.
    expect_malformed(write_bytes(std::string("\x93NUMPY\2\0\xff\xff\xff\xff", 12)),
                     "absurdly long");
}

TEST_F(Npy, AFullDiskIsAnError) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
    EXPECT_THROW(save_npy("/dev/full", doubles({1})), FileError);
}

}  // namespace
}  // namespace chainerx::testing
