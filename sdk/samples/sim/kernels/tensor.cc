// How far operands reach.
#include "tensor.h"

namespace sim {

Reach reach_of(const chx_tensor& tensor, int64_t size) {
    int64_t low = 0, high = size;
    for (int d = 0; d < tensor.ndim; ++d) {
        const int64_t reach = tensor.strides[d] * (tensor.shape[d] - 1) * size;
        (reach < 0 ? low : high) += reach;
    }
    const auto at = static_cast<int64_t>(tensor.byte_offset);
    return {at + low, at + high};
}

}  // namespace sim
