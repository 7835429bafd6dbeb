// A small host for tests of one plugin: services, tensors with any layout, and a way to call
// kernels.
#pragma once

#include <complex>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include <chx/chx_plugin.h>

namespace chx_test {

// A dtype by its short name: "f32", "i64", "bool" ...
chx_dtype dtype(const std::string& name);
int64_t item_size(chx_dtype dtype);

// The short names of a group: "bool", "int", "float", "complex" or of several, separated by spaces.
std::vector<std::string> dtype_names(const std::string& groups);

// A tensor with memory of its own. Values go in and out as complex<double>, whatever the dtype;
// int64 values outside of double's precision through set_i64 and get_i64.
class Tensor {
public:
    // Row-major and zero-filled.
    Tensor(const std::string& dtype_name, std::vector<int64_t> shape);
    // The values in row-major order.
    Tensor(const std::string& dtype_name,
           std::vector<int64_t> shape,
           const std::vector<double>& values);
    Tensor(const std::string& dtype_name,
           std::vector<int64_t> shape,
           const std::vector<std::complex<double>>& values);

    // Views that share the memory.
    Tensor transposed(const std::vector<int>& axes) const;
    Tensor reversed(int axis) const;
    Tensor every_second(int axis) const;
    Tensor broadcast(const std::vector<int64_t>& shape) const;
    Tensor reshaped(const std::vector<int64_t>& shape) const;  // of a contiguous tensor
    Tensor as_host_scalar() const;                             // of one with a single element

    const chx_tensor& get() const { return tensor_; }
    chx_tensor* pointer() const { return &tensor_; }
    const std::vector<int64_t>& shape() const { return shape_; }
    const std::vector<int64_t>& strides() const { return strides_; }
    const std::string& dtype_name() const { return dtype_name_; }
    int64_t numel() const { return tensor_.numel; }

    // Element i in row-major order.
    std::complex<double> at(int64_t i) const;
    double real(int64_t i) const { return at(i).real(); }
    void set(int64_t i, std::complex<double> value);
    int64_t get_i64(int64_t i) const;
    void set_i64(int64_t i, int64_t value);
    void* address(int64_t i) const;
    std::vector<double> values() const;
    std::vector<std::complex<double>> complex_values() const;

    Tensor(const Tensor& other);
    Tensor& operator=(const Tensor& other);

private:
    void bind();

    std::string dtype_name_;
    std::vector<int64_t> shape_, strides_;
    std::shared_ptr<std::vector<char>> memory_;
    int64_t offset_ = 0;  // in bytes
    bool host_scalar_ = false;
    mutable chx_tensor tensor_{};
};

// The attributes of an op: a POD that starts with struct_size, zeroed.
template <class A>
A make_attrs() {
    A attrs;
    std::memset(&attrs, 0, sizeof(attrs));
    attrs.struct_size = sizeof(A);
    return attrs;
}

// The plugin under test, loaded once from the path in CHX_TEST_PLUGIN (compile definition or
// environment).
class Plugin {
public:
    static Plugin& instance();

    const chx_plugin_desc& desc() const { return *desc_; }
    const chx_device_api& api() const { return api_; }
    chx_plugin* handle() const { return plugin_; }
    chx_device* device() const { return device_; }

    // The kernel of highest priority for an op and a dispatch dtype, or null.
    const chx_kernel_def* find(const std::string& op, const std::string& dtype_name) const;

    // Plans if the kernel wants that, then launches. Optional inputs and unwanted outputs are null.
    chx_status launch(const std::string& op,
                      const std::string& dispatch_dtype,
                      const std::vector<const Tensor*>& inputs,
                      const std::vector<const Tensor*>& outputs,
                      const void* attrs = nullptr,
                      uint32_t attrs_size = 0,
                      uint32_t flags = 0) const;
    template <class A>
    chx_status launch_with(const std::string& op,
                           const std::string& dispatch_dtype,
                           const std::vector<const Tensor*>& inputs,
                           const std::vector<const Tensor*>& outputs,
                           const A& attrs) const {
        return launch(op, dispatch_dtype, inputs, outputs, &attrs, sizeof(A));
    }

private:
    Plugin();

    const chx_plugin_desc* desc_ = nullptr;
    chx_plugin* plugin_ = nullptr;
    chx_device* device_ = nullptr;
    chx_device_api api_{};
};

// The text of this thread's last set_error.
const std::string& last_error();

// Host memory handed out and not yet given back, in blocks.
int64_t live_host_blocks();

// How many threads parallel_for uses from now on; 3 at first.
void set_workers(int n);

const chx_host_api& host_api();

}  // namespace chx_test
