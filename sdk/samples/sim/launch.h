// Kernel calls that outlive the call: the launch record is the caller's, so that the queue gets a copy of all of it.
#pragma once

#include <cstddef>
#include <cstring>
#include <deque>
#include <vector>

#include <chx/chx_plugin.hpp>

namespace sim {

class OwnLaunch {
public:
    explicit OwnLaunch(const chx_launch& launch) : launch_{launch} {
        for (int i = 0; i < launch.n_in; ++i) in_.push_back(copy(launch.in[i]));
        for (int i = 0; i < launch.n_out; ++i) out_.push_back(copy(launch.out[i]));
        launch_.in = in_.data();
        launch_.out = out_.data();
        if (launch.attrs != nullptr) {
            attrs_.resize(launch.attrs_size / sizeof(std::max_align_t) + 1);
            std::memcpy(attrs_.data(), launch.attrs, launch.attrs_size);
            launch_.attrs = attrs_.data();
        }
        launch_.stream = nullptr;
        launch_.plan = nullptr;
    }
    OwnLaunch(const OwnLaunch&) = delete;
    OwnLaunch& operator=(const OwnLaunch&) = delete;

    const chx_launch& get() const { return launch_; }

private:
    struct Element {
        alignas(16) char bytes[16];
    };

    chx_tensor* copy(const chx_tensor* tensor) {
        if (tensor == nullptr) return nullptr;
        chx_tensor& own = tensors_.emplace_back(*tensor);
        const auto ndim = static_cast<size_t>(tensor->ndim);
        if (ndim > 0) {
            std::vector<int64_t>& dims = dims_.emplace_back(tensor->shape, tensor->shape + ndim);
            dims.insert(dims.end(), tensor->strides, tensor->strides + ndim);
            own.shape = dims.data();
            own.strides = dims.data() + ndim;
        }
        if (chx::is_host_scalar(*tensor)) {
            Element& element = elements_.emplace_back();
            const auto bytes = static_cast<size_t>(chx::item_size(tensor->dtype));
            std::memcpy(element.bytes, chx::data<const char>(*tensor), bytes);
            own.data = element.bytes;
            own.byte_offset = 0;
        }
        return &own;
    }

    chx_launch launch_;
    std::deque<chx_tensor> tensors_;
    std::deque<std::vector<int64_t>> dims_;
    std::deque<Element> elements_;
    std::vector<const chx_tensor*> in_;
    std::vector<chx_tensor*> out_;
    std::vector<std::max_align_t> attrs_;
};

// Throws unless all operands lie in memory of the launch's device.
void check_operands(const chx_launch& launch);

}  // namespace sim
