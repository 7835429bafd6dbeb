// Reading the subscripts of einsum, by NumPy's rules.
#include "ops/einsum_subscripts.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "chainerx/error.h"

namespace chainerx::internal {

namespace {

constexpr std::string_view kEllipsis = "...";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string without_spaces(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c != ' ') result.push_back(c);
    }
    return result;
}

std::vector<std::string_view> split_terms(std::string_view text) {
    std::vector<std::string_view> terms;
    while (true) {
        const size_t comma = text.find(',');
        terms.push_back(text.substr(0, comma));
        if (comma == std::string_view::npos) return terms;
        text.remove_prefix(comma + 1);
    }
}

// Letters and at most one ellipsis.
void check_term(std::string_view term, std::string_view subscripts) {
    const size_t dots = term.find(kEllipsis);
    for (size_t i = 0; i < term.size(); ++i) {
        const bool is_dot = dots != std::string_view::npos && i >= dots && i < dots + 3;
        if (is_dot || is_letter(term[i])) continue;
        throw ValueError(
            fmt::format("einsum: '{}' in the subscripts '{}'; expected letters, commas, '->' and "
                        "at most one '...' per operand",
                        term[i],
                        subscripts));
    }
}

int count_letters(std::string_view term) {
    return static_cast<int>(std::count_if(term.begin(), term.end(), is_letter));
}

bool has_ellipsis(std::string_view term) { return term.find(kEllipsis) != std::string_view::npos; }

// n_ellipsis: how many axes the ellipsis stands for.
Labels labels_of(std::string_view term, int n_ellipsis) {
    Labels labels;
    for (size_t i = 0; i < term.size(); ++i) {
        if (is_letter(term[i])) {
            labels.push_back(term[i]);
        } else {
            for (int axis = -n_ellipsis; axis < 0; ++axis) labels.push_back(axis);
            i += 2;
        }
    }
    return labels;
}

int ellipsis_axes(std::string_view term, size_t operand, const Array& array) {
    const int rest = array.ndim() - count_letters(term);
    if (rest == 0 || (rest > 0 && has_ellipsis(term))) return rest;
    throw DimensionError(
        fmt::format("einsum: operand {} has shape {} and the subscripts '{}'; expected one letter "
                    "per dimension{}",
                    operand,
                    to_string(array.shape()),
                    term,
                    rest > 0 ? ", or '...' for those without one" : ""));
}

// All axes of the ellipses, then the letters that occur once, in alphabetical order.
Labels implied_output(const std::vector<Labels>& inputs, int n_ellipsis) {
    std::vector<int> letters;
    for (const Labels& labels : inputs) {
        std::copy_if(labels.begin(), labels.end(), std::back_inserter(letters), [](int label) {
            return label > 0;
        });
    }
    std::sort(letters.begin(), letters.end());
    Labels output;
    for (int axis = -n_ellipsis; axis < 0; ++axis) output.push_back(axis);
    for (const int label : letters) {
        if (std::count(letters.begin(), letters.end(), label) == 1) output.push_back(label);
    }
    return output;
}

void check_output(std::string_view term,
                  std::string_view subscripts,
                  const std::vector<Labels>& inputs,
                  int n_ellipsis) {
    check_term(term, subscripts);
    if (n_ellipsis > 0 && !has_ellipsis(term)) {
        throw ValueError(
            fmt::format("einsum: the output of '{}' has no '...' for the axes that stand for those "
                        "of the operands; expected one",
                        subscripts));
    }
    for (const char letter : term) {
        if (!is_letter(letter)) continue;
        const bool is_input = std::any_of(inputs.begin(), inputs.end(), [&](const Labels& labels) {
            return std::find(labels.begin(), labels.end(), letter) != labels.end();
        });
        if (is_input && std::count(term.begin(), term.end(), letter) == 1) continue;
        throw ValueError(
            fmt::format("einsum: '{}' in the output of '{}'; expected letters of the operands, "
                        "each once",
                        letter,
                        subscripts));
    }
}

}  // namespace

EinsumSubscripts read_subscripts(std::string_view subscripts, const std::vector<Array>& operands) {
    const std::string text = without_spaces(subscripts);
    const size_t arrow = text.find("->");
    const std::vector<std::string_view> terms =
        split_terms(std::string_view(text).substr(0, arrow));
    if (operands.empty() || terms.size() != operands.size()) {
        throw ValueError(fmt::format("einsum: {} operands for the subscripts '{}', which are of {}",
                                     operands.size(),
                                     subscripts,
                                     terms.size()));
    }
    EinsumSubscripts result;
    int n_ellipsis = 0;
    for (size_t i = 0; i < terms.size(); ++i) {
        check_term(terms[i], subscripts);
        const int n = ellipsis_axes(terms[i], i, operands[i]);
        n_ellipsis = std::max(n_ellipsis, n);
        result.inputs.push_back(labels_of(terms[i], n));
    }
    if (arrow == std::string::npos) {
        result.output = implied_output(result.inputs, n_ellipsis);
        return result;
    }
    const std::string_view output = std::string_view(text).substr(arrow + 2);
    check_output(output, subscripts, result.inputs, n_ellipsis);
    result.output = labels_of(output, n_ellipsis);
    return result;
}

}  // namespace chainerx::internal
