// What a compiled function was called with, or returned: nested tuples, lists and dicts of arrays and of anything else.
#pragma once

#include <vector>

#include "borrowed_arrays.h"
#include "chainerx/array.h"
#include "ndarray.h"
#include "python_ref.h"

namespace chainerx::python {

class Pattern {
public:
    // Arrays are appended to a list, in order, and stand in the pattern by their position.
    // Of an argument: other things must be equal, or the very same, to match. what: for the error about what can't be told
    // apart from others, like NumPy arrays. Throws PythonError.
    static Pattern of_argument(PyObject* object, std::vector<Array>& arrays, const char* what);
    // Of a result: other things come back as they are.
    static Pattern of_result(PyObject* object, std::vector<Array>& arrays);

    // Whether the object is like the argument, arrays aside, which are set in their places.
    bool matches(PyObject* object, BorrowedArrays& arrays) const {
        if (kind_ != Kind::kArray) return matches_other(object, arrays);
        if (!is_ndarray(object)) return false;
        arrays.set(position_, object);
        return true;
    }
    // The object with these arrays in it.
    PyObject* build(const Array* arrays) const;

    // Gives the i-th array of this pattern back as this very object.
    void replace_array(size_t position, PyObject* object);
    int visit(visitproc visit, void* arg) const;

private:
    enum class Kind { kArray, kEqual, kSame, kTuple, kList, kDict };
    template <typename Leaf>
    static Pattern make(PyObject* object, std::vector<Array>& arrays, Leaf leaf);
    bool matches_other(PyObject* object, BorrowedArrays& arrays) const;

    Kind kind_ = Kind::kArray;
    size_t position_ = 0;  // of an array
    Ref object_;           // what has to be equal or the same
    std::vector<Ref> keys_;
    std::vector<Pattern> items_;
};

}  // namespace chainerx::python
