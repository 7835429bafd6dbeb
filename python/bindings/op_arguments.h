// Arguments of functions called by vectorcall: matched with their names and converted, without a tuple or a dict.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "chainerx/array.h"
#include "device.h"
#include "error.h"
#include "ndarray.h"
#include "small_int.h"

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
    OtherName other_names[2] = {};                   // that arguments have as keywords, too
    mutable PyObject* interned[kMaxArguments] = {};  // names as Python strings, made on first use
};

class Arguments {
public:
    // self: an ndarray, which then is the first argument, or a module. Throws PythonError (TypeError).
    template <const Signature& signature>
    [[gnu::always_inline]] void bind(PyObject* self,
                                     PyObject* const* args,
                                     Py_ssize_t n_args,
                                     PyObject* keyword_names) {
        constexpr int kRequired = signature.n_required, kSpread = signature.spread;
        constexpr int kMost = kSpread >= 0 ? kSpread : signature.n_positional;
        constexpr int kLeast = kRequired < kMost ? kRequired : kMost;
        // Positional arguments alone can be enough.
        constexpr bool kIsPlain =
            kRequired <= (kSpread >= 0 ? kSpread + 1 : signature.n_positional);
        const Py_ssize_t first = is_ndarray(self) ? 1 : 0;
        Py_ssize_t n = n_args + first;
        if (!kIsPlain || keyword_names != nullptr || n < kRequired || (kSpread < 0 && n > kMost)) {
            bind_any(signature, self, args, n_args, keyword_names);
            return;
        }
        signature_ = &signature;
        if (kSpread >= 0 && n > kSpread) {
            rest_ = args + (kSpread - first);
            n_rest_ = n - kSpread;
            n = kSpread;
        }
        const auto argument = [&](int i) -> PyObject* {
            if (i == 0 && first != 0) return self;
            return i < kLeast || (i < kMost && i < n) ? args[i - first] : nullptr;
        };
        [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
            ((values_[i] = argument(i)), ...);
        }(std::make_integer_sequence<int, signature.size>());
    }

    bool has(int i) const { return values_[i] != nullptr; }
    bool is_none(int i) const { return values_[i] == nullptr || values_[i] == Py_None; }
    PyObject* object(int i) const { return values_[i]; }

    const Array& array(int i) const {
        if (!is_ndarray(values_[i]))
            throw_wrong(i, "a chainerx.ndarray", "convert it with chainerx.array()");
        return array_of(values_[i]);
    }
    const Array& optional_array(int i) const {
        return has(i) && is_ndarray(values_[i]) ? array_of(values_[i]) : absent_array(i);
    }
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
    Dims ints(int i) const {
        Dims result;
        int64_t value;
        if (as_small_int(values_[i], &value)) {
            result.push_back(value);
        } else {
            append_ints(i, values_[i], &result);
        }
        return result;
    }
    Dims ints(int i, std::initializer_list<int64_t> fallback) const {
        return has(i) ? ints(i) : Dims(fallback);
    }
    std::optional<Dims> optional_ints(int i) const {
        if (is_none(i)) return std::nullopt;
        return some_ints(i, values_[i]);
    }
    // The same for any number of integers.
    std::vector<int64_t> int_list(int i) const;
    // ints() for an argument that `spread` gathers; nothing if it is absent or None.
    std::optional<Dims> spread_ints(int i) const;
    Dims required_spread_ints(int i) const {
        Dims result;
        if (n_rest_ >= 2) {
            Py_ssize_t k = 0;
            int64_t value;
            for (; k < n_rest_ && as_small_int(rest_[k], &value); ++k) result.push_back(value);
            if (k == n_rest_) return result;
        }
        set_spread_ints(i, &result);
        return result;
    }

    DType dtype(int i) const;
    DType dtype(int i, DType fallback) const { return has(i) ? dtype(i) : fallback; }
    std::optional<DType> optional_dtype(int i) const {
        return optional<DType>(i, [&] { return dtype(i); });
    }
    Device* device(int i) const { return has(i) ? to_optional_device(values_[i]) : nullptr; }
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
    // The null array; throws if there is something else.
    const Array& absent_array(int i) const;
    // bind() for all cases.
    void bind_any(const Signature& signature,
                  PyObject* self,
                  PyObject* const* args,
                  Py_ssize_t n_args,
                  PyObject* keyword_names);
    void bind_keywords(PyObject* const* values, PyObject* names, int first);
    void set_spread_ints(int i, Dims* result) const;
    template <typename Integers>
    void append_ints(int i, PyObject* object, Integers* result) const;
    std::optional<Dims> some_ints(int i, PyObject* object) const;
    [[noreturn]] void throw_too_many(Py_ssize_t given) const;
    [[noreturn]] void throw_missing(int i) const;

    const Signature* signature_;
    PyObject* values_[kMaxArguments];
    PyObject* const* rest_ = nullptr;
    Py_ssize_t n_rest_ = 0;
};

// Runs a function on its arguments; turns exceptions into Python's. Inline, though other functions of its size are not.
template <const Signature& signature, typename Function>
[[gnu::always_inline]] inline PyObject* call(PyObject* self,
                                             PyObject* const* args,
                                             Py_ssize_t n_args,
                                             PyObject* keyword_names,
                                             Function function) noexcept {
    return guarded([&]() __attribute__((always_inline)) -> PyObject* {
        Arguments arguments;
        arguments.bind<signature>(self, args, n_args, keyword_names);
        return function(std::as_const(arguments));
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
