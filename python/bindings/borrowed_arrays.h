// The arrays among the arguments of a call, in order, as a Program takes them.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "ndarray.h"

namespace chainerx::python {

// Holds none of them: the caller holds the arguments for as long as the call takes, and keep() what could be taken out of
// them meanwhile. An array that other threads may hold costs a locked instruction whenever it is held and let go.
class BorrowedArrays {
public:
    // Room for n arrays, to be set before they are read.
    explicit BorrowedArrays(size_t n) {
        if (n <= few_.size()) return;
        many_ = std::make_unique<Slot[]>(n);
        slots_ = many_.get();
    }
    BorrowedArrays(const BorrowedArrays&) = delete;
    BorrowedArrays& operator=(const BorrowedArrays&) = delete;

    void set(size_t position, PyObject* ndarray) {
        new (&slots_[position].array) Array(array_of(ndarray).body());
    }
    void keep(PyObject* object) { kept_.push_back(Ref::borrow(object)); }
    const Array* data() const { return &slots_[0].array; }

private:
    union Slot {  // whose array is not destroyed, so that its reference stays where it came from
        Slot() {}
        ~Slot() {}
        Array array;
    };
    static_assert(sizeof(Slot) == sizeof(Array));

    std::array<Slot, 16> few_;
    std::unique_ptr<Slot[]> many_;
    Slot* slots_ = few_.data();
    std::vector<Ref> kept_;
};

}  // namespace chainerx::python
