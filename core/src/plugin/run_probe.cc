// Starts chainerx-probe and makes sense of how it ends.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include <fmt/format.h>

#include "chainerx/log.h"
#include "plugin/plugin_probe.h"

extern char** environ;

namespace chainerx::internal {
namespace {

using Clock = std::chrono::steady_clock;

// How long a process may take to end after it has closed its side of the pipe.
constexpr std::chrono::milliseconds kToEnd{500};
constexpr int kChannel = 3;

class Pipe {
public:
    Pipe() {
        if (pipe2(ends_, O_CLOEXEC) != 0) {
            ends_[0] = ends_[1] = -1;
        }
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    bool is_open() const { return ends_[0] >= 0; }
    int reading() const { return ends_[0]; }
    int writing() const { return ends_[1]; }
    void close_writing() { close_end(1); }

private:
    void close_end(int i) {
        if (ends_[i] >= 0) {
            close(ends_[i]);
            ends_[i] = -1;
        }
    }
    int ends_[2];
};

// 0: it could not be started. In a process group of its own, with no signal blocked or ignored and nothing to say.
pid_t start(const ProbeSettings& settings, const std::string& library, const Pipe& pipe) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, pipe.writing(), kChannel);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::string program = settings.program.string();
    std::string path = library;
    std::string channel = std::to_string(kChannel);
    char* const arguments[] = {program.data(), path.data(), channel.data(), nullptr};
    pid_t child = 0;
    if (posix_spawn(&child, program.c_str(), &actions, &attributes, arguments, environ) != 0) {
        child = 0;
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

struct Heard {
    std::string text;
    bool is_late = false;
    bool has(const char* line) const { return text.find(line) != text.npos; }
    bool is_settled() const { return has("done\n") || has("refused\n"); }
};

Heard listen(int channel, std::chrono::milliseconds limit) {
    Heard heard;
    const Clock::time_point deadline = Clock::now() + limit;
    while (!heard.is_settled()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) {
            heard.is_late = true;
            return heard;
        }
        pollfd waiting{channel, POLLIN, 0};
        const int ready = poll(&waiting, 1, static_cast<int>(left));
        if (ready <= 0) {
            continue;  // the deadline or a signal
        }
        char buffer[256];
        const ssize_t count = read(channel, buffer, sizeof buffer);
        if (count == 0) {
            return heard;
        }
        if (count > 0) {
            heard.text.append(buffer, static_cast<std::size_t>(count));
        }
    }
    return heard;
}

// Its wait status; -1 if the program's own handling of children was faster. Leaves no process behind.
int reap(pid_t child, bool is_to_be_killed) {
    int status = -1;
    const Clock::time_point deadline = Clock::now() + kToEnd;
    if (is_to_be_killed) {
        kill(-child, SIGKILL);
    }
    for (;;) {
        const pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child) {
            break;
        }
        if (ended < 0 && errno != EINTR) {
            status = -1;
            break;
        }
        if (Clock::now() >= deadline) {
            kill(-child, SIGKILL);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    kill(-child, SIGKILL);  // what it may have started itself
    return status;
}

std::string ending_text(int status) {
    if (status != -1 && WIFSIGNALED(status)) {
        return fmt::format(
            "crashed with {} (signal {})", strsignal(WTERMSIG(status)), WTERMSIG(status));
    }
    if (status != -1 && WIFEXITED(status)) {
        return fmt::format("ended with exit code {}", WEXITSTATUS(status));
    }
    return "ended";
}

const char* stage_text(const Heard& heard) {
    if (heard.has("queried\n")) {
        return "when its descriptor was read";
    }
    return heard.has("opened\n") ? "in its query" : "while it was loaded";
}

}  // namespace

std::string run_probe(const ProbeSettings& settings, const std::filesystem::path& library) {
    Pipe pipe;
    const pid_t child = pipe.is_open() ? start(settings, library.string(), pipe) : 0;
    if (child == 0) {
        log(kLogDebug,
            "chainerx.plugin",
            fmt::format("{} can't be started: {} is loaded without a first look",
                        settings.program.string(),
                        library.string()));
        return {};
    }
    pipe.close_writing();
    const Heard heard = listen(pipe.reading(), settings.limit);
    const int status = reap(child, heard.is_late);
    // Before "started" the fault is not the library's.
    if (heard.is_settled() || !heard.has("started\n")) {
        return {};
    }
    if (heard.is_late) {
        return fmt::format("a process that looked at it hung {} for {} ms",
                           stage_text(heard),
                           settings.limit.count());
    }
    return fmt::format("a process that looked at it {} {}", ending_text(status), stage_text(heard));
}

}  // namespace chainerx::internal
