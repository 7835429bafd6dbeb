// Methods of Array that are short ways to functions.
#include "chainerx/array.h"

#include <fmt/format.h>

#include "array/views.h"
#include "autograd/to_device.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"
#include "dispatch/inplace.h"
#include "dispatch/thread_context.h"

namespace chainerx {

using internal::kOps;

uint64_t Array::version() const {
    return body_->storage()->version.load(std::memory_order_acquire);
}

Array Array::reshape(DimsView shape) const { return chainerx::reshape(*this, shape); }
Array Array::transpose() const { return chainerx::transpose(*this); }
Array Array::transpose(DimsView axes) const { return chainerx::transpose(*this, Axes(axes)); }
Array Array::astype(DType dtype, bool copy) const { return chainerx::astype(*this, dtype, copy); }
Array Array::copy() const { return chainerx::copy(*this); }
Array Array::to_device(Device& device) const {
    return &device == body_->device ? *this : internal::to_device(*this, device);
}

void Array::fill(const Scalar& value) const {
    internal::check_inplace("fill", *this);
    internal::fill_into(*this, value);
}

Array Array::operator-() const { return negative(*this); }

const Array& Array::operator+=(const Array& other) const {
    return internal::inplace(kOps[internal::kOpAdd], *this, other);
}
const Array& Array::operator-=(const Array& other) const {
    return internal::inplace(kOps[internal::kOpSubtract], *this, other);
}
const Array& Array::operator*=(const Array& other) const {
    return internal::inplace(kOps[internal::kOpMultiply], *this, other);
}
const Array& Array::operator/=(const Array& other) const {
    return internal::inplace(kOps[internal::kOpDivide], *this, other);
}
const Array& Array::operator+=(const Scalar& other) const {
    return internal::inplace(kOps[internal::kOpAdd], *this, other);
}
const Array& Array::operator-=(const Scalar& other) const {
    return internal::inplace(kOps[internal::kOpSubtract], *this, other);
}
const Array& Array::operator*=(const Scalar& other) const {
    return internal::inplace(kOps[internal::kOpMultiply], *this, other);
}
const Array& Array::operator/=(const Scalar& other) const {
    return internal::inplace(kOps[internal::kOpDivide], *this, other);
}

}  // namespace chainerx
