// Arithmetic on shapes: sizes, strides, broadcasting, axes.
#include "chainerx/shape.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "array/broadcast_error.h"
#include "array/wrapping_product.h"
#include "chainerx/error.h"

namespace chainerx {

void throw_too_many_dimensions(int ndim) {
    throw DimensionError(
        fmt::format("shape: {} dimensions were given; an array has at most {}, a view that "
                    "reshape makes at most {}",
                    ndim,
                    kMaxNdim,
                    kMaxViewNdim));
}

Dims Dims::filled(int size, int64_t value) {
    Dims dims;
    dims.resize(size, value);
    return dims;
}

void Dims::insert(int position, int64_t value) {
    if (size_ == kMaxViewNdim) throw_too_many_dimensions(size_ + 1);
    std::copy_backward(data_ + position, data_ + size_, data_ + size_ + 1);
    data_[position] = value;
    ++size_;
}

void Dims::erase(int position) {
    std::copy(data_ + position + 1, data_ + size_, data_ + position);
    --size_;
}

int64_t total_size(DimsView shape) {
    int64_t size = 1;
    bool has_zero = false;
    for (int64_t extent : shape) {
        if (extent < 0) {
            throw DimensionError(fmt::format(
                "shape: {} has a negative extent; extents are at least 0", to_string(shape)));
        }
        has_zero = has_zero || extent == 0;
    }
    if (has_zero) return 0;
    for (int64_t extent : shape) {
        if (__builtin_mul_overflow(size, extent, &size)) {
            throw DimensionError(
                fmt::format("shape: {} has more than 2^63 elements", to_string(shape)));
        }
    }
    return size;
}

Strides contiguous_strides(DimsView shape) {
    Strides strides = Dims::filled(shape.size(), 1);
    for (int i = shape.size() - 2; i >= 0; --i)
        strides[i] = internal::wrapping_product(strides[i + 1], std::max<int64_t>(shape[i + 1], 1));
    return strides;
}

namespace {

// The extents of a and b in axis i of the ndim axes of their broadcast shape.
struct Extents {
    int64_t a, b;
    bool fit() const { return a == b || a == 1 || b == 1; }
};

Extents extents_at(int i, int ndim, DimsView a, DimsView b) {
    const int ia = i - (ndim - a.size());
    const int ib = i - (ndim - b.size());
    return {ia >= 0 ? a[ia] : 1, ib >= 0 ? b[ib] : 1};
}

}  // namespace

Shape broadcast_shapes(const char* op, DimsView a, DimsView b) {
    const int ndim = std::max(a.size(), b.size());
    Shape shape = Dims::filled(ndim, 1);
    for (int i = 0; i < ndim; ++i) {
        const Extents extents = extents_at(i, ndim, a, b);
        if (!extents.fit()) throw DimensionError(internal::broadcast_error(op, a, b));
        shape[i] = extents.a == 1 ? extents.b : extents.a;
    }
    return shape;
}

std::string internal::broadcast_error(const char* op, DimsView a, DimsView b) {
    const int ndim = std::max(a.size(), b.size());
    int i = 0;
    while (i + 1 < ndim && extents_at(i, ndim, a, b).fit()) ++i;
    const Extents extents = extents_at(i, ndim, a, b);
    return fmt::format(
        "{}: shapes {} and {} can't be broadcast together; extents {} and {} differ and neither "
        "is 1",
        op,
        to_string(a),
        to_string(b),
        extents.a,
        extents.b);
}

std::string to_string(DimsView shape) {
    if (shape.size() == 1) return fmt::format("({},)", shape[0]);
    return fmt::format("({})", fmt::join(shape.begin(), shape.end(), ", "));
}

int normalize_axis(const char* op, int64_t axis, int ndim) {
    if (axis < -ndim || axis >= ndim) {
        throw AxisError(fmt::format(
            "{}: axis {} is out of range for an array of {} dimensions", op, axis, ndim));
    }
    return static_cast<int>(axis < 0 ? axis + ndim : axis);
}

Axes normalize_axes(const char* op, DimsView axes, int ndim) {
    Axes out;
    uint32_t seen = 0;
    for (int64_t axis : axes) {
        const int normal = normalize_axis(op, axis, ndim);
        if ((seen >> normal) & 1u) {
            throw DimensionError(
                fmt::format("{}: axes {} name axis {} twice", op, to_string(axes), normal));
        }
        seen |= 1u << normal;
        out.push_back(normal);
    }
    return out;
}

}  // namespace chainerx
