// Thousands of damaged files of every format: each is read or refused, and nothing beyond its end is touched (which AddressSanitizer
// sees, for every file is in memory of exactly its size).
#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/plugin/test_folders.h"
#include "io/zip_writer.h"

namespace chainerx::testing {
namespace {

using Random = std::mt19937_64;
using Reader = std::function<void(const char* data, size_t size)>;

constexpr int kMutations = 4000;

// All bytes of an array are there.
void use(const Array& array) {
    std::vector<char> bytes(static_cast<size_t>(array.nbytes()));
    array.copy_to_host(bytes.data());
}

void use_npy(const char* data, size_t size) { use(read_npy(data, size)); }

void use_npz(const char* data, size_t size) {
    const NpzFile file = NpzFile::from_memory(data, size);
    for (const std::string& name : file.names()) use(file.load(name));
}

void use_safetensors(const char* data, size_t size) {
    const SafetensorsFile file = SafetensorsFile::from_memory(data, size);
    for (const std::string& name : file.names()) use(file.load(name));
}

std::string zip64_archive() {
    return internal::write_memory([](internal::ByteSink& sink) {
        internal::ZipWriter writer(sink, 1);
        writer.add("a.npy", write_npy(some_doubles({3})), "", Compression::kNone);
        writer.add("b.npy", write_npy(some_doubles({2, 2})), "", Compression::kDeflate);
        writer.finish();
    });
}

uint64_t below(Random& random, uint64_t bound) { return bound == 0 ? 0 : random() % bound; }

// Numbers at which sizes and offsets overflow.
uint64_t telling_number(Random& random) {
    static constexpr uint64_t kNumbers[] = {
        0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
    const uint64_t number = kNumbers[below(random, std::size(kNumbers))];
    switch (below(random, 4)) {
        case 0:
            return ~number;
        case 1:
            return number << 32;
        case 2:
            return number + below(random, 64) - 32;
        default:
            return number;
    }
}

void mutate(std::string& bytes, Random& random) {
    const size_t at = below(random, bytes.size() + 1);
    static const std::string kTexts[] = {"99999999999999999999",
                                         "-1",
                                         "4611686018427387904",
                                         ",",
                                         "(",
                                         ")",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         "\"",
                                         "'",
                                         "PK\1\2",
                                         "PK\3\4",
                                         "PK\5\6",
                                         "PK\6\6",
                                         "<f8",
                                         ">c16",
                                         "\"U8\"",
                                         "0,",
                                         "1,"};
    switch (below(random, 8)) {
        case 0:  // a bit
            if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ 1 << below(random, 8));
            break;
        case 1:  // a byte
            if (at < bytes.size()) bytes[at] = static_cast<char>(random());
            break;
        case 2: {  // a number
            const uint64_t number = telling_number(random);
            const size_t size = size_t{1} << below(random, 4);
            for (size_t i = 0; i < size && at + i < bytes.size(); ++i)
                bytes[at + i] = static_cast<char>(number >> (8 * i));
            break;
        }
        case 3:  // cut off
            bytes.resize(at);
            break;
        case 4:  // some bytes less
            bytes.erase(at, below(random, 16));
            break;
        case 5:  // some bytes more
            bytes.insert(at, below(random, 16), static_cast<char>(random()));
            break;
        case 6: {  // text that means something
            const std::string& text = kTexts[below(random, std::size(kTexts))];
            bytes.replace(at, below(random, 2) * text.size(), text);
            break;
        }
        default: {  // a part of itself
            const std::string part =
                bytes.substr(below(random, bytes.size() + 1), below(random, 64));
            bytes.replace(at, below(random, 2) * part.size(), part);
        }
    }
}

struct Format {
    const char* name;
    std::function<std::string()> make;
    Reader read;
};

// Names instead of closures where a test fails.
void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

const NamedArrays& some_arrays() {
    static const auto* arrays = new NamedArrays{{"a", some_doubles({2, 3})},
                                                {"mask", ones({5}, DType::kBool)},
                                                {"empty", zeros({0, 4}, DType::kInt16)},
                                                {"half", ones({3}, DType::kFloat16)}};
    return *arrays;
}

class Mutation : public ::testing::TestWithParam<Format> {};

TEST_P(Mutation, IsReadOrRefused) {
    const std::string whole = GetParam().make();
    ASSERT_NO_THROW(GetParam().read(whole.data(), whole.size()));
    Random random(20261129);
    int n_read = 0, n_refused = 0;
    for (int i = 0; i < kMutations; ++i) {
        std::string bytes = whole;
        for (uint64_t n = 1 + below(random, 3); n > 0; --n) mutate(bytes, random);
        const auto exact = std::make_unique<char[]>(bytes.size());
        std::copy(bytes.begin(), bytes.end(), exact.get());
        try {
            GetParam().read(exact.get(), bytes.size());
            ++n_read;
        } catch (const ChainerxError&) {
            ++n_refused;
        }
    }
    // Neither does everything pass nor does nothing get past the first check.
    EXPECT_GT(n_refused, kMutations / 10);
    EXPECT_GT(n_read, kMutations / 100);
}

// What is mapped ends with its file's last page.
TEST_P(Mutation, OfMappedFiles) {
    const internal::TemporaryFolder folder;
    const std::string path = (folder.path() / "file").string(), whole = GetParam().make();
    Random random(1129);
    int n_read = 0;
    for (int i = 0; i < 200; ++i) {
        std::string bytes = whole;
        mutate(bytes, random);
        std::ofstream(path, std::ios::binary) << bytes;
        for (const MapMode mode : {MapMode::kReadOnly, MapMode::kCopyOnWrite}) {
            try {
                if (std::strncmp(GetParam().name, "Npy", 3) == 0) {
                    use(load_npy(path, nullptr, mode));
                } else if (std::strncmp(GetParam().name, "Npz", 3) == 0) {
                    for (const auto& [name, array] : load_npz(path, nullptr, mode)) use(array);
                } else {
                    for (const auto& [name, array] : load_safetensors(path, nullptr, mode))
                        use(array);
                }
                ++n_read;
            } catch (const ChainerxError&) {
                // refused
            }
        }
    }
    EXPECT_GT(n_read, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Formats,
    Mutation,
    ::testing::Values(Format{"Npy", [] { return write_npy(some_doubles({3, 2})); }, use_npy},
                      Format{"NpzStored", [] { return write_npz(some_arrays()); }, use_npz},
                      Format{"NpzDeflated",
                             [] { return write_npz(some_arrays(), Compression::kDeflate); },
                             use_npz},
                      Format{"NpzZip64", zip64_archive, use_npz},
                      Format{"Safetensors",
                             [] { return write_safetensors(some_arrays(), {{"format", "pt"}}); },
                             use_safetensors}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace chainerx::testing
