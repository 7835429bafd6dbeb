// The number 0, ready to be shown.
#include "dispatch/shown_number.h"

namespace chainerx::internal {

namespace {

alignas(16) constexpr char kZeroElement[16] = {};

}  // namespace

constinit const std::array<chx_tensor, kDTypeCount> kShownZeros = [] {
    std::array<chx_tensor, kDTypeCount> zeros{};
    for (size_t i = 0; i < zeros.size(); ++i)
        zeros[i] = tensor_of_number(const_cast<char*>(kZeroElement), static_cast<DType>(i));
    return zeros;
}();

}  // namespace chainerx::internal
