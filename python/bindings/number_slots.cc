// Arithmetic, comparison and conversion operators of ndarray.
#include <cstdint>

#include "binary_call.h"
#include "chainerx/detail/inplace.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "dispatch/op_ids.h"
#include "error.h"
#include "ndarray.h"
#include "operand.h"
#include "slots.h"

namespace chainerx::python {
namespace {

template <uint16_t op_id>
PyObject* binary(PyObject* left, PyObject* right) noexcept {
    return guarded([&]() __attribute__((always_inline)) -> PyObject* {
        const Operand operands[2] = {to_operand(left), to_operand(right)};
        if (operands[0].is_absent() || operands[1].is_absent()) Py_RETURN_NOTIMPLEMENTED;
        return wrap_binary(op_id, operands);
    });
}

template <Array (*function)(const Array&)>
PyObject* unary(PyObject* self) noexcept {
    return guarded([&] { return wrap(function(array_of(self))); });
}

PyObject* itself(PyObject* self) {
    Py_INCREF(self);
    return self;
}

template <uint16_t op_id>
PyObject* inplace(PyObject* self, PyObject* other) noexcept {
    return guarded([&]() -> PyObject* {
        const Operand operand = to_operand(other);
        if (operand.is_absent()) Py_RETURN_NOTIMPLEMENTED;
        internal::inplace(op_id, array_of(self), operand);
        return itself(self);
    });
}

PyObject* power_slot(PyObject* left, PyObject* right, PyObject* modulus) noexcept {
    if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
    return binary<internal::kOpPower>(left, right);
}

PyObject* inplace_power_slot(PyObject* self, PyObject* other, PyObject*) noexcept {
    return inplace<internal::kOpPower>(self, other);
}

PyObject* divmod_slot(PyObject* left, PyObject* right) noexcept {
    try {
        const Operand a = to_operand(left), b = to_operand(right);
        if (a.is_absent() || b.is_absent()) Py_RETURN_NOTIMPLEMENTED;
        const Ref quotient = Ref::take(wrap(floor_divide(a, b)));
        const Ref rest = Ref::take(wrap(remainder(a, b)));
        return PyTuple_Pack(2, quotient.get(), rest.get());
    } catch (...) {
        return raise_current();
    }
}

PyObject* matmul_slot(PyObject* left, PyObject* right) noexcept {
    return guarded([&]() -> PyObject* {
        if (!is_ndarray(left) || !is_ndarray(right)) Py_RETURN_NOTIMPLEMENTED;
        return wrap(matmul(array_of(left), array_of(right)));
    });
}

PyObject* inplace_matmul_slot(PyObject* self, PyObject* other) noexcept {
    try {
        if (!is_ndarray(other)) Py_RETURN_NOTIMPLEMENTED;
        const Array& target = array_of(self);
        const Array product = matmul(target, array_of(other));
        if (product.shape() != target.shape()) {
            throw DimensionError("@=: the product has shape " + to_string(product.shape()) +
                                 " and the array to write it to " + to_string(target.shape()) +
                                 "; expected them to be equal");
        }
        if (product.dtype() != target.dtype()) {
            throw DtypeError("@=: the product is " + std::string(dtype_name(product.dtype())) +
                             " and the array to write it to " +
                             std::string(dtype_name(target.dtype())) +
                             "; expected them to be equal");
        }
        target.set_at({ArrayIndex::ellipsis()}, product);
        return itself(self);
    } catch (...) {
        return raise_current();
    }
}

int bool_slot(PyObject* self) noexcept {
    try {
        return static_cast<bool>(array_of(self).item());
    } catch (...) {
        return raise_current_int();
    }
}

PyObject* item_object(PyObject* self) { return scalar_object(array_of(self).item()); }

PyObject* int_slot(PyObject* self) noexcept {
    try {
        return PyNumber_Long(Ref::take(item_object(self)).get());
    } catch (...) {
        return raise_current();
    }
}

PyObject* float_slot(PyObject* self) noexcept {
    try {
        return PyNumber_Float(Ref::take(item_object(self)).get());
    } catch (...) {
        return raise_current();
    }
}

PyObject* index_slot(PyObject* self) noexcept {
    try {
        const Array& array = array_of(self);
        if (array.ndim() != 0 || !is_integral(array.dtype())) {
            throw_python(PyExc_TypeError,
                         "index: an array of dtype %s and shape %s; expected one integer, without "
                         "dimensions",
                         std::string(dtype_name(array.dtype())).c_str(),
                         to_string(array.shape()).c_str());
        }
        return item_object(self);
    } catch (...) {
        return raise_current();
    }
}

PyObject* compare_slot(PyObject* left, PyObject* right, int operation) noexcept {
    switch (operation) {
        case Py_EQ:
            return binary<internal::kOpEqual>(left, right);
        case Py_NE:
            return binary<internal::kOpNotEqual>(left, right);
        case Py_LT:
            return binary<internal::kOpLess>(left, right);
        case Py_LE:
            return binary<internal::kOpLessEqual>(left, right);
        case Py_GT:
            return binary<internal::kOpGreater>(left, right);
        default:
            return binary<internal::kOpGreaterEqual>(left, right);
    }
}

// By identity, although == compares elements.
Py_hash_t hash_slot(PyObject* self) noexcept {
    const auto address = reinterpret_cast<uintptr_t>(self);
    const auto hash =
        static_cast<Py_hash_t>((address >> 4) | (address << (8 * sizeof address - 4)));
    return hash == -1 ? -2 : hash;
}

}  // namespace

void add_number_slots(TypeParts& parts) {
    const PyType_Slot slots[] = {
        make_slot(Py_nb_add, binary<internal::kOpAdd>),
        make_slot(Py_nb_subtract, binary<internal::kOpSubtract>),
        make_slot(Py_nb_multiply, binary<internal::kOpMultiply>),
        make_slot(Py_nb_true_divide, binary<internal::kOpDivide>),
        make_slot(Py_nb_floor_divide, binary<internal::kOpFloorDivide>),
        make_slot(Py_nb_remainder, binary<internal::kOpRemainder>),
        make_slot(Py_nb_divmod, divmod_slot),
        make_slot(Py_nb_power, power_slot),
        make_slot(Py_nb_and, binary<internal::kOpBitwiseAnd>),
        make_slot(Py_nb_or, binary<internal::kOpBitwiseOr>),
        make_slot(Py_nb_xor, binary<internal::kOpBitwiseXor>),
        make_slot(Py_nb_lshift, binary<internal::kOpLeftShift>),
        make_slot(Py_nb_rshift, binary<internal::kOpRightShift>),
        make_slot(Py_nb_matrix_multiply, matmul_slot),
        make_slot(Py_nb_negative, unary<&chainerx::negative>),
        make_slot(Py_nb_positive, unary<&chainerx::copy>),
        make_slot(Py_nb_absolute, unary<&chainerx::abs>),
        make_slot(Py_nb_invert, unary<&chainerx::bitwise_not>),
        make_slot(Py_nb_inplace_add, inplace<internal::kOpAdd>),
        make_slot(Py_nb_inplace_subtract, inplace<internal::kOpSubtract>),
        make_slot(Py_nb_inplace_multiply, inplace<internal::kOpMultiply>),
        make_slot(Py_nb_inplace_true_divide, inplace<internal::kOpDivide>),
        make_slot(Py_nb_inplace_floor_divide, inplace<internal::kOpFloorDivide>),
        make_slot(Py_nb_inplace_remainder, inplace<internal::kOpRemainder>),
        make_slot(Py_nb_inplace_power, inplace_power_slot),
        make_slot(Py_nb_inplace_and, inplace<internal::kOpBitwiseAnd>),
        make_slot(Py_nb_inplace_or, inplace<internal::kOpBitwiseOr>),
        make_slot(Py_nb_inplace_xor, inplace<internal::kOpBitwiseXor>),
        make_slot(Py_nb_inplace_lshift, inplace<internal::kOpLeftShift>),
        make_slot(Py_nb_inplace_rshift, inplace<internal::kOpRightShift>),
        make_slot(Py_nb_inplace_matrix_multiply, inplace_matmul_slot),
        make_slot(Py_nb_bool, bool_slot),
        make_slot(Py_nb_int, int_slot),
        make_slot(Py_nb_float, float_slot),
        make_slot(Py_nb_index, index_slot),
        make_slot(Py_tp_richcompare, compare_slot),
        make_slot(Py_tp_hash, hash_slot),
    };
    parts.slots.insert(parts.slots.end(), std::begin(slots), std::end(slots));
}

}  // namespace chainerx::python
