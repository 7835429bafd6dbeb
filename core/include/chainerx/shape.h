// Extents and strides: Dims owns a few integers without the heap, DimsView looks at somebody else's.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "chainerx/export.h"
#include "chx/chx_plugin.h"

namespace chainerx {

// Dimensions of arrays: what kernels take.
inline constexpr int kMaxNdim = CHX_MAX_NDIM;
// Those of views that `reshape` makes. Nothing can be computed with the ones above kMaxNdim, but they can be read, indexed,
// transposed and reshaped: the tests of the array API standard ask for as many.
inline constexpr int kMaxViewNdim = 32;

// Throws DimensionError, which names both limits.
[[noreturn]] CHAINERX_EXPORT void throw_too_many_dimensions(int ndim);

class Dims;

// A sequence of integers that lives elsewhere; valid as long as its owner.
class DimsView {
public:
    constexpr DimsView() = default;
    constexpr DimsView(const int64_t* data, int size) : data_{data}, size_{size} {}
    DimsView(const std::vector<int64_t>& v)
        : data_{v.data()}, size_{static_cast<int>(v.size())} {}  // NOLINT
    inline DimsView(const Dims& dims);                           // NOLINT
    // Valid until the end of the full expression, as a function argument is.
    DimsView(std::initializer_list<int64_t> list)  // NOLINT
        : data_{list.begin()}, size_{static_cast<int>(list.size())} {}

    int ndim() const { return size_; }
    int size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const int64_t* data() const { return data_; }
    int64_t operator[](int i) const { return data_[i]; }
    const int64_t* begin() const { return data_; }
    const int64_t* end() const { return data_ + size_; }
    friend bool operator==(DimsView a, DimsView b) {
        if (a.size_ != b.size_) return false;
        for (int i = 0; i < a.size_; ++i) {  // of few elements: no call
            if (a.data_[i] != b.data_[i]) return false;
        }
        return true;
    }
    friend bool operator!=(DimsView a, DimsView b) { return !(a == b); }

private:
    const int64_t* data_ = nullptr;
    int size_ = 0;
};

// Up to kMaxViewNdim integers, stored inline. Appending more throws DimensionError.
class CHAINERX_EXPORT Dims {
public:
    Dims() = default;
    Dims(std::initializer_list<int64_t> list) : Dims(DimsView(list)) {}
    Dims(DimsView view) {  // NOLINT
        if (view.size() > kMaxViewNdim) throw_too_many_dimensions(view.size());
        size_ = view.size();
        for (int i = 0; i < size_; ++i) data_[i] = view[i];
    }
    // As many integers as there are, not all that there could be.
    Dims(const Dims& other) : Dims(DimsView(other.data_, other.size_)) {}
    Dims& operator=(const Dims& other) {  // NOLINT: copying to itself changes nothing
        size_ = other.size_;
        for (int i = 0; i < size_; ++i) data_[i] = other.data_[i];
        return *this;
    }
    ~Dims() = default;
    Dims(const std::vector<int64_t>& v) : Dims(DimsView(v)) {}  // NOLINT
    static Dims filled(int size, int64_t value);

    int ndim() const { return size_; }
    int size() const { return size_; }
    bool empty() const { return size_ == 0; }
    int64_t* data() { return data_; }
    const int64_t* data() const { return data_; }
    int64_t& operator[](int i) { return data_[i]; }
    int64_t operator[](int i) const { return data_[i]; }
    int64_t* begin() { return data_; }
    int64_t* end() { return data_ + size_; }
    const int64_t* begin() const { return data_; }
    const int64_t* end() const { return data_ + size_; }
    int64_t back() const { return data_[size_ - 1]; }
    void push_back(int64_t value) {
        if (size_ == kMaxViewNdim) throw_too_many_dimensions(size_ + 1);
        data_[size_++] = value;
    }
    void insert(int position, int64_t value);
    void erase(int position);
    void resize(int size, int64_t value = 0) {
        if (size > kMaxViewNdim) throw_too_many_dimensions(size);
        for (int i = size_; i < size; ++i) data_[i] = value;
        size_ = size;
    }
    friend bool operator==(const Dims& a, const Dims& b) { return DimsView(a) == DimsView(b); }
    friend bool operator!=(const Dims& a, const Dims& b) { return !(a == b); }

private:
    int32_t size_ = 0;
    int64_t data_[kMaxViewNdim];
};

inline DimsView::DimsView(const Dims& dims) : data_{dims.data()}, size_{dims.size()} {}

using Shape = Dims;
using Strides = Dims;
using Axes = Dims;

// Product of the extents; throws DimensionError on negative extents or overflow.
CHAINERX_EXPORT int64_t total_size(DimsView shape);
// Row-major strides, in elements.
CHAINERX_EXPORT Strides contiguous_strides(DimsView shape);
// The shape that all of them broadcast to; throws DimensionError (named after op) if there is none.
CHAINERX_EXPORT Shape broadcast_shapes(const char* op, DimsView a, DimsView b);
// "(2, 3)", "(4,)", "()".
CHAINERX_EXPORT std::string to_string(DimsView shape);
// An axis in [-ndim, ndim) made non-negative; throws DimensionError.
CHAINERX_EXPORT int normalize_axis(const char* op, int64_t axis, int ndim);
// Several distinct axes, made non-negative, in the given order; throws DimensionError.
CHAINERX_EXPORT Axes normalize_axes(const char* op, DimsView axes, int ndim);

}  // namespace chainerx
