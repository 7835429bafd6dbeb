// The .npy format: magic, a Python dict as header, the elements. (NumPy enhancement proposal 1.)
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chainerx/error.h"
#include "chainerx/io.h"
#include "chainerx/ops.h"

namespace chainerx {

namespace {

constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMagicSize = 6;
constexpr uint64_t kMostHeader = 1u << 20;

struct Descr {
    const char* text;
    DType dtype;
};
constexpr Descr kDescrs[] = {{"|b1", DType::kBool},
                             {"|i1", DType::kInt8},
                             {"<i2", DType::kInt16},
                             {"<i4", DType::kInt32},
                             {"<i8", DType::kInt64},
                             {"|u1", DType::kUInt8},
                             {"<u2", DType::kUInt16},
                             {"<u4", DType::kUInt32},
                             {"<u8", DType::kUInt64},
                             {"<f2", DType::kFloat16},
                             {"<f4", DType::kFloat32},
                             {"<f8", DType::kFloat64},
                             {"<c8", DType::kComplex64},
                             {"<c16", DType::kComplex128}};

[[noreturn]] void malformed(const std::string& path, const std::string& why) {
    throw ValueError(
        fmt::format("load_npy: {} is not a .npy file that can be read: {}", path, why));
}

// The text after 'key': in the header's dict.
std::string_view value_of(std::string_view header,
                          const std::string& key,
                          const std::string& path) {
    const size_t at = header.find("'" + key + "'");
    const size_t colon = at == std::string_view::npos ? at : header.find(':', at);
    if (colon == std::string_view::npos)
        malformed(path, fmt::format("its header has no '{}'", key));
    std::string_view rest = header.substr(colon + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
}

DType parse_descr(std::string_view text, const std::string& path) {
    for (const Descr& descr : kDescrs) {
        if (text.size() > 1 && text.substr(1).rfind(std::string(descr.text) + "'", 0) == 0)
            return descr.dtype;
    }
    malformed(path, fmt::format("its dtype {} is not one of ours", text.substr(0, 16)));
}

Shape parse_shape(std::string_view text, const std::string& path) {
    if (text.empty() || text[0] != '(') malformed(path, "its shape is no tuple");
    const size_t end = text.find(')');
    if (end == std::string_view::npos) malformed(path, "its shape has no end");
    Shape shape;
    const char* at = text.data() + 1;
    const char* last = text.data() + end;
    while (at < last) {
        if (*at == ' ' || *at == ',') {
            ++at;
            continue;
        }
        int64_t extent = 0;
        const auto [next, error] = std::from_chars(at, last, extent);
        if (error != std::errc() || extent < 0)
            malformed(path, "its shape has an extent that is no number");
        if (shape.size() == kMaxNdim)
            malformed(path, fmt::format("its shape has more than {} dimensions", kMaxNdim));
        shape.push_back(extent);
        at = next;
    }
    return shape;
}

bool parse_bool(std::string_view text, const std::string& path) {
    if (text.rfind("True", 0) == 0) return true;
    if (text.rfind("False", 0) != 0) malformed(path, "its fortran_order is neither True nor False");
    return false;
}

int64_t count_bytes(DimsView shape, DType dtype, const std::string& path) {
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
    int64_t bytes = itemsize(dtype);
    for (int64_t extent : shape) {
        if (__builtin_mul_overflow(bytes, extent, &bytes))
            malformed(path, fmt::format("no memory holds its shape {}", to_string(shape)));
    }
    return bytes;
}

std::string read_header(std::ifstream& file, const std::string& path) {
    std::array<unsigned char, 12> start{};
    if (!file.read(reinterpret_cast<char*>(start.data()), 10) ||
        std::memcmp(start.data(), kMagic, kMagicSize) != 0) {
        malformed(path, "it does not start with NumPy's magic");
    }
    const int major = start[6];
    if (major < 1 || major > 3) malformed(path, fmt::format("it has format version {}", major));
    uint64_t size = start[8] | static_cast<uint64_t>(start[9]) << 8;
    if (major > 1) {
        if (!file.read(reinterpret_cast<char*>(start.data()) + 10, 2))
            malformed(path, "it ends within the header");
        size |= static_cast<uint64_t>(start[10]) << 16 | static_cast<uint64_t>(start[11]) << 24;
    }
    if (size > kMostHeader) malformed(path, "its header is absurdly long");
    std::string header(size, ' ');
    if (!file.read(header.data(), static_cast<std::streamsize>(size)))
        malformed(path, "it ends within the header");
    return header;
}

}  // namespace

Array load_npy(const std::string& path, Device* device) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw ValueError(
            fmt::format("load_npy: {} can't be opened: {}", path, std::strerror(errno)));
    const std::string header = read_header(file, path);
    const DType dtype = parse_descr(value_of(header, "descr", path), path);
    Shape shape = parse_shape(value_of(header, "shape", path), path);
    const bool is_fortran = parse_bool(value_of(header, "fortran_order", path), path);
    const int64_t bytes = count_bytes(shape, dtype, path);
    const std::streampos at = file.tellg();
    file.seekg(0, std::ios::end);
    if (file.tellg() - at < bytes)
        malformed(path, fmt::format("it ends before the {} bytes of its elements", bytes));
    file.seekg(at);
    std::vector<char> data(static_cast<size_t>(bytes));
    file.read(data.data(), bytes);
    if (!is_fortran) return array_from_host(data.data(), shape, dtype, device);
    std::reverse(shape.begin(), shape.end());
    return copy(transpose(array_from_host(data.data(), shape, dtype, device)));
}

void save_npy(const std::string& path, const Array& array) {
    const auto* descr = std::find_if(std::begin(kDescrs), std::end(kDescrs), [&](const Descr& d) {
        return d.dtype == array.dtype();
    });
    if (descr == std::end(kDescrs))
        throw DtypeError(
            fmt::format("save_npy: {} has no name in .npy files; cast to float32 first",
                        dtype_name(array.dtype())));
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                     descr->text,
                                     to_string(array.shape()));
    const size_t total = (kMagicSize + 4 + header.size() + 1 + 63) / 64 * 64;
    header.resize(total - kMagicSize - 4 - 1, ' ');
    header += '\n';
    std::vector<char> data(static_cast<size_t>(array.nbytes()));
    array.copy_to_host(data.data());
    std::ofstream file(path, std::ios::binary);
    file.write(kMagic, kMagicSize);
    const char prefix[4] = {
        1, 0, static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
    file.write(prefix, 4);
    file.write(header.data(), static_cast<std::streamsize>(header.size()));
    file.write(data.data(), static_cast<std::streamsize>(data.size()));
    if (!file.flush())
        throw ValueError(
            fmt::format("save_npy: {} can't be written: {}", path, std::strerror(errno)));
}

}  // namespace chainerx
