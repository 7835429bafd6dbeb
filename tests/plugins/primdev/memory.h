// Device memory behind handles: addresses in disguise, so that a host which uses one crashes.
#pragma once

#include <cstdint>

#include <chx/chx_plugin.hpp>

#include "value.h"

struct chx_device {
    int32_t index;
};

namespace primdev {

inline constexpr int kDeviceCount = 2;

chx_status allocate(
    chx_device*, uint64_t bytes, uint64_t align, int32_t kind, chx_stream*, chx_memref* out);
void release(chx_device*, const chx_memref*, chx_stream*);
void copy(chx_device*, const chx_memref* to, const chx_memref* from, uint64_t bytes, chx_stream*);

// What PRIMDEV_MEMORY_LIMIT, read at every allocation, allows each device; 0: no limit.
uint64_t memory_limit();
uint64_t memory_in_use(const chx_device*);

// An operand of a launch. Throws if any of its elements lies outside of the device's allocations.
class Tensor {
public:
    Tensor(const chx_launch&, const chx_tensor&);

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

}  // namespace primdev
