// Descriptions of memory from shapes and strides, and back to text.
#include "layout.h"

#include <string>

#include "engine.h"

namespace onednn {
namespace {

Dims row_major(const Dims& dims) {
    Dims strides(dims.size());
    int64_t stride = 1;
    for (size_t i = dims.size(); i-- > 0;) {
        strides[i] = stride;
        stride *= dims[i];
    }
    return strides;
}

void append(std::string& key, const Dims& numbers) {
    for (const int64_t number : numbers) {
        key.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    key += '/';
}

}  // namespace

dnnl::memory::data_type data_type(const chx_tensor& tensor) {
    switch (chx::type_code(tensor.dtype)) {
        case CHX_TYPE_F32:
            return dnnl::memory::data_type::f32;
        case CHX_TYPE_BF16:
            return dnnl::memory::data_type::bf16;
        case CHX_TYPE_F16:
            return dnnl::memory::data_type::f16;
        default:
            refuse("a dtype that it was not registered for");
    }
}

dnnl::memory::desc plain_layout(const Dims& dims, dnnl::memory::data_type type) {
    return {dims, type, row_major(dims)};
}

dnnl::memory::desc layout_of(const chx_tensor& tensor) {
    return {extents(tensor.shape, tensor.ndim),
            data_type(tensor),
            extents(tensor.strides, tensor.ndim)};
}

dnnl::memory::desc any_layout(const dnnl::memory::desc& layout) {
    return {layout.get_dims(), layout.get_data_type(), dnnl::memory::format_tag::any};
}

std::string layout_key(const dnnl::memory::desc& layout) {
    std::string key(1, static_cast<char>(layout.get_data_type()));
    append(key, layout.get_dims());
    append(key, layout.get_strides());
    append(key, layout.get_inner_blks());
    append(key, layout.get_inner_idxs());
    return key;
}

Dims extents(const int64_t* first, int64_t count) { return {first, first + count}; }

}  // namespace onednn
