// Memory for the events of a profile, and reading what was packed into it.
#include "profile/event_log.h"

#include <sys/mman.h>

#include <new>

#include "dispatch/op_def.h"

namespace chainerx::internal {

namespace {

// Large pages, where the system has them: most of what an event costs is the first touch of its memory.
void* allocate_chunk(size_t bytes) {
    void* memory = std::aligned_alloc(bytes, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    ::madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

}  // namespace

EventLog::EventLog(size_t limit) : limit_{limit} {
    static_assert(kMostOperands >= kMaxInputs + kMaxOutputs);
    if (limit == 0) return;
    grow_events();
    grow_words();
    // Touched before the clock runs.
    events_.back()[0] = {};
    words_.back()[0] = 0;
}

void EventLog::grow_events() {
    events_.emplace_back(static_cast<Event*>(allocate_chunk(kChunkBytes)));
}

void EventLog::grow_words() {
    words_.emplace_back(static_cast<uint32_t*>(allocate_chunk(kChunkBytes)));
    next_word_ = words_.back().get();
    words_left_ = kChunkBytes / sizeof(uint32_t);
}

const uint32_t* EventLog::read_operand(const uint32_t* word, SeenOperand& operand) {
    const uint32_t head = *word++;
    operand.dtype = {static_cast<uint8_t>(head), static_cast<uint8_t>(head >> 8), 1};
    operand.ndim = static_cast<int32_t>(head >> 16);
    for (int32_t axis = 0; axis < operand.ndim; ++axis) {
        uint64_t extent = *word++;
        if (extent >= kWide) extent = (extent - kWide) << 32 | *word++;
        operand.shape[axis] = static_cast<int64_t>(extent);
    }
    return word;
}

}  // namespace chainerx::internal
