// What a Program is before it is made ready to run: kernel calls in order, on views of buffers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chainerx/array.h"
#include "device/storage.h"
#include "dispatch/kernel_table.h"
#include "dispatch/op_def.h"

namespace chainerx::internal {

struct DeviceState;
struct GradSlot;

// One reference to a storage.
class StorageRef {
public:
    StorageRef() = default;
    explicit StorageRef(Storage* storage) : storage_{storage} {
        if (storage != nullptr) retain(storage);
    }
    StorageRef(const StorageRef& other) : StorageRef(other.storage_) {}
    StorageRef(StorageRef&& other) noexcept : storage_{std::exchange(other.storage_, nullptr)} {}
    StorageRef& operator=(StorageRef other) noexcept {
        std::swap(storage_, other.storage_);
        return *this;
    }
    ~StorageRef() {
        if (storage_ != nullptr) release(storage_);
    }
    Storage* get() const { return storage_; }

private:
    Storage* storage_ = nullptr;
};

// Where the elements of a buffer come from when the Program runs.
enum class Origin : uint8_t {
    kInternal,  // written by the Program itself before it is read
    kArgument,  // an argument's storage; offsets count from its first element
    kOutside,   // an array that the function reached by itself: the same storage at every run
    kConstant,  // made while recording from numbers that the host knew
    kCell,  // the same storage at every run, filled anew by a source before each: counters, hyper-parameters
    kSlot,  // the gradient of an array that is alive outside
};

// What fills a cell before each run.
using CellSource = std::function<void(void* bytes)>;

struct Buffer {
    Origin origin = Origin::kInternal;
    int argument = -1;  // kArgument: which; kSlot: index into slots
    DeviceState* device = nullptr;
    StorageRef storage;  // as recorded; of kOutside, kConstant and kCell for good
    int64_t base = 0;    // where views' offsets count from, bytes into the storage
    int64_t bytes = 0;   // extent that views reach
    bool is_external() const {
        return origin == Origin::kArgument || origin == Origin::kOutside || origin == Origin::kSlot;
    }
};

// An operand: elements of a buffer, a number, or nothing.
struct View {
    enum class Kind : uint8_t { kNothing, kNumber, kElements };
    Kind kind = Kind::kNothing;
    DType dtype{};
    bool is_readonly = false;
    bool is_single =
        false;  // shown to the kernel as a number: one element of memory that the host reaches
    int buffer = -1;
    int64_t offset = 0;  // bytes from the buffer's base to the element with index (0, ..., 0)
    Shape shape;
    Strides strides;
    alignas(16) char number[16] = {};

    bool is_elements() const { return kind == Kind::kElements; }
    bool is_number() const { return kind == Kind::kNumber; }
    int64_t numel() const { return total_size(shape); }
    bool is_contiguous() const;
    // Bytes before and after the first element that the view reaches: [low, high).
    int64_t low() const;
    int64_t high() const;
};
bool operator==(const View& a, const View& b);
// Two views are equal if these are.
std::string key_of(const View& view);

enum class StepKind : uint8_t {
    kKernel,    // one kernel, chosen already
    kDoor,      // through the door again at every run: the host computes it
    kTransfer,  // all elements to another device
};

struct Step {
    StepKind kind = StepKind::kKernel;
    const OpDef* op = nullptr;
    const Kernel* kernel = nullptr;
    DeviceState* device = nullptr;
    std::vector<View> inputs, outputs;
    std::vector<std::byte> attrs;

    template <typename T>
    const T& attrs_as() const {
        return *reinterpret_cast<const T*>(attrs.data());
    }
};

// What becomes of the gradient of an array that is alive outside.
struct SlotUse {
    std::shared_ptr<GradSlot> slot;  // one of its references
    bool is_checked = false;  // whether the Program depends on it being empty or not at the start
    bool was_empty = true;
    int buffer = -1;  // of its gradient at the start, if that is read
    bool is_written = false;
    View final;  // kNothing: empty in the end
};

struct ProgramIr {
    std::vector<Buffer> buffers;
    std::vector<Step> steps;
    std::vector<View> results;  // elements of any buffer
    std::vector<SlotUse> slots;
    std::vector<std::pair<int, CellSource>> cells;  // buffer, in the order in which they were made
    std::vector<std::function<bool()>> guards;  // whether what it depends on is as when recording
    std::vector<std::function<void()>> before_run;  // what the host does first, like counting steps
};

}  // namespace chainerx::internal
