// The events of a profile in the order of their begin, up to a limit: chunks that never move, so that writing one is a few
// stores.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

// What an operand looked like: the dtype of a missing one has no bits.
struct SeenOperand {
    chx_dtype dtype;
    int32_t ndim;
    const int64_t* shape;
};

struct Event {
    int64_t begin_ns, end_ns;
    uint64_t bytes;
    const int64_t* operands;  // see EventLog::visit_operands; nullptr: none
    uint32_t row;
    uint16_t n_inputs;
    uint8_t n_outputs;
    uint8_t steps;  // bit per FallbackStep
};

class EventLog {
public:
    explicit EventLog(size_t limit) : limit_{limit} {}

    // nullptr if there is no more room.
    Event* add(uint32_t row) {
        if (size_ == limit_) {
            ++dropped_;
            return nullptr;
        }
        if (size_ % kEventsPerChunk == 0) grow();
        Event* event = &chunks_.back()[size_++ % kEventsPerChunk];
        *event = {0, 0, 0, nullptr, row, 0, 0, 0};
        return event;
    }

    // Appends an operand to the last event.
    void add_operand(Event& event, chx_dtype dtype, int32_t ndim, const int64_t* shape) {
        if (words_left_ < 1 + ndim) grow_words(event);
        if (event.operands == nullptr) event.operands = next_word_;
        *next_word_++ = static_cast<int64_t>(dtype.code) | static_cast<int64_t>(dtype.bits) << 8 |
                        static_cast<int64_t>(dtype.lanes) << 16 | static_cast<int64_t>(ndim) << 32;
        next_word_ = std::copy_n(shape, ndim, next_word_);
        words_left_ -= 1 + ndim;
    }

    size_t size() const { return size_; }
    uint64_t dropped() const { return dropped_; }
    const Event& operator[](size_t i) const {
        return chunks_[i / kEventsPerChunk][i % kEventsPerChunk];
    }

    // Calls function with the event's inputs, then with its outputs.
    template <typename Function>
    static void visit_operands(const Event& event, Function function) {
        const int64_t* word = event.operands;
        for (int i = 0; i < event.n_inputs + event.n_outputs; ++i) {
            const int64_t head = *word++;
            const SeenOperand operand{{static_cast<uint8_t>(head & 0xff),
                                       static_cast<uint8_t>(head >> 8 & 0xff),
                                       static_cast<uint16_t>(head >> 16 & 0xffff)},
                                      static_cast<int32_t>(head >> 32),
                                      word};
            function(i, operand);
            word += operand.ndim;
        }
    }

private:
    static constexpr size_t kEventsPerChunk = 4096;
    static constexpr int64_t kWordsPerChunk = 1 << 16;

    void grow();
    // Moves the operands that the event has so far, since they lie side by side.
    void grow_words(Event& event);

    const size_t limit_;
    size_t size_ = 0;
    uint64_t dropped_ = 0;
    std::vector<std::unique_ptr<Event[]>> chunks_;
    std::vector<std::unique_ptr<int64_t[]>> words_;
    int64_t* next_word_ = nullptr;
    int64_t words_left_ = 0;
};

}  // namespace chainerx::internal
