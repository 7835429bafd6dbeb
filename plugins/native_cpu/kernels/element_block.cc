// Conversion loops between elements of any dtype and blocks of the type they are reduced in.
#include "kernels/element_block.h"

#include <bit>
#include <cstring>

#include "loop_table.h"
#include "scalar_types.h"

namespace native {
namespace {

template <class T>
inline constexpr int code_of = std::is_same_v<T, bool>         ? CHX_TYPE_BOOL
                               : std::is_same_v<T, Float16>    ? CHX_TYPE_F16
                               : std::is_same_v<T, BFloat16>   ? CHX_TYPE_BF16
                               : std::is_same_v<T, float>      ? CHX_TYPE_F32
                               : std::is_same_v<T, double>     ? CHX_TYPE_F64
                               : std::is_same_v<T, complex64>  ? CHX_TYPE_C64
                               : std::is_same_v<T, complex128> ? CHX_TYPE_C128
                               : std::is_signed_v<T> ? CHX_TYPE_I8 + std::countr_zero(sizeof(T))
                                                     : CHX_TYPE_U8 + std::countr_zero(sizeof(T));

void cast(int from_type, const void* from, int to_type, void* to, int64_t n) {
    if (from_type == to_type) {
        std::memcpy(to, from, static_cast<size_t>(n * chx::item_size(chx::dtype_of_code(to_type))));
        return;
    }
    loop_table().casts[from_type][to_type](from, nullptr, nullptr, to, n);
}

template <class T>
const T& element(const char* from, int64_t stride, int64_t i) {
    return *reinterpret_cast<const T*>(from + i * stride);
}

template <class T>
void load_wide_as(const char* from, int64_t stride, int64_t n, void* to) {
    auto* wide = static_cast<sum_t<T>*>(to);
    if (stride == static_cast<int64_t>(sizeof(T))) {
        cast(code_of<T>, from, code_of<sum_t<T>>, to, n);
        return;
    }
    for (int64_t i = 0; i < n; ++i) {
        wide[i] = static_cast<sum_t<T>>(element<T>(from, stride, i));
    }
}

template <class T>
void load_truth_as(const char* from, int64_t stride, int64_t n, void* to) {
    auto* truth = static_cast<uint8_t*>(to);
    if (stride == static_cast<int64_t>(sizeof(T))) {
        cast(code_of<T>, from, CHX_TYPE_BOOL, to, n);
        return;
    }
    for (int64_t i = 0; i < n; ++i) {
        truth[i] = convert<bool>(element<T>(from, stride, i));
    }
}

template <class T>
void store_narrow_as(const void* from, int64_t n, void* to) {
    cast(code_of<sum_t<T>>, from, code_of<T>, to, n);
}

}  // namespace

LoadBlock load_wide(chx_dtype dtype) {
    return dispatch_type(
        dtype, [](auto tag) -> LoadBlock { return load_wide_as<typename decltype(tag)::type>; });
}

LoadBlock load_truth(chx_dtype dtype) {
    return dispatch_type(
        dtype, [](auto tag) -> LoadBlock { return load_truth_as<typename decltype(tag)::type>; });
}

StoreBlock store_narrow(chx_dtype dtype) {
    return dispatch_type(dtype, [](auto tag) -> StoreBlock {
        return store_narrow_as<typename decltype(tag)::type>;
    });
}

void to_float(chx_dtype dtype, const void* from, int64_t n, float* to) {
    cast(chx::type_code(dtype), from, CHX_TYPE_F32, to, n);
}

void from_float(const float* from, int64_t n, chx_dtype dtype, void* to) {
    cast(CHX_TYPE_F32, from, chx::type_code(dtype), to, n);
}

bool is_wide(chx_dtype dtype) {
    return dispatch_type(dtype, [](auto tag) {
        using T = typename decltype(tag)::type;
        return std::is_same_v<T, sum_t<T>>;
    });
}

}  // namespace native
