// Loops over strided operands of one shape: collapsing of dimensions, then runs along the innermost
// one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <utility>

#include <chx/chx_plugin.hpp>

namespace native {

// Operands that share one shape. Add them, collapse(), then for_each() over any range of [0,
// numel()). The order of elements after collapse() is one that suits the first operand (the output,
// by convention).
class StridedLoop {
public:
    static constexpr int kMaxOperands = CHX_PROGRAM_MAX_INPUTS + 4;

    StridedLoop(int ndim, const int64_t* shape) : ndim_(ndim) {
        for (int d = 0; d < ndim; ++d) {
            shape_[d] = shape[d];
            numel_ *= shape[d];
        }
    }
    explicit StridedLoop(const chx_tensor& like) : StridedLoop(like.ndim, like.shape) {}

    // An operand of the loop's shape by its strides in elements.
    void add(void* data, const int64_t* strides, int64_t item_size) {
        data_[n_operands_] = static_cast<char*>(data);
        for (int d = 0; d < ndim_; ++d) {
            strides_[n_operands_][d] = strides[d] * item_size;
        }
        ++n_operands_;
    }

    // A tensor of the loop's shape, or one with a single element (a host scalar, say).
    void add(const chx_tensor& tensor) {
        static constexpr int64_t kZeros[CHX_MAX_NDIM] = {};
        add(chx::data<char>(tensor),
            tensor.ndim == ndim_ ? tensor.strides : kZeros,
            chx::item_size(tensor.dtype));
    }

    // Drops dimensions of extent 1, makes the first operand's strides positive, sorts dimensions by
    // them in descending order (unless keep_order) and merges those that are one for all operands.
    void collapse(bool keep_order = false) {
        drop_ones();
        if (!keep_order) {
            flip_negative();
            sort();
        }
        merge();
    }

    // The same dimensions over some of the operands.
    StridedLoop of_operands(std::initializer_list<int> operands) const {
        StridedLoop loop(ndim_, shape_.data());
        for (const int operand : operands) {
            loop.add(data_[operand], strides_[operand].data(), 1);
        }
        return loop;
    }

    // Puts a row-major copy of an operand in its place.
    void replace(int operand, void* data, int64_t item_size) {
        data_[operand] = static_cast<char*>(data);
        for (int d = ndim_ - 1; d >= 0; --d) {
            strides_[operand][d] = item_size;
            item_size *= shape_[d];
        }
    }

    int ndim() const { return ndim_; }
    int n_operands() const { return n_operands_; }
    int64_t numel() const { return numel_; }
    int64_t extent(int d) const { return shape_[d]; }
    // In bytes.
    int64_t stride(int operand, int d) const { return strides_[operand][d]; }
    char* data(int operand) const { return data_[operand]; }
    // The length of runs and the operands' strides along them, in bytes.
    int64_t inner_extent() const { return ndim_ > 0 ? shape_[ndim_ - 1] : 1; }
    int64_t inner_stride(int operand) const { return ndim_ > 0 ? strides_[operand][ndim_ - 1] : 0; }

    // Calls f(char* const* pointers, int64_t n) for each run of elements begin .. end - 1 along the
    // innermost dimension.
    template <class F>
    void for_each(int64_t begin, int64_t end, F&& f) const {
        if (begin >= end) {
            return;
        }
        std::array<char*, kMaxOperands> at;
        std::array<int64_t, CHX_MAX_NDIM> index;
        seek(begin, index.data(), at.data());
        const int inner = ndim_ - 1;
        int64_t left = end - begin;
        while (true) {
            const int64_t n = inner < 0 ? 1 : std::min(left, shape_[inner] - index[inner]);
            f(static_cast<char* const*>(at.data()), n);
            left -= n;
            if (left == 0) {
                return;
            }
            next_run(index.data(), at.data());
        }
    }

private:
    void drop_ones() {
        int kept = 0;
        for (int d = 0; d < ndim_; ++d) {
            if (shape_[d] != 1) {
                move_dimension(d, kept++);
            }
        }
        ndim_ = kept;
    }

    void move_dimension(int from, int to) {
        shape_[to] = shape_[from];
        for (int k = 0; k < n_operands_; ++k) {
            strides_[k][to] = strides_[k][from];
        }
    }

    void flip_negative() {
        for (int d = 0; d < ndim_; ++d) {
            if (strides_[0][d] < 0 && shape_[d] > 0) {
                for (int k = 0; k < n_operands_; ++k) {
                    data_[k] += strides_[k][d] * (shape_[d] - 1);
                    strides_[k][d] = -strides_[k][d];
                }
            }
        }
    }

    // Whether dimension a should be outside of b: by the first operand that tells.
    bool belongs_outside(int a, int b) const {
        for (int k = 0; k < n_operands_; ++k) {
            const int64_t stride_a = std::abs(strides_[k][a]);
            const int64_t stride_b = std::abs(strides_[k][b]);
            if (stride_a != stride_b) {
                return stride_a > stride_b;
            }
        }
        return false;
    }

    void sort() {
        for (int i = 1; i < ndim_; ++i) {
            for (int d = i; d > 0 && belongs_outside(d, d - 1); --d) {
                std::swap(shape_[d], shape_[d - 1]);
                for (int k = 0; k < n_operands_; ++k) {
                    std::swap(strides_[k][d], strides_[k][d - 1]);
                }
            }
        }
    }

    void merge() {
        if (ndim_ == 0) {
            return;
        }
        int last = 0;
        for (int d = 1; d < ndim_; ++d) {
            bool mergeable = true;
            for (int k = 0; k < n_operands_; ++k) {
                mergeable = mergeable && strides_[k][last] == strides_[k][d] * shape_[d];
            }
            if (mergeable) {
                const int64_t outer = shape_[last];
                move_dimension(d, last);
                shape_[last] *= outer;
            } else {
                move_dimension(d, ++last);
            }
        }
        ndim_ = last + 1;
    }

    void seek(int64_t position, int64_t* index, char** at) const {
        for (int k = 0; k < n_operands_; ++k) {
            at[k] = data_[k];
        }
        for (int d = ndim_ - 1; d >= 0; --d) {
            index[d] = position == 0 ? 0 : position % shape_[d];
            position = position == 0 ? 0 : position / shape_[d];
            if (index[d] != 0) {
                for (int k = 0; k < n_operands_; ++k) {
                    at[k] += index[d] * strides_[k][d];
                }
            }
        }
    }

    // Goes to the start of the next run.
    void next_run(int64_t* index, char** at) const {
        const int inner = ndim_ - 1;
        for (int k = 0; k < n_operands_; ++k) {
            at[k] -= index[inner] * strides_[k][inner];
        }
        index[inner] = 0;
        for (int d = inner - 1; d >= 0; --d) {
            const bool carry = ++index[d] == shape_[d];
            const int64_t steps = carry ? 1 - shape_[d] : 1;
            for (int k = 0; k < n_operands_; ++k) {
                at[k] += steps * strides_[k][d];
            }
            if (!carry) {
                return;
            }
            index[d] = 0;
        }
    }

    int ndim_;
    int n_operands_ = 0;
    int64_t numel_ = 1;
    std::array<int64_t, CHX_MAX_NDIM> shape_;
    std::array<char*, kMaxOperands> data_;
    std::array<std::array<int64_t, CHX_MAX_NDIM>, kMaxOperands> strides_;
};

}  // namespace native
