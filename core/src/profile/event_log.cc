// Taking more memory for the events of a profile.
#include "profile/event_log.h"

namespace chainerx::internal {

// The memory is left as it is: its pages are touched when events come.
void EventLog::grow() { chunks_.emplace_back(new Event[kEventsPerChunk]); }

void EventLog::grow_words(Event& event) {
    words_.emplace_back(new int64_t[kWordsPerChunk]);
    int64_t* begin = words_.back().get();
    int64_t* end = begin;
    if (event.operands != nullptr) {
        end = std::copy(event.operands, static_cast<const int64_t*>(next_word_), begin);
        event.operands = begin;
    }
    next_word_ = end;
    words_left_ = kWordsPerChunk - (end - begin);
}

}  // namespace chainerx::internal
