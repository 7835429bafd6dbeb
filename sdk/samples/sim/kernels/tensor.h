// Operands as kernels see them, wherever a device keeps its memory.
#pragma once

#include <cstdint>

#include <chx/chx_plugin.hpp>

#include "value.h"

namespace sim {

// The device's part: the address of the element with index (0, ..., 0), or nullptr if there is no element. Throws if any
// element, of `size` bytes each, lies outside of the device's allocations.
char* first_element(const chx_launch& launch, const chx_tensor& tensor, int64_t size);

// The bytes that a tensor reaches, counted from its allocation's base: [first, end).
struct Reach {
    int64_t first, end;
};
Reach reach_of(const chx_tensor& tensor, int64_t size);

class Tensor {
public:
    Tensor(const chx_launch& launch, const chx_tensor& tensor)
        : tensor_{tensor},
          type_{chx::type_code(tensor.dtype)},
          size_{item_size(type_)},
          first_{first_element(launch, tensor, size_)} {}

    int type() const { return type_; }
    int64_t numel() const { return tensor_.numel; }
    int ndim() const { return tensor_.ndim; }
    int64_t shape(int64_t axis) const { return tensor_.shape[axis]; }
    // By number in row-major order, of contiguous operands.
    Value at(int64_t i) const { return load(type_, first_ + i * size_); }
    void put(int64_t i, const Value& value) const { store(type_, first_ + i * size_, value); }
    // By multi-index, of any operand; index has the operand's dimensions.
    Value at_index(const int64_t* index) const { return load(type_, first_ + offset(index)); }
    void put_index(const int64_t* index, const Value& value) const {
        store(type_, first_ + offset(index), value);
    }

private:
    int64_t offset(const int64_t* index) const {
        int64_t elements = 0;
        for (int d = 0; d < tensor_.ndim; ++d) elements += index[d] * tensor_.strides[d];
        return elements * size_;
    }

    const chx_tensor& tensor_;
    int type_;
    int64_t size_;
    char* first_;
};

inline Tensor input(const chx_launch& launch, int i) { return {launch, *launch.in[i]}; }
inline Tensor output(const chx_launch& launch, int i = 0) { return {launch, *launch.out[i]}; }

// Calls f(index, number) for each multi-index in row-major order.
template <class F>
void for_each_index(const chx_tensor& like, F&& f) {
    int64_t index[CHX_MAX_NDIM] = {};
    for (int64_t i = 0; i < like.numel; ++i) {
        f(static_cast<const int64_t*>(index), i);
        for (int d = like.ndim - 1; d >= 0 && ++index[d] == like.shape[d]; --d) index[d] = 0;
    }
}

}  // namespace sim
