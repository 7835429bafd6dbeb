// A small parser for the dict in .npy headers, which is a Python literal; and its writer.
#include "io/npy_header.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "chainerx/error.h"

namespace chainerx::internal {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr uint64_t kMostNpyHeader = 1u << 20;

struct TypeCode {
    std::string_view text;
    DType dtype;
};
constexpr TypeCode kTypeCodes[] = {{"b1", DType::kBool},
                                   {"i1", DType::kInt8},
                                   {"i2", DType::kInt16},
                                   {"i4", DType::kInt32},
                                   {"i8", DType::kInt64},
                                   {"u1", DType::kUInt8},
                                   {"u2", DType::kUInt16},
                                   {"u4", DType::kUInt32},
                                   {"u8", DType::kUInt64},
                                   {"f2", DType::kFloat16},
                                   {"f4", DType::kFloat32},
                                   {"f8", DType::kFloat64},
                                   {"c8", DType::kComplex64},
                                   {"c16", DType::kComplex128}};

class DictParser {
public:
    DictParser(const ByteSource& source, std::string_view text) : source_{source}, rest_{text} {}

    StoredArray parse() {
        if (!accept('{')) malformed(source_, "its header is no dict");
        while (!accept('}')) {
            parse_entry();
            if (accept(',')) continue;
            if (!accept('}')) malformed(source_, "the dict in its header has no end");
            break;
        }
        skip_spaces();
        if (!rest_.empty()) malformed(source_, "something follows the dict in its header");
        require(has_descr_, "descr");
        require(has_order_, "fortran_order");
        require(has_shape_, "shape");
        return result_;
    }

private:
    void require(bool is_there, const char* key) {
        if (!is_there) malformed(source_, fmt::format("its header has no '{}'", key));
    }

    void skip_spaces() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size()));
    }

    bool accept(char c) {
        skip_spaces();
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool accept_word(std::string_view word) {
        skip_spaces();
        if (rest_.substr(0, word.size()) != word) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    // A Python string without escapes.
    std::optional<std::string_view> accept_string() {
        skip_spaces();
        if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
        const size_t end = rest_.find(rest_[0], 1);
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view text = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return text;
    }

    void parse_entry() {
        const std::optional<std::string_view> key = accept_string();
        if (!key || !accept(':')) malformed(source_, "its header has an entry without a key");
        if (*key == "descr") {
            parse_descr();
            has_descr_ = true;
        } else if (*key == "fortran_order") {
            parse_order();
            has_order_ = true;
        } else if (*key == "shape") {
            parse_shape();
            has_shape_ = true;
        } else {
            malformed(source_, fmt::format("its header has an entry '{}', which is unknown", *key));
        }
    }

    void parse_descr() {
        skip_spaces();
        const std::string_view given = rest_.substr(0, 24);
        const std::optional<std::string_view> text = accept_string();
        if (text && text->size() > 1) {
            const char order = (*text)[0];
            for (const TypeCode& code : kTypeCodes) {
                if (code.text != text->substr(1) ||
                    std::string_view("<>=|").find(order) == std::string_view::npos)
                    continue;
                constexpr bool is_little = std::endian::native == std::endian::little;
                result_.dtype = code.dtype;
                result_.has_other_byte_order =
                    itemsize(code.dtype) > 1 && order == (is_little ? '>' : '<');
                return;
            }
        }
        malformed(
            source_,
            fmt::format("its dtype {} is not one of ours; numpy.load may know it and convert it",
                        text ? *text : given));
    }

    void parse_order() {
        if (accept_word("True")) {
            result_.is_fortran = true;
        } else if (accept_word("False")) {
            result_.is_fortran = false;
        } else {
            malformed(source_, "its fortran_order is neither True nor False");
        }
    }

    int64_t parse_extent() {
        skip_spaces();
        int64_t extent = 0;
        const char* end = rest_.data() + rest_.size();
        const auto [next, error] = std::from_chars(rest_.data(), end, extent);
        if (error != std::errc() || extent < 0)
            malformed(source_, "its shape has an extent that is no number");
        rest_.remove_prefix(static_cast<size_t>(next - rest_.data()));
        accept('L');  // as Python 2 wrote it
        return extent;
    }

    void parse_shape() {
        if (!accept('(')) malformed(source_, "its shape is no tuple");
        Shape shape;
        bool has_comma = true;
        while (!accept(')')) {
            if (rest_.empty()) malformed(source_, "its shape has no end");
            if (!has_comma) malformed(source_, "its shape has no comma between two extents");
            if (shape.size() == kMaxNdim)
                malformed(source_, fmt::format("its shape has more than {} dimensions", kMaxNdim));
            shape.push_back(parse_extent());
            has_comma = accept(',');
        }
        if (shape.size() == 1 && !has_comma) malformed(source_, "its shape is no tuple");
        result_.shape = shape;
    }

    const ByteSource& source_;
    std::string_view rest_;
    StoredArray result_;
    bool has_descr_ = false, has_order_ = false, has_shape_ = false;
};

}  // namespace

StoredArray read_npy_header(const ByteSource& source) {
    unsigned char start[12] = {};
    if (source.size() < 10) malformed(source, "it does not start with NumPy's magic");
    source.read(0, start, 10);
    if (std::memcmp(start, kMagic.data(), kMagic.size()) != 0)
        malformed(source, "it does not start with NumPy's magic");
    const int major = start[6];
    if (major < 1 || major > 3) malformed(source, fmt::format("it has format version {}", major));
    const uint64_t prefix = major == 1 ? 10 : 12;
    if (source.size() < prefix) malformed(source, "it ends within the header");
    source.read(0, start, prefix);
    uint64_t size = 0;
    for (uint64_t i = 8; i < prefix; ++i) size |= static_cast<uint64_t>(start[i]) << (8 * (i - 8));
    if (size > kMostNpyHeader) malformed(source, "its header is absurdly long");
    if (size > source.size() - prefix) malformed(source, "it ends within the header");
    std::string text(size, '\0');
    source.read(prefix, text.data(), size);
    StoredArray stored = DictParser(source, text).parse();
    stored.offset = prefix + size;
    return stored;
}

std::string npy_header(const char* function, DimsView shape, DType dtype) {
    const auto* code = std::find_if(std::begin(kTypeCodes),
                                    std::end(kTypeCodes),
                                    [&](const TypeCode& c) { return c.dtype == dtype; });
    if (code == std::end(kTypeCodes)) {
        throw DtypeError(
            fmt::format("{}: {} has no name in .npy files; expected another dtype; cast to float32 "
                        "first, or use safetensors",
                        function,
                        dtype_name(dtype)));
    }
    constexpr char kNative = std::endian::native == std::endian::little ? '<' : '>';
    std::string dict = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': {}, }}",
                                   itemsize(dtype) > 1 ? kNative : '|',
                                   code->text,
                                   to_string(shape));
    const size_t before = kMagic.size() + 4;
    dict.resize((before + dict.size() + 1 + 63) / 64 * 64 - before - 1, ' ');
    dict += '\n';
    std::string header{kMagic};
    header +=
        {'\1', '\0', static_cast<char>(dict.size() & 0xff), static_cast<char>(dict.size() >> 8)};
    return header + dict;
}

}  // namespace chainerx::internal
