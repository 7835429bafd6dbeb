// Other shapes for the same elements: reshape and its kin, broadcasting. Views where possible.
#include "ops/op_support.h"

namespace chainerx {

using internal::kOps;

namespace {

Array recorded(const internal::OpDef& op, const Array& a, Array view) {
    if (a.is_connected_to_any()) internal::record_view(op, a, view, nullptr, 0);
    return view;
}

Array recorded_view(const internal::OpDef& op, const Array& a, DimsView shape, DimsView strides) {
    return recorded(op, a, internal::raw_view(a, shape, strides));
}

// Whether the shape is complete and has as many elements as a.
bool fits(const Array& a, DimsView shape) {
    int64_t size = 1;
    for (const int64_t extent : shape) {
        if (extent <= 0 || __builtin_mul_overflow(size, extent, &size)) return false;
    }
    return size == a.size();
}

// newshape with the extent that -1 stands for; throws unless it has as many elements as a.
Shape resolved_shape(const Array& a, const Shape& newshape) {
    Shape shape = newshape;
    int unknown = -1;
    int64_t known_size = 1;
    for (int i = 0; i < shape.size(); ++i) {
        if (shape[i] == -1 && unknown < 0) {
            unknown = i;
        } else if (shape[i] < 0) {
            throw DimensionError(
                fmt::format("reshape: shape {} was given; expected extents of zero or more, one of "
                            "them may be -1",
                            to_string(newshape)));
        } else if (__builtin_mul_overflow(known_size, shape[i], &known_size)) {
            total_size(newshape);  // says so
        }
    }
    if (unknown >= 0) {
        if (known_size == 0 || a.size() % known_size != 0) {
            throw DimensionError(fmt::format(
                "reshape: cannot reshape array of shape {} into {}; {} is not a multiple of {}",
                to_string(a.shape()),
                to_string(newshape),
                a.size(),
                known_size));
        }
        shape[unknown] = a.size() / known_size;
    } else if (known_size != a.size()) {
        throw DimensionError(
            fmt::format("reshape: cannot reshape array of shape {} into {}; sizes {} and {} differ",
                        to_string(a.shape()),
                        to_string(newshape),
                        a.size(),
                        known_size));
    }
    return shape;
}

// The strides with which the elements of a have the given shape of as many elements; false if there
// are none. Runs of axes of equal size are matched; within a run the axes of a must lie in memory
// as one.
bool strides_for_shape(const Array& a, DimsView shape, Strides& strides) {
    if (a.is_contiguous() || a.size() == 0) {
        strides = contiguous_strides(shape);
        return true;
    }
    Dims old_shape;
    Dims old_strides;
    for (int i = 0; i < a.ndim(); ++i) {
        if (a.shape()[i] == 1) continue;
        old_shape.push_back(a.shape()[i]);
        old_strides.push_back(a.strides()[i]);
    }
    strides.resize(shape.size());
    int from = 0;
    int to = 0;
    while (from < old_shape.size()) {
        int from_end = from + 1;
        int to_end = to + 1;
        int64_t from_size = old_shape[from];
        int64_t to_size = shape[to];
        while (from_size != to_size) {
            if (from_size < to_size) {
                from_size *= old_shape[from_end++];
            } else {
                to_size *= shape[to_end++];
            }
        }
        for (int i = from; i + 1 < from_end; ++i) {
            if (old_strides[i] != old_strides[i + 1] * old_shape[i + 1]) return false;
        }
        int64_t stride = old_strides[from_end - 1];
        for (int i = to_end - 1; i >= to; --i) {
            strides[i] = stride;
            stride *= shape[i];
        }
        from = from_end;
        to = to_end;
    }
    // What is left has extent 1.
    for (; to < shape.size(); ++to) strides[to] = 1;
    return true;
}

[[gnu::noinline]] Array reshaped(const Array& a, const Shape& newshape, bool is_copy) {
    if (is_copy) return reshape(copy(a), newshape);
    Strides strides;
    if (!a.is_contiguous() && !strides_for_shape(a, resolved_shape(a, newshape), strides)) {
        throw ValueError(fmt::format(
            "reshape: an array of shape {} and strides {} as shape {} with copy=False; no view has "
            "that shape; expected copy=None",
            to_string(a.shape()),
            to_string(a.strides()),
            to_string(newshape)));
    }
    return reshape(a, newshape);
}

}  // namespace

Array reshape(const Array& a, const Shape& newshape, std::optional<bool> is_copy) {
    if (is_copy.has_value()) return reshaped(a, newshape, *is_copy);
    if (a.is_contiguous() && fits(a, newshape))
        return recorded(kOps[internal::kOpReshape], a, internal::raw_reshaped(a, newshape));
    const Shape shape = resolved_shape(a, newshape);
    Strides strides;
    if (strides_for_shape(a, shape, strides)) {
        return recorded_view(kOps[internal::kOpReshape], a, shape, strides);
    }
    const Array copied = internal::contiguous(a);
    return recorded(kOps[internal::kOpReshape], copied, internal::raw_reshaped(copied, shape));
}

Array ravel(const Array& a) { return reshape(a, {a.size()}); }

Array squeeze(const Array& a, const std::optional<Axes>& axis) {
    bool is_dropped[kMaxViewNdim] = {};
    if (axis) {
        for (const int64_t i : normalize_axes("squeeze", *axis, a.ndim())) {
            const int dropped = static_cast<int>(i);
            if (a.shape()[dropped] != 1) {
                throw DimensionError(
                    fmt::format("squeeze: axis {} of shape {} has extent {}; expected 1",
                                i,
                                to_string(a.shape()),
                                a.shape()[dropped]));
            }
            is_dropped[dropped] = true;
        }
    } else {
        for (int i = 0; i < a.ndim(); ++i) is_dropped[i] = a.shape()[i] == 1;
    }
    Shape shape;
    Strides strides;
    for (int i = 0; i < a.ndim(); ++i) {
        if (is_dropped[i]) continue;
        shape.push_back(a.shape()[i]);
        strides.push_back(a.strides()[i]);
    }
    return recorded_view(kOps[internal::kOpReshape], a, shape, strides);
}

Array expand_dims(const Array& a, const Axes& axis) {
    const int ndim = a.ndim() + axis.size();
    if (ndim > kMaxNdim) {
        throw DimensionError(fmt::format(
            "expand_dims: the result would have {} dimensions; {} is the limit", ndim, kMaxNdim));
    }
    bool is_new[kMaxNdim] = {};
    for (const int64_t i : normalize_axes("expand_dims", axis, ndim)) {
        is_new[static_cast<int>(i)] = true;
    }
    Shape shape = Shape::filled(ndim, 1);
    Strides strides = Strides::filled(ndim, 1);
    for (int i = 0, from = 0; i < ndim; ++i) {
        if (is_new[i]) continue;
        shape[i] = a.shape()[from];
        strides[i] = a.strides()[from++];
    }
    return recorded_view(kOps[internal::kOpReshape], a, shape, strides);
}

Array atleast_1d(const Array& a) { return a.ndim() >= 1 ? a : expand_dims(a, {0}); }

Array atleast_2d(const Array& a) {
    if (a.ndim() >= 2) return a;
    return a.ndim() == 1 ? expand_dims(a, {0}) : expand_dims(a, {0, 1});
}

Array atleast_3d(const Array& a) {
    if (a.ndim() >= 3) return a;
    // A vector becomes (1, n, 1), a matrix (m, n, 1).
    if (a.ndim() == 2) return expand_dims(a, {2});
    return a.ndim() == 1 ? expand_dims(a, {0, 2}) : expand_dims(a, {0, 1, 2});
}

Array broadcast_to(const Array& array, const Shape& shape) {
    Array view = internal::raw_broadcast(array, shape);
    if (array.is_connected_to_any()) {
        internal::record_view(kOps[internal::kOpBroadcastTo], array, view, nullptr, 0);
    }
    return view;
}

std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays) {
    Shape shape;
    for (const Array& array : arrays) {
        shape = broadcast_shapes("broadcast_arrays", shape, array.shape());
    }
    std::vector<Array> views;
    views.reserve(arrays.size());
    for (const Array& array : arrays) views.push_back(broadcast_to(array, shape));
    return views;
}

}  // namespace chainerx
