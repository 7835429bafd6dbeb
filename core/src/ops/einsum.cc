// Einstein summation: pairs of operands contracted by way of matmul, the pair first that makes least of most.
#include <algorithm>
#include <map>

#include "ops/einsum_subscripts.h"
#include "ops/op_support.h"

namespace chainerx {

namespace {

using internal::Labels;

// An operand on the way, with the label of each of its axes; no label twice.
struct Term {
    Array array;
    Labels labels;

    int64_t extent(int label) const { return array.shape()[axis(label)]; }
    int axis(int label) const {
        return static_cast<int>(std::find(labels.begin(), labels.end(), label) - labels.begin());
    }
};

bool has(const Labels& labels, int label) {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
}

Labels joined(Labels first, const Labels& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

template <typename Predicate>
Labels chosen(const Labels& labels, Predicate predicate) {
    Labels result;
    std::copy_if(labels.begin(), labels.end(), std::back_inserter(result), predicate);
    return result;
}

Term with_diagonals(Array array, Labels labels) {
    for (size_t i = 0; i < labels.size();) {
        const auto repeated =
            std::find(labels.begin() + static_cast<int64_t>(i) + 1, labels.end(), labels[i]);
        if (repeated == labels.end()) {
            ++i;
            continue;
        }
        const int label = labels[i];
        const int first = static_cast<int>(i);
        const int second = static_cast<int>(repeated - labels.begin());
        if (array.shape()[first] != array.shape()[second]) {
            throw DimensionError(fmt::format(
                "einsum: '{}' stands for axes of extents {} and {} of one operand; expected equal "
                "ones",
                static_cast<char>(label),
                array.shape()[first],
                array.shape()[second]));
        }
        array = diagonal(array, 0, first, second);  // its axis comes last
        labels.erase(repeated);
        labels.erase(labels.begin() + first);
        labels.push_back(label);
    }
    return {std::move(array), std::move(labels)};
}

// The term summed over all axes but those with a label that is kept.
template <typename Predicate>
Term summed(const Term& term, Predicate is_kept) {
    Axes axes;
    for (size_t i = 0; i < term.labels.size(); ++i) {
        if (!is_kept(term.labels[i])) axes.push_back(static_cast<int64_t>(i));
    }
    if (axes.empty()) return term;
    const Array total = sum(term.array, axes, false, term.array.dtype());
    return {total, chosen(term.labels, is_kept)};
}

// Axes of extent 1 of a label that has a greater one elsewhere say nothing: they are dropped.
void drop_broadcast_axes(std::vector<Term>& terms) {
    std::map<int, int64_t> extents;
    for (const Term& term : terms) {
        for (const int label : term.labels) {
            const int64_t extent = term.extent(label);
            int64_t& common = extents.emplace(label, 1).first->second;
            if (extent == 1) continue;
            if (common != 1 && common != extent) {
                throw DimensionError(
                    fmt::format("einsum: {} stands for axes of extents {} and {}; expected equal "
                                "ones, or 1",
                                label < 0 ? std::string("'...'")
                                          : fmt::format("'{}'", static_cast<char>(label)),
                                common,
                                extent));
            }
            common = extent;
        }
    }
    for (Term& term : terms) {
        Axes axes;
        for (const int label : term.labels) {
            if (term.extent(label) != extents[label]) axes.push_back(term.axis(label));
        }
        if (axes.empty()) continue;
        const Labels kept =
            chosen(term.labels, [&](int label) { return term.extent(label) == extents[label]; });
        term = {squeeze(term.array, axes), kept};
    }
}

Shape extents_of(const Term& term, const Labels& labels) {
    Shape shape;
    for (const int label : labels) shape.push_back(term.extent(label));
    return shape;
}

// The term with its axes in that order, those of each group as one.
Array grouped(const Term& term, const std::vector<Labels>& groups) {
    Axes order;
    Shape shape;
    for (const Labels& group : groups) {
        for (const int label : group) order.push_back(term.axis(label));
        shape.push_back(total_size(extents_of(term, group)));
    }
    return transpose(term.array, order).reshape(shape);
}

// needed: labels that the result or other operands have.
Term contracted(const Term& first, const Term& second, const Labels& needed) {
    const Term a =
        summed(first, [&](int label) { return has(second.labels, label) || has(needed, label); });
    const Term b =
        summed(second, [&](int label) { return has(a.labels, label) || has(needed, label); });
    const Labels batch =
        chosen(a.labels, [&](int label) { return has(b.labels, label) && has(needed, label); });
    const Labels inner =
        chosen(a.labels, [&](int label) { return has(b.labels, label) && !has(needed, label); });
    const Labels own_a = chosen(a.labels, [&](int label) { return !has(b.labels, label); });
    const Labels own_b = chosen(b.labels, [&](int label) { return !has(a.labels, label); });

    Shape shape = extents_of(a, joined(batch, own_a));
    for (const int64_t extent : extents_of(b, own_b)) shape.push_back(extent);
    const Labels labels = joined(joined(batch, own_a), own_b);
    if (inner.empty()) {
        const Array rows = grouped(a, {batch, own_a, {}});
        return {multiply(rows, grouped(b, {batch, {}, own_b})).reshape(shape), labels};
    }
    if (batch.empty())
        return {matmul(grouped(a, {own_a, inner}), grouped(b, {inner, own_b})).reshape(shape),
                labels};
    const Array y = matmul(grouped(a, {batch, own_a, inner}), grouped(b, {batch, inner, own_b}));
    return {y.reshape(shape), labels};
}

// Labels of the result and of all terms but two.
Labels needed_beside(const std::vector<Term>& terms, size_t i, size_t j, const Labels& output) {
    Labels needed = output;
    for (size_t k = 0; k < terms.size(); ++k) {
        if (k != i && k != j) needed = joined(needed, terms[k].labels);
    }
    return needed;
}

// How many elements a contraction adds, as a double: the product of extents may be huge.
double growth(const Term& a, const Term& b, const Labels& needed) {
    double size = 1;
    for (const int label : a.labels) {
        if (has(needed, label)) size *= static_cast<double>(a.extent(label));
    }
    for (const int label : b.labels) {
        if (has(needed, label) && !has(a.labels, label))
            size *= static_cast<double>(b.extent(label));
    }
    return size - static_cast<double>(a.array.size()) - static_cast<double>(b.array.size());
}

void contract_best_pair(std::vector<Term>& terms, const Labels& output) {
    size_t first = 0, second = 1;
    double least = 0;
    for (size_t i = 0; i < terms.size(); ++i) {
        for (size_t j = i + 1; j < terms.size(); ++j) {
            const double size = growth(terms[i], terms[j], needed_beside(terms, i, j, output));
            if ((i != 0 || j != 1) && size >= least) continue;
            least = size;
            first = i;
            second = j;
        }
    }
    const Labels needed = needed_beside(terms, first, second, output);
    terms[first] = contracted(terms[first], terms[second], needed);
    terms.erase(terms.begin() + static_cast<int64_t>(second));
}

}  // namespace

Array einsum(std::string_view subscripts, const std::vector<Array>& operands) {
    const internal::EinsumSubscripts read = internal::read_subscripts(subscripts, operands);
    DType dtype = operands[0].dtype();
    for (const Array& operand : operands) dtype = promote_types(dtype, operand.dtype());
    // Truth is summed by counting.
    const DType computed = dtype == DType::kBool ? DType::kInt64 : dtype;
    std::vector<Term> terms;
    for (size_t i = 0; i < operands.size(); ++i)
        terms.push_back(with_diagonals(astype(operands[i], computed, false), read.inputs[i]));
    drop_broadcast_axes(terms);
    while (terms.size() > 1) contract_best_pair(terms, read.output);
    const Term last = summed(terms[0], [&](int label) { return has(read.output, label); });
    Axes order;
    for (const int label : read.output) order.push_back(last.axis(label));
    const Array result = transpose(last.array, order);
    return dtype == DType::kBool ? not_equal(result, 0) : result;
}

}  // namespace chainerx
