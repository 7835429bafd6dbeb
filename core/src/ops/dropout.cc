// Dropout (Srivastava et al., 2014) with bits of a counter-based generator: the same elements on every device.
#include <algorithm>
#include <cmath>

#include "ops/op_support.h"
#include "ops/random_draws.h"
#include "ops/wide_computation.h"

namespace chainerx {

Array dropout(const Array& x, double p, bool training, random::Generator* generator) {
    if (!(p >= 0 && p <= 1)) {
        throw ValueError(fmt::format("dropout: p is {}; expected a probability, 0 to 1", p));
    }
    const DType dtype = is_inexact(x.dtype()) ? x.dtype() : DType::kFloat32;
    const Array v = x.astype(dtype, false);
    if (!training || p == 0) return v.view();
    if (p == 1) return multiply(v, 0);
    // Of 2 ** 32 words, the lowest share p is dropped.
    const auto threshold =
        static_cast<int64_t>(std::min(std::ceil(std::ldexp(p, 32)), 0xFFFFFFFFp0));
    const Array words = internal::random_words(x.size(), x.device(), generator);
    const Array is_kept = greater_equal(words, threshold).reshape(x.shape());
    return where(is_kept, multiply(v, 1 / (1 - p)), 0);
}

}  // namespace chainerx
