// Which graphs exist, and which of them a thread records.
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "autograd/node.h"
#include "chainerx/error.h"
#include "chainerx/gradient.h"
#include "dispatch/thread_context.h"

namespace chainerx {

namespace {

struct Graphs {
    std::mutex mutex;
    uint64_t next = 1;
    std::map<uint64_t, std::string>
        names;  // of those that have not expired, without the default one
};

Graphs& graphs() {
    static auto* instance = new Graphs;
    return *instance;
}

}  // namespace

std::string BackpropId::name() const {
    if (ordinal_ == 0) return "<default>";
    std::lock_guard lock(graphs().mutex);
    auto found = graphs().names.find(ordinal_);
    return found == graphs().names.end() ? "<expired>" : found->second;
}

bool BackpropId::is_scope_over() const {
    std::lock_guard lock(graphs().mutex);
    return graphs().names.count(ordinal_) == 0;
}

BackpropId make_backprop_id(std::string name) {
    std::lock_guard lock(graphs().mutex);
    const uint64_t ordinal = graphs().next++;
    graphs().names.emplace(ordinal, std::move(name));
    return BackpropId(ordinal);
}

void release_backprop_id(BackpropId id) {
    if (id.ordinal() == 0) throw ChainerxError("backprop: the default graph can't be released");
    check_valid_backprop_id(id);
    std::lock_guard lock(graphs().mutex);
    graphs().names.erase(id.ordinal());
}

BackpropScope::~BackpropScope() {
    std::lock_guard lock(graphs().mutex);
    graphs().names.erase(id_.ordinal());
}

namespace internal {

void throw_expired_backprop_id() {
    throw ChainerxError("backprop: the graph has expired; its scope was left");
}

BackpropModeScope::BackpropModeScope(bool enable, const std::vector<BackpropId>* ids) {
    std::vector<BackpropMode>& modes = thread_context().modes;
    depth_ = modes.size();
    if (ids == nullptr) {
        modes.push_back({enable, 0, UINT64_MAX});
        return;
    }
    for (BackpropId id : *ids) check_valid_backprop_id(id);
    for (BackpropId id : *ids) modes.push_back({enable, id.ordinal(), id.ordinal()});
}

BackpropModeScope::~BackpropModeScope() { thread_context().modes.resize(depth_); }

}  // namespace internal

bool is_backprop_required(BackpropId id) {
    check_valid_backprop_id(id);
    return internal::is_recording(internal::thread_context(), id.ordinal());
}

}  // namespace chainerx
