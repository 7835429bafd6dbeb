// Sets of elements, as sorted arrays without repetitions.
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

Array as_set(const Array& x, bool is_unique) {
    return is_unique ? ravel(x) : unique_values(x, true);
}

// Which of the sorted elements equal the next one; one fewer than there are.
Array equals_next(const Array& sorted) {
    const int64_t n = sorted.size() == 0 ? 0 : sorted.size() - 1;
    return equal(internal::part_of(sorted, 0, n == 0 ? 0 : 1, n),
                 internal::part_of(sorted, 0, 0, n));
}

Array picked(const Array& x, const Array& mask) { return take(x, nonzero(mask)[0], 0); }

}  // namespace

Array union1d(const Array& ar1, const Array& ar2) {
    return unique_values(concatenate({ravel(ar1), ravel(ar2)}, 0), true);
}

Array intersect1d(const Array& ar1, const Array& ar2, bool assume_unique) {
    const Array sorted =
        sort(concatenate({as_set(ar1, assume_unique), as_set(ar2, assume_unique)}, 0), 0);
    if (sorted.size() == 0) return sorted;
    return picked(internal::part_of(sorted, 0, 0, sorted.size() - 1), equals_next(sorted));
}

Array setdiff1d(const Array& ar1, const Array& ar2, bool assume_unique) {
    const Array set = as_set(ar1, assume_unique);
    return picked(set, isin(set, ar2, true));
}

Array setxor1d(const Array& ar1, const Array& ar2, bool assume_unique) {
    const Array sorted =
        sort(concatenate({as_set(ar1, assume_unique), as_set(ar2, assume_unique)}, 0), 0);
    if (sorted.size() == 0) return sorted;
    const Array differs = logical_not(equals_next(sorted));
    const Array end = ones({1}, DType::kBool, &sorted.device());
    const Array from_last = concatenate({end, differs}, 0);
    return picked(sorted, logical_and(from_last, concatenate({differs, end}, 0)));
}

}  // namespace chainerx
