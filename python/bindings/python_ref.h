// Python.h, owned references to Python objects, and the C++ exception that says a Python error is set.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <utility>

namespace chainerx::python {

// Thrown when the Python error indicator is already set; the outermost C++ frame returns nullptr to Python.
struct PythonError {};

// Owns one reference. To be made and destroyed with the GIL held.
class Ref {
public:
    Ref() = default;
    // Takes over a new reference; throws PythonError if it is nullptr.
    static Ref take(PyObject* object) {
        if (object == nullptr) throw PythonError{};
        return Ref{object};
    }
    // Takes over a new reference or nullptr.
    static Ref adopt(PyObject* object) { return Ref{object}; }
    static Ref borrow(PyObject* object) {
        Py_XINCREF(object);
        return Ref{object};
    }
    ~Ref() { Py_XDECREF(object_); }
    Ref(const Ref&) = delete;
    Ref& operator=(const Ref&) = delete;
    Ref(Ref&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}
    Ref& operator=(Ref&& other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }

    PyObject* get() const { return object_; }
    PyObject* release() { return std::exchange(object_, nullptr); }
    explicit operator bool() const { return object_ != nullptr; }

private:
    explicit Ref(PyObject* object) : object_{object} {}
    PyObject* object_ = nullptr;
};

inline void check(int status) {
    if (status < 0) throw PythonError{};
}

// An attribute of a Python module, imported on first use and kept for the life of the process.
class LazyAttribute {
public:
    constexpr LazyAttribute(const char* module, const char* name) : module_{module}, name_{name} {}
    PyObject* get() {
        if (object_ == nullptr) {
            const Ref module = Ref::take(PyImport_ImportModule(module_));
            object_ = Ref::take(PyObject_GetAttrString(module.get(), name_)).release();
        }
        return object_;
    }

private:
    const char* module_;
    const char* name_;
    PyObject* object_ = nullptr;
};

}  // namespace chainerx::python
