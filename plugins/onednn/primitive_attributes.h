// What all primitives are made with, and which of oneDNN's implementations are not worth having.
#pragma once

#include <cstring>

#include <dnnl.hpp>

namespace onednn {

// Scratch memory comes from the core.
inline dnnl::primitive_attr primitive_attributes() {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

// Whether oneDNN has nothing but its reference loops for it.
inline bool is_slow(const dnnl::primitive_desc_base& description) {
    return std::strncmp(description.impl_info_str(), "ref", 3) == 0;
}

}  // namespace onednn
