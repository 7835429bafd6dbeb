// How oneDNN sees the operands of a launch.
#pragma once

#include <string>

#include <chx/chx_plugin.hpp>
#include <dnnl.hpp>

namespace onednn {

using Dims = dnnl::memory::dims;

dnnl::memory::data_type data_type(const chx_tensor& tensor);

// Of these extents, row-major without gaps.
dnnl::memory::desc plain_layout(const Dims& dims, dnnl::memory::data_type type);
// As the tensor is in memory.
dnnl::memory::desc layout_of(const chx_tensor& tensor);
// Of the same extents, in whatever order suits the primitive.
dnnl::memory::desc any_layout(const dnnl::memory::desc& layout);

// Tells layouts apart: equal for layouts in which the same elements are in the same places.
std::string layout_key(const dnnl::memory::desc& layout);

Dims extents(const int64_t* first, int64_t count);

}  // namespace onednn
