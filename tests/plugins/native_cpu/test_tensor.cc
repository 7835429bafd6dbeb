// Tensors of the test host: any dtype and layout, values by way of complex<double>.
#include <cmath>
#include <sstream>
#include <stdexcept>

#include <chx/chx_plugin.hpp>

#include "test_host.h"

namespace chx_test {
namespace {

constexpr const char* kNames[CHX_N_TYPES] = {"bool",
                                             "i8",
                                             "i16",
                                             "i32",
                                             "i64",
                                             "u8",
                                             "u16",
                                             "u32",
                                             "u64",
                                             "f16",
                                             "bf16",
                                             "f32",
                                             "f64",
                                             "c64",
                                             "c128"};

std::vector<int64_t> row_major(const std::vector<int64_t>& shape) {
    std::vector<int64_t> strides(shape.size());
    int64_t step = 1;
    for (size_t d = shape.size(); d-- > 0;) {
        strides[d] = step;
        step *= std::max<int64_t>(shape[d], 1);
    }
    return strides;
}

int64_t product(const std::vector<int64_t>& shape) {
    int64_t n = 1;
    for (int64_t extent : shape) {
        n *= extent;
    }
    return n;
}

template <class T>
T load(const void* at) {
    T value;
    std::memcpy(&value, at, sizeof(T));
    return value;
}

template <class T>
void store(void* at, T value) {
    std::memcpy(at, &value, sizeof(T));
}

// The value of a 16-bit float with the given number of mantissa bits, by the definition of the
// format.
double decode_small_float(uint16_t bits, int mantissa_bits) {
    const int exponent_bits = 15 - mantissa_bits;
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const int exponent = (bits >> mantissa_bits) & ((1 << exponent_bits) - 1);
    const double mantissa = bits & ((1 << mantissa_bits) - 1);
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    if (exponent == (1 << exponent_bits) - 1) {
        return mantissa != 0 ? std::nan("") : sign * INFINITY;
    }
    if (exponent == 0) {
        return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
    }
    return sign * std::ldexp(mantissa + (1 << mantissa_bits), exponent - bias - mantissa_bits);
}

uint16_t encode_small_float(double x, int mantissa_bits) {
    const int exponent_bits = 15 - mantissa_bits;
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const uint16_t sign = std::signbit(x) ? 0x8000 : 0;
    const uint16_t infinity = static_cast<uint16_t>(((1 << exponent_bits) - 1) << mantissa_bits);
    x = std::abs(x);
    if (std::isnan(x)) {
        return infinity | static_cast<uint16_t>(1 << (mantissa_bits - 1));
    }
    if (std::isinf(x)) {
        return sign | infinity;
    }
    int exponent = 0;
    std::frexp(x, &exponent);
    exponent = std::max(exponent - 1, 1 - bias);
    // In units of the last place; a carry runs into the exponent's bits, as it should.
    const double units = std::nearbyint(std::ldexp(x, mantissa_bits - exponent));
    const int64_t field = units < (1 << mantissa_bits) ? 0 : exponent + bias - 1;
    const int64_t bits = (field << mantissa_bits) + static_cast<int64_t>(units);
    return sign | static_cast<uint16_t>(std::min<int64_t>(bits, infinity));
}

}  // namespace

chx_dtype dtype(const std::string& name) {
    for (int type = 0; type < CHX_N_TYPES; ++type) {
        if (name == kNames[type]) {
            return chx::dtype_of_code(type);
        }
    }
    throw std::invalid_argument("no dtype is called " + name);
}

int64_t item_size(chx_dtype dtype) { return chx::item_size(dtype); }

std::vector<std::string> dtype_names(const std::string& groups) {
    std::vector<std::string> result;
    std::istringstream stream(groups);
    for (std::string group; stream >> group;) {
        int first = 0, last = -1;
        if (group == "bool") {
            last = 0;
        } else if (group == "int") {
            first = CHX_TYPE_I8, last = CHX_TYPE_U64;
        } else if (group == "float") {
            first = CHX_TYPE_F16, last = CHX_TYPE_F64;
        } else if (group == "complex") {
            first = CHX_TYPE_C64, last = CHX_TYPE_C128;
        } else {
            result.push_back(group);
        }
        for (int type = first; type <= last; ++type) {
            result.emplace_back(kNames[type]);
        }
    }
    return result;
}

Tensor::Tensor(const std::string& dtype_name, std::vector<int64_t> shape)
    : dtype_name_(dtype_name), shape_(std::move(shape)), strides_(row_major(shape_)) {
    // A few bytes more, so that even empty tensors have an address.
    memory_ =
        std::make_shared<std::vector<char>>(product(shape_) * item_size(dtype(dtype_name)) + 64);
    bind();
}

Tensor::Tensor(const std::string& dtype_name,
               std::vector<int64_t> shape,
               const std::vector<double>& values)
    : Tensor(dtype_name, std::move(shape)) {
    for (size_t i = 0; i < values.size(); ++i) {
        set(static_cast<int64_t>(i), values[i]);
    }
}

Tensor::Tensor(const std::string& dtype_name,
               std::vector<int64_t> shape,
               const std::vector<std::complex<double>>& values)
    : Tensor(dtype_name, std::move(shape)) {
    for (size_t i = 0; i < values.size(); ++i) {
        set(static_cast<int64_t>(i), values[i]);
    }
}

Tensor::Tensor(const Tensor& other)
    : dtype_name_(other.dtype_name_),
      shape_(other.shape_),
      strides_(other.strides_),
      memory_(other.memory_),
      offset_(other.offset_),
      host_scalar_(other.host_scalar_) {
    bind();
}

Tensor& Tensor::operator=(const Tensor& other) {
    dtype_name_ = other.dtype_name_;
    shape_ = other.shape_;
    strides_ = other.strides_;
    memory_ = other.memory_;
    offset_ = other.offset_;
    host_scalar_ = other.host_scalar_;
    bind();
    return *this;
}

void Tensor::bind() {
    tensor_ = chx_tensor{};
    tensor_.data = memory_->data();
    tensor_.device = {1, 0};
    tensor_.ndim = static_cast<int32_t>(shape_.size());
    tensor_.dtype = dtype(dtype_name_);
    tensor_.shape = shape_.data();
    tensor_.strides = strides_.data();
    tensor_.byte_offset = static_cast<uint64_t>(offset_);
    tensor_.numel = product(shape_);
    const std::vector<int64_t> dense = row_major(shape_);
    bool contiguous = true;
    for (size_t d = 0; d < shape_.size(); ++d) {
        contiguous = contiguous && (shape_[d] == 1 || strides_[d] == dense[d]);
    }
    tensor_.flags = (contiguous || tensor_.numel == 0 ? CHX_T_CONTIGUOUS : 0u) |
                    (host_scalar_ ? CHX_T_HOST_SCALAR : 0u);
}

Tensor Tensor::transposed(const std::vector<int>& axes) const {
    Tensor view = *this;
    for (size_t d = 0; d < axes.size(); ++d) {
        view.shape_[d] = shape_[axes[d]];
        view.strides_[d] = strides_[axes[d]];
    }
    view.bind();
    return view;
}

Tensor Tensor::reversed(int axis) const {
    Tensor view = *this;
    if (shape_[axis] > 0) {
        view.offset_ += strides_[axis] * (shape_[axis] - 1) * item_size(tensor_.dtype);
    }
    view.strides_[axis] = -strides_[axis];
    view.bind();
    return view;
}

Tensor Tensor::every_second(int axis) const {
    Tensor view = *this;
    view.shape_[axis] = (shape_[axis] + 1) / 2;
    view.strides_[axis] = 2 * strides_[axis];
    view.bind();
    return view;
}

Tensor Tensor::broadcast(const std::vector<int64_t>& shape) const {
    Tensor view = *this;
    const size_t extra = shape.size() - shape_.size();
    view.shape_ = shape;
    view.strides_.assign(shape.size(), 0);
    for (size_t d = 0; d < shape_.size(); ++d) {
        view.strides_[extra + d] = shape_[d] == shape[extra + d] ? strides_[d] : 0;
    }
    view.bind();
    return view;
}

Tensor Tensor::reshaped(const std::vector<int64_t>& shape) const {
    Tensor view = *this;
    view.shape_ = shape;
    view.strides_ = row_major(shape);
    view.bind();
    return view;
}

Tensor Tensor::as_host_scalar() const {
    Tensor view = reshaped({});
    view.host_scalar_ = true;
    view.bind();
    return view;
}

void* Tensor::address(int64_t i) const {
    int64_t offset = 0;
    for (size_t d = shape_.size(); d-- > 0;) {
        offset += i % shape_[d] * strides_[d];
        i /= shape_[d];
    }
    return memory_->data() + offset_ + offset * item_size(tensor_.dtype);
}

std::complex<double> Tensor::at(int64_t i) const {
    const void* p = address(i);
    switch (chx::type_code(tensor_.dtype)) {
        case CHX_TYPE_BOOL:
            return load<uint8_t>(p);
        case CHX_TYPE_F16:
            return decode_small_float(load<uint16_t>(p), 10);
        case CHX_TYPE_BF16:
            return decode_small_float(load<uint16_t>(p), 7);
        case CHX_TYPE_F32:
            return load<float>(p);
        case CHX_TYPE_F64:
            return load<double>(p);
        case CHX_TYPE_C64:
            return load<std::complex<float>>(p);
        case CHX_TYPE_C128:
            return load<std::complex<double>>(p);
        case CHX_TYPE_U64:
            return static_cast<double>(load<uint64_t>(p));
        default:
            return static_cast<double>(get_i64(i));
    }
}

void Tensor::set(int64_t i, std::complex<double> value) {
    void* p = address(i);
    const double x = value.real();
    switch (chx::type_code(tensor_.dtype)) {
        case CHX_TYPE_BOOL:
            return store<uint8_t>(p, x != 0);
        case CHX_TYPE_F16:
            return store(p, encode_small_float(x, 10));
        case CHX_TYPE_BF16:
            return store(p, encode_small_float(x, 7));
        case CHX_TYPE_F32:
            return store(p, static_cast<float>(x));
        case CHX_TYPE_F64:
            return store(p, x);
        case CHX_TYPE_C64:
            return store(p, std::complex<float>(value));
        case CHX_TYPE_C128:
            return store(p, value);
        case CHX_TYPE_U64:
            return store(p, static_cast<uint64_t>(x));
        default:
            return set_i64(i, static_cast<int64_t>(x));
    }
}

int64_t Tensor::get_i64(int64_t i) const {
    const void* p = address(i);
    switch (chx::type_code(tensor_.dtype)) {
        case CHX_TYPE_BOOL:
            return load<uint8_t>(p);
        case CHX_TYPE_I8:
            return load<int8_t>(p);
        case CHX_TYPE_I16:
            return load<int16_t>(p);
        case CHX_TYPE_I32:
            return load<int32_t>(p);
        case CHX_TYPE_I64:
            return load<int64_t>(p);
        case CHX_TYPE_U8:
            return load<uint8_t>(p);
        case CHX_TYPE_U16:
            return load<uint16_t>(p);
        case CHX_TYPE_U32:
            return load<uint32_t>(p);
        case CHX_TYPE_U64:
            return static_cast<int64_t>(load<uint64_t>(p));
        default:
            throw std::logic_error("get_i64 of " + dtype_name_);
    }
}

void Tensor::set_i64(int64_t i, int64_t value) {
    void* p = address(i);
    switch (item_size(tensor_.dtype)) {
        case 1:
            return store(p, static_cast<int8_t>(value));
        case 2:
            return store(p, static_cast<int16_t>(value));
        case 4:
            return store(p, static_cast<int32_t>(value));
        default:
            return store(p, value);
    }
}

std::vector<double> Tensor::values() const {
    std::vector<double> result;
    for (int64_t i = 0; i < numel(); ++i) {
        result.push_back(real(i));
    }
    return result;
}

std::vector<std::complex<double>> Tensor::complex_values() const {
    std::vector<std::complex<double>> result;
    for (int64_t i = 0; i < numel(); ++i) {
        result.push_back(at(i));
    }
    return result;
}

}  // namespace chx_test
