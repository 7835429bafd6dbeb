// Implements children with fork, a pipe for the answer and a file in memory for what they print.
#include "child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

namespace conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostOutput = 2500;

// Tells the answer of a child that returned from one that ended on the way.
constexpr char kEndMark = '\4';

void write_all(int fd, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t n = write(fd, text.data() + done, text.size() - done);
        if (n < 0 && errno != EINTR) return;
        if (n > 0) done += static_cast<std::size_t>(n);
    }
}

[[noreturn]] void be_child(const std::function<std::string()>& function,
                           int answer,
                           int output,
                           bool ends_by_exit) {
    setpgid(0, 0);
    if (output >= 0) dup2(output, STDERR_FILENO);
    write_all(answer, function() + kEndMark);
    std::fflush(nullptr);
    if (ends_by_exit) {
        close(answer);
        std::exit(0);
    }
    _exit(0);
}

std::string read_at(int fd, off_t offset, std::size_t bytes) {
    std::string text(bytes, '\0');
    const ssize_t n = pread(fd, text.data(), text.size(), offset);
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
}

// Reports of sanitizers say what it is about first and sum up last.
std::string shortened_file(int fd) {
    if (fd < 0) return {};
    const off_t size = lseek(fd, 0, SEEK_END);
    if (size <= static_cast<off_t>(2 * kMostOutput)) return read_at(fd, 0, 2 * kMostOutput);
    return read_at(fd, 0, kMostOutput) + "\n...\n" +
           read_at(fd, size - static_cast<off_t>(kMostOutput), kMostOutput);
}

// Waits for the child's end until the deadline; its status, or -1.
int wait_for(pid_t child, Clock::time_point deadline) {
    for (;;) {
        int status = 0;
        if (waitpid(child, &status, WNOHANG) == child) return status;
        if (Clock::now() >= deadline) return -1;
        const timespec pause{0, 1'000'000};
        nanosleep(&pause, nullptr);
    }
}

// Reads until every writer has closed the pipe, or the answer is whole, or the deadline.
std::string read_answer(int fd, Clock::time_point deadline) {
    std::string answer;
    while (answer.empty() || answer.back() != kEndMark) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd waiting{fd, POLLIN, 0};
        if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) <= 0) break;
        char buffer[4096];
        const ssize_t n = read(fd, buffer, sizeof buffer);
        if (n <= 0) break;
        answer.append(buffer, static_cast<std::size_t>(n));
    }
    return answer;
}

}  // namespace

std::string describe_ending(const ChildResult& result, double timeout) {
    switch (result.ending) {
        case ChildResult::Ending::kReturned:
            return {};
        case ChildResult::Ending::kExited:
            return fmt::format("the process ended with exit status {} in the middle", result.code);
        case ChildResult::Ending::kKilled:
            return fmt::format("crashed: signal {} ({})", result.code, strsignal(result.code));
        case ChildResult::Ending::kTimedOut:
            return fmt::format("hangs: it had not ended after {:g} s", timeout);
    }
    return {};
}

ChildResult run_in_child(const std::function<std::string()>& function,
                         double timeout,
                         bool ends_by_exit) {
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for a child process");
    const int output = memfd_create("output", MFD_CLOEXEC);
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork failed: no child process for a case");
    if (child == 0) {
        close(pipe_ends[0]);
        be_child(function, pipe_ends[1], output, ends_by_exit);
    }
    setpgid(child, child);
    close(pipe_ends[1]);

    const auto deadline =
        Clock::now() + std::chrono::microseconds(static_cast<int64_t>(timeout * 1e6));
    ChildResult result;
    std::string answer = read_answer(pipe_ends[0], deadline);
    const int status = wait_for(child, deadline);
    kill(-child, SIGKILL);
    if (status < 0) {
        waitpid(child, nullptr, 0);
        result.ending = ChildResult::Ending::kTimedOut;
    } else if (WIFSIGNALED(status)) {
        result.ending = ChildResult::Ending::kKilled;
        result.code = WTERMSIG(status);
    } else if (WEXITSTATUS(status) != 0 || answer.empty() || answer.back() != kEndMark) {
        result.ending = ChildResult::Ending::kExited;
        result.code = WEXITSTATUS(status);
    } else {
        answer.pop_back();
        result.answer = std::move(answer);
    }
    close(pipe_ends[0]);
    result.output = shortened_file(output);
    if (output >= 0) close(output);
    return result;
}

}  // namespace conformance
