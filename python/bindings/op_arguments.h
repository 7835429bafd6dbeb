// Arguments of functions called by vectorcall: matched with their names and converted, without a tuple or a dict.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "chainerx/array.h"
#include "error.h"
#include "ndarray.h"

namespace chainerx::python {

inline constexpr int kMaxArguments = 12;

// What a function accepts. Arguments from n_positional on are keyword-only. The argument `spread`, if it is not -1, also
// takes several positional arguments: reshape(2, 3), meshgrid(x, y, z).
struct Signature {
    const char* function;
    int size, n_required, n_positional, spread;
    const char* names[kMaxArguments];
    struct OtherName {
        const char* name;  // nullptr: none
        int argument;
    };
    OtherName other_names[2] = {};           // that arguments have as keywords, too
    PyObject* interned[kMaxArguments] = {};  // names as Python strings, made on first use
};

class Arguments {
public:
    // self: an ndarray, which then is the first argument, or anything else. Throws PythonError (TypeError).
    [[gnu::always_inline]] Arguments(Signature& signature,
                                     PyObject* self,
                                     PyObject* const* args,
                                     Py_ssize_t n_args,
                                     PyObject* keyword_names) {
        const int first = self != nullptr && is_ndarray(self) ? 1 : 0;
        signature_ = &signature;
        values_[0] = self;
        for (int i = first; i < signature.size; ++i) values_[i] = nullptr;
        if (signature.spread >= 0 && n_args > signature.spread - first) {
            rest_ = args + (signature.spread - first);
            n_rest_ = n_args - (signature.spread - first);
            n_args = signature.spread - first;
        }
        if (n_args > signature.n_positional - first) throw_too_many(n_args + first);
        for (Py_ssize_t i = 0; i < n_args; ++i) values_[first + i] = args[i];
        if (keyword_names != nullptr) bind_keywords(args + n_args + n_rest_, keyword_names, first);
        for (int i = first; i < signature.n_required; ++i) {
            if (values_[i] == nullptr && !(i == signature.spread && n_rest_ > 0)) throw_missing(i);
        }
    }

    bool has(int i) const { return values_[i] != nullptr; }
    bool is_none(int i) const { return values_[i] == nullptr || values_[i] == Py_None; }
    PyObject* object(int i) const { return values_[i]; }

    const Array& array(int i) const {
        if (!is_ndarray(values_[i]))
            throw_wrong(i, "a chainerx.ndarray", "convert it with chainerx.array()");
        return array_of(values_[i]);
    }
    const Array& optional_array(int i) const;
    Operand operand(int i) const;
    Operand operand(int i, const Scalar& fallback) const {
        return has(i) ? operand(i) : Operand(fallback);
    }
    Operand optional_operand(int i) const { return is_none(i) ? Operand() : operand(i); }
    // A list or tuple of arrays, or the arguments that `spread` gathered.
    std::vector<Array> arrays(int i) const;

    int64_t integer(int i) const;
    int64_t integer(int i, int64_t fallback) const { return has(i) ? integer(i) : fallback; }
    std::optional<int64_t> optional_integer(int i) const {
        return optional<int64_t>(i, [&] { return integer(i); });
    }
    // The offset of a diagonal: an integer of any size, those beyond all arrays as one that is.
    int64_t offset(int i) const;
    int64_t offset(int i, int64_t fallback) const { return has(i) ? offset(i) : fallback; }
    double number(int i) const;
    double number(int i, double fallback) const { return has(i) ? number(i) : fallback; }
    std::optional<double> optional_number(int i) const {
        return optional<double>(i, [&] { return number(i); });
    }
    bool boolean(int i) const;
    bool boolean(int i, bool fallback) const { return has(i) ? boolean(i) : fallback; }
    std::optional<bool> optional_boolean(int i) const {
        return optional<bool>(i, [&] { return boolean(i); });
    }
    Scalar scalar(int i) const;
    std::optional<Scalar> optional_scalar(int i) const {
        return optional<Scalar>(i, [&] { return scalar(i); });
    }

    // An integer or a sequence of integers.
    Dims ints(int i) const;
    Dims ints(int i, std::initializer_list<int64_t> fallback) const {
        return has(i) ? ints(i) : Dims(fallback);
    }
    std::optional<Dims> optional_ints(int i) const {
        return optional<Dims>(i, [&] { return ints(i); });
    }
    // The same for any number of integers.
    std::vector<int64_t> int_list(int i) const;
    // ints() for an argument that `spread` gathers; nothing if it is absent or None.
    std::optional<Dims> spread_ints(int i) const;
    Dims required_spread_ints(int i) const;

    DType dtype(int i) const;
    DType dtype(int i, DType fallback) const { return has(i) ? dtype(i) : fallback; }
    std::optional<DType> optional_dtype(int i) const {
        return optional<DType>(i, [&] { return dtype(i); });
    }
    Device* device(int i) const;
    std::string_view string(int i) const;
    std::string_view string(int i, std::string_view fallback) const {
        return has(i) ? string(i) : fallback;
    }
    std::string_view optional_string(int i) const {
        return is_none(i) ? std::string_view() : string(i);
    }

    // Throws TypeError: "sum: argument 'axis' is 'a' (str); expected an integer".
    [[noreturn]] void throw_wrong(int i, const char* expected, const char* advice = nullptr) const;

private:
    template <typename T, typename Convert>
    std::optional<T> optional(int i, Convert convert) const {
        return is_none(i) ? std::nullopt : std::optional<T>(convert());
    }
    void bind_keywords(PyObject* const* values, PyObject* names, int first);
    template <typename Integers>
    Integers sequence_of_ints(int i, PyObject* object) const;
    [[noreturn]] void throw_too_many(Py_ssize_t given) const;
    [[noreturn]] void throw_missing(int i) const;

    Signature* signature_;
    PyObject* values_[kMaxArguments];
    PyObject* const* rest_ = nullptr;
    Py_ssize_t n_rest_ = 0;
};

// Runs a function on its arguments; turns exceptions into Python's. Inline, though other functions of its size are not.
template <typename Function>
[[gnu::always_inline]] inline PyObject* call(Signature& signature,
                                             PyObject* self,
                                             PyObject* const* args,
                                             Py_ssize_t n_args,
                                             PyObject* keyword_names,
                                             Function function) noexcept {
    return guarded([&]() -> PyObject* {
        const Arguments arguments{signature, self, args, n_args, keyword_names};
        return function(arguments);
    });
}

using FastFunction = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);
inline PyMethodDef method_def(const char* name, FastFunction function, const char* doc) {
    return {name,
            reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function)),
            METH_FASTCALL | METH_KEYWORDS,
            doc};
}

}  // namespace chainerx::python
