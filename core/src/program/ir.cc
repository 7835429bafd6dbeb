// Small questions about views, and ownership of gradient slots.
#include "program/ir.h"

#include <algorithm>
#include <cstring>

#include "autograd/node.h"

namespace chainerx::internal {

bool View::is_contiguous() const {
    int64_t expected = 1;
    for (int i = shape.size() - 1; i >= 0; --i) {
        if (shape[i] == 0) return true;
        if (shape[i] == 1) continue;
        if (strides[i] != expected) return false;
        expected *= shape[i];
    }
    return true;
}

int64_t View::low() const {
    int64_t reach = 0;
    for (int i = 0; i < shape.size(); ++i)
        reach += std::min<int64_t>(strides[i], 0) * (shape[i] - 1);
    return numel() == 0 ? offset : offset + reach * itemsize(dtype);
}

int64_t View::high() const {
    int64_t reach = 0;
    for (int i = 0; i < shape.size(); ++i)
        reach += std::max<int64_t>(strides[i], 0) * (shape[i] - 1);
    return numel() == 0 ? offset : offset + (reach + 1) * itemsize(dtype);
}

bool operator==(const View& a, const View& b) {
    if (a.kind != b.kind || a.dtype != b.dtype) return false;
    switch (a.kind) {
        case View::Kind::kNothing:
            return true;
        case View::Kind::kNumber:
            return std::memcmp(a.number, b.number, sizeof a.number) == 0;
        default:
            return a.buffer == b.buffer && a.offset == b.offset && a.shape == b.shape &&
                   a.strides == b.strides;
    }
}

namespace {

template <typename T>
void append(std::string& key, const T& value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

std::string key_of(const View& view) {
    std::string key;
    append(key, view.kind);
    append(key, view.dtype);
    if (view.is_number()) key.append(view.number, sizeof view.number);
    if (!view.is_elements()) return key;
    append(key, view.is_single);
    append(key, view.buffer);
    append(key, view.offset);
    for (int i = 0; i < view.shape.size(); ++i) {
        append(key, view.shape[i]);
        append(key, view.strides[i]);
    }
    return key;
}

}  // namespace chainerx::internal
