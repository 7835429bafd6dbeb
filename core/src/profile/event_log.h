// The events of a profile, those of its thread in the order of their begin, up to a limit: chunks that never move, so that writing one is a few
// stores.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "chainerx/shape.h"
#include "chx/chx_plugin.h"

namespace chainerx::internal {

// What an operand looked like. An optional one that was left out has a dtype of no bits.
struct SeenOperand {
    chx_dtype dtype;
    int32_t ndim;
    int64_t shape[kMaxViewNdim];
};

struct Event {
    int64_t begin_ns, end_ns;
    uint64_t bytes;
    const uint32_t* operands;  // see EventLog::visit_operands
    uint32_t row;
    uint8_t n_inputs;
    uint8_t n_outputs;
    uint8_t steps;  // bit per FallbackStep
    uint8_t track;  // 0: the thread; else see DeviceTimer
};

class EventLog {
public:
    explicit EventLog(size_t limit);

    // nullptr if there is no more room.
    Event* add(uint32_t row) {
        if (size_ == limit_) {
            ++dropped_;
            return nullptr;
        }
        if (size_ == events_.size() * kEventsPerChunk) grow_events();
        Event* event = &events_.back()[size_++ % kEventsPerChunk];
        if (words_left_ < kMostWords) grow_words();
        *event = {0, 0, 0, next_word_, row, 0, 0, 0, 0};
        return event;
    }

    // Appends an operand to the event that was added last; at most kMostOperands of them.
    void add_operand(chx_dtype dtype, int32_t ndim, const int64_t* shape) {
        uint32_t* word = next_word_;
        *word++ = dtype.code | uint32_t{dtype.bits} << 8 | static_cast<uint32_t>(ndim) << 16;
        for (int32_t axis = 0; axis < ndim; ++axis) {
            // Two words for the few extents that need them; the highest bit of the first says so.
            const auto extent = static_cast<uint64_t>(shape[axis]);
            if (extent >= kWide) *word++ = kWide | static_cast<uint32_t>(extent >> 32);
            *word++ = static_cast<uint32_t>(extent);
        }
        words_left_ -= word - next_word_;
        next_word_ = word;
    }

    size_t size() const { return size_; }
    uint64_t dropped() const { return dropped_; }
    const Event& operator[](size_t i) const {
        return events_[i / kEventsPerChunk][i % kEventsPerChunk];
    }

    // Calls function with the position and look of the event's inputs, then of its outputs.
    template <typename Function>
    static void visit_operands(const Event& event, Function function) {
        const uint32_t* word = event.operands;
        for (int i = 0; i < event.n_inputs + event.n_outputs; ++i) {
            SeenOperand operand;
            word = read_operand(word, operand);
            function(i, operand);
        }
    }

private:
    static constexpr uint64_t kWide = uint64_t{1} << 31;
    static constexpr int64_t kMostOperands = 72;
    static constexpr int64_t kMostWords = kMostOperands * (1 + 2 * kMaxViewNdim);
    static constexpr size_t kChunkBytes = 1 << 21;
    static constexpr size_t kEventsPerChunk = kChunkBytes / sizeof(Event);

    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };
    template <typename T>
    using Chunk = std::unique_ptr<T[], Free>;

    static const uint32_t* read_operand(const uint32_t* word, SeenOperand& operand);
    void grow_events();
    void grow_words();

    const size_t limit_;
    size_t size_ = 0;
    uint64_t dropped_ = 0;
    std::vector<Chunk<Event>> events_;
    std::vector<Chunk<uint32_t>> words_;
    uint32_t* next_word_ = nullptr;
    int64_t words_left_ = 0;
};

}  // namespace chainerx::internal
