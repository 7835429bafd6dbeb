// Profiles and regions as programs use them.
#include "chainerx/profile.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "profile/chrome_trace.h"
#include "profile/profile_recorder.h"
#include "profile/profile_table.h"

namespace chainerx {

using internal::CallWatcher;
using internal::ProfileRecorder;
using internal::thread_context;

const char* profile_kind_name(ProfileKind kind) {
    switch (kind) {
        case ProfileKind::kOp:
            return "op";
        case ProfileKind::kKernel:
            return "kernel";
        case ProfileKind::kTransfer:
            return "transfer";
        case ProfileKind::kBackward:
            return "backward";
        case ProfileKind::kProgram:
            return "program";
        case ProfileKind::kRegion:
            return "region";
    }
    return "";
}

Profile::Profile(const ProfileOptions& options)
    : recorder_{std::make_unique<ProfileRecorder>(thread_context(), options.max_events)} {}

namespace {

// The thread that it still watches may be calling it now: it lives on, and nobody reads it.
void abandon(std::unique_ptr<ProfileRecorder> recorder) {
    static std::mutex mutex;
    static auto* abandoned = new std::vector<std::unique_ptr<ProfileRecorder>>;
    const std::lock_guard lock(mutex);
    abandoned->push_back(std::move(recorder));
}

}  // namespace

Profile::~Profile() {
    if (recorder_->is_running() && !recorder_->is_of(thread_context()))
        abandon(std::move(recorder_));
}

void Profile::stop() {
    if (recorder_->is_running() && !recorder_->is_of(thread_context())) {
        throw ChainerxError(
            "profile: stop() was called on another thread than the one that is watched; stop it on "
            "the thread that made it");
    }
    recorder_->stop();
}

const ProfileRecorder& Profile::readable() const {
    if (recorder_->is_running() && !recorder_->is_of(thread_context())) {
        throw ChainerxError(
            "profile: it watches another thread, which may be writing to it; stop it there before "
            "reading it here");
    }
    return *recorder_;
}

int64_t Profile::total_ns() const { return readable().total_ns(); }

size_t Profile::event_count() const { return readable().events().size(); }

uint64_t Profile::dropped_event_count() const { return readable().events().dropped(); }

std::vector<ProfileEntry> Profile::summary() const { return internal::summary_of(readable()); }

std::string Profile::table() const { return internal::table_of(readable()); }

std::string Profile::chrome_trace() const {
    std::string text;
    internal::write_trace(readable(), [&text](std::string_view piece) { text += piece; });
    return text;
}

void Profile::write_chrome_trace(const std::string& path) const {
    const ProfileRecorder& recorder = readable();
    std::ofstream file(path, std::ios::binary);
    internal::write_trace(recorder, [&file](std::string_view piece) {
        file.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    });
    if (!file.flush()) {
        throw ValueError(
            fmt::format("write_chrome_trace: {} can't be written: {}", path, std::strerror(errno)));
    }
}

ProfileRegion::ProfileRegion(std::string_view name) : is_watched_{thread_context().is_watched()} {
    if (!is_watched_) return;
    for (CallWatcher* watcher : thread_context().watchers) watcher->before_region(name);
}

ProfileRegion::~ProfileRegion() {
    if (!is_watched_) return;
    for (CallWatcher* watcher : thread_context().watchers) watcher->after_region();
}

}  // namespace chainerx
