// Messages of the core, kept until Python's main thread hands them to the logging module.
#include "chainerx/log.h"

#include <deque>
#include <mutex>
#include <string>
#include <utility>

#include <pybind11/pybind11.h>

#include "bindings.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

constexpr size_t kCapacity = 1000;

struct Queue {
    std::mutex mutex;
    std::deque<LogRecord> records;
    size_t dropped = 0;
    bool is_drain_pending = false;
};

Queue& queue() {
    static auto* instance = new Queue();  // messages may come during exit
    return *instance;
}

PyObject* forward_function = nullptr;  // chainerx._logging.forward

std::deque<LogRecord> take_records() {
    const std::lock_guard<std::mutex> lock(queue().mutex);
    queue().is_drain_pending = false;
    if (queue().dropped > 0) {
        queue().records.push_back(
            {kLogWarning, "log", std::to_string(queue().dropped) + " messages were lost"});
        queue().dropped = 0;
    }
    return std::exchange(queue().records, {});
}

// Whatever the bytes are, they become text.
PyObject* decode(const std::string& text) {
    return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
}

// Runs on Python's main thread, with its lock, between two bytecodes.
int drain(void*) {
    for (const LogRecord& record : take_records()) {
        if (forward_function == nullptr) continue;
        PyObject* result = PyObject_CallFunction(
            forward_function, "iNN", record.level, decode(record.component), decode(record.text));
        if (result == nullptr) PyErr_WriteUnraisable(forward_function);
        Py_XDECREF(result);
    }
    return 0;
}

// Called from any thread, with or without Python's lock; calls no Python code.
void enqueue(int level, std::string_view component, std::string_view text) {
    bool is_first = false;
    {
        const std::lock_guard<std::mutex> lock(queue().mutex);
        if (queue().records.size() >= kCapacity) {
            ++queue().dropped;
        } else {
            queue().records.push_back({level, std::string(component), std::string(text)});
        }
        is_first = !std::exchange(queue().is_drain_pending, true);
    }
    if (!is_first || Py_AddPendingCall(drain, nullptr) == 0) return;
    const std::lock_guard<std::mutex> lock(queue().mutex);
    queue().is_drain_pending = false;  // Python's own queue is full; the next message tries again
}

}  // namespace

void add_logging(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    m.def(
        "_start_logging",
        [](const py::function& forward) {
            forward_function = py::function(forward).release().ptr();
            set_log_sink(enqueue);
        },
        "Hands messages to forward(level, component, text) from now on.");
    m.def(
        "_stop_logging",
        [] {
            set_log_sink({});
            drain(nullptr);
            Py_CLEAR(forward_function);
        },
        "Hands over what is left; later messages go to standard error.");
    m.def("_flush_log", [] { drain(nullptr); });
    m.def("_log", [](int level, const std::string& component, const std::string& text) {
        log(level, component, text);
    });
    m.def("_set_log_level", &set_log_level);
    m.def("_log_level", &log_level);
}

}  // namespace chainerx::python
