// Array::at and Array::set_at.
#include "chx/ops/indexing.h"

#include <fmt/format.h>

#include "array/advanced_index.h"
#include "array/basic_index.h"
#include "autograd/node.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "dispatch/dispatch.h"
#include "dispatch/inplace.h"
#include "dispatch/thread_context.h"

namespace chainerx {

namespace internal {
namespace {

Array at_advanced(const Array& array, const std::vector<ArrayIndex>& indices) {
    const AdvancedIndex index = split_advanced(array, indices);
    Array view = index.is_whole ? array : basic_view(array, index.basic);
    const FlatPick pick = make_flat_pick(view, index);
    if (!pick.permutation.empty()) view = view.transpose(pick.permutation);
    if (view.shape() != DimsView(pick.merged)) view = view.reshape(pick.merged);
    Array picked = take(view, pick.indices, pick.axis);
    if (pick.result_axis == pick.axis) return picked;
    return picked.transpose(
        moved_block(picked.ndim(), pick.axis, pick.indices.ndim(), pick.result_axis));
}

// The same rules as for a += b.
void check_assignable(const Array& target, const Array& value) {
    check_inplace("assignment", target);
    if ((target.body()->tensor.flags & CHX_T_READONLY) != 0) {
        throw ValueError("assignment: the array is read-only; assign to a copy of it");
    }
    const Operand operand(value);
    if (value.is_null() || !value.is_connected_to_any() ||
        !wants_recording(thread_context(), &operand, 1))
        return;
    throw GradientError(
        "assignment: the value is part of a graph, which would be lost; assign its "
        "as_grad_stopped(), or make a new array with "
        "index_put(), where() or concatenate()");
}

// Value as NumPy assigns it: axes of extent 1 in front of all that the target has are dropped.
Array fit_rank(const Array& value, int ndim) {
    int dropped = 0;
    while (value.ndim() - dropped > ndim && value.shape()[dropped] == 1) ++dropped;
    if (dropped == 0) return value;
    const int left = value.ndim() - dropped;
    return raw_view(
        value, {value.shape().data() + dropped, left}, {value.strides().data() + dropped, left});
}

// Under one mask that a value fits beside, nothing needs to be counted: where() writes in place.
bool assign_under_mask(const Array& view, const AdvancedIndex& index, const Array& value) {
    if (index.arrays.size() != 1 || !index.arrays[0].is_mask) return false;
    const AdvancedAxes& mask = index.arrays[0];
    const int behind = view.ndim() - mask.axis - mask.count;
    if (value.ndim() > behind) return false;
    const DimsView covered(view.shape().data() + mask.axis, mask.count);
    if (mask.indices.shape() != covered) return false;
    Shape shape = covered;
    for (int i = 0; i < behind; ++i) shape.push_back(1);
    const Array condition = mask.indices.reshape(shape);
    const Array values = raw_broadcast(value, view.shape());
    const Operand operands[] = {condition, values, view};
    dispatch_into(kOps[kOpWhere], operands, 3, nullptr, &view);
    return true;
}

void set_advanced(const Array& array, const std::vector<ArrayIndex>& indices, const Array& value) {
    const AdvancedIndex index = split_advanced(array, indices);
    const Array view = index.is_whole ? array : raw_basic_view(array, index.basic);
    if (assign_under_mask(view, index, value)) return;

    const FlatPick pick = make_flat_pick(view, index);
    const Array target = pick.permutation.empty() ? view : view.transpose(pick.permutation);
    const Array compact = contiguous(target);
    const Array merged = raw_view(compact, pick.merged, contiguous_strides(pick.merged));

    // The value with the shape that reading would give, then its axes as scatter wants them.
    const int n_before = pick.axis;
    const int n_index = pick.indices.ndim();
    Shape picked{DimsView(pick.merged.data(), n_before)};
    for (int64_t extent : pick.indices.shape()) picked.push_back(extent);
    for (int i = n_before + 1; i < pick.merged.size(); ++i) picked.push_back(pick.merged[i]);
    Array updates;
    if (pick.result_axis == pick.axis) {
        updates = raw_broadcast(fit_rank(value, picked.size()), picked);
    } else {
        const Axes to_result = moved_block(picked.size(), pick.axis, n_index, pick.result_axis);
        Shape result;
        for (int64_t axis : to_result) result.push_back(picked[static_cast<int>(axis)]);
        updates = raw_broadcast(fit_rank(value, result.size()), result)
                      .transpose(moved_block(picked.size(), pick.result_axis, n_index, pick.axis));
    }
    auto attrs = make_attrs<chx_attrs_scatter>();
    attrs.axis = pick.axis;
    attrs.mode = CHX_SCATTER_MODE_RAISE;
    const Operand operands[] = {merged, pick.indices, updates};
    try {
        dispatch_into(kOps[kOpScatter], operands, 3, &attrs, &merged);
    } catch (const ValueError& error) {
        throw IndexError(error.what());  // the only thing that scatter finds invalid
    }
    if (!compact.is_same(target)) copy_into(target, compact);
}

}  // namespace
}  // namespace internal

Array Array::at(const std::vector<ArrayIndex>& indices) const {
    return internal::has_array(indices) ? internal::at_advanced(*this, indices)
                                        : internal::basic_view(*this, indices);
}

void Array::set_at(const std::vector<ArrayIndex>& indices, const Array& value) const {
    internal::check_assignable(*this, value);
    if (!internal::has_array(indices)) {
        const Array target = internal::raw_basic_view(*this, indices);
        internal::copy_into(target, internal::fit_rank(value, target.ndim()));
        return;
    }
    const NoBackpropModeScope unrecorded;
    const Array source = value.to_device(device()).astype(dtype(), false);
    internal::set_advanced(*this, indices, source);
}

void Array::set_at(const std::vector<ArrayIndex>& indices, const Scalar& value) const {
    internal::check_assignable(*this, Array());
    if (!internal::has_array(indices)) {
        internal::fill_into(internal::raw_basic_view(*this, indices), value);
        return;
    }
    const NoBackpropModeScope unrecorded;
    internal::set_advanced(*this, indices, full({}, value, dtype(), &device()));
}

}  // namespace chainerx
