// Files are written beside their place and moved there.
#include "io/byte_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "chainerx/io.h"

namespace chainerx::internal {

namespace {

class StringSink final : public ByteSink {
public:
    void write(std::string_view bytes) override { text.append(bytes); }
    std::string text;
};

class FileSink final : public ByteSink {
public:
    FileSink(const char* function, const std::string& path, int file)
        : function_{function}, path_{path}, file_{file} {}
    ~FileSink() override {
        if (file_ >= 0) ::close(file_);
    }

    void write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t n = ::write(file_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) fail();
            bytes.remove_prefix(static_cast<size_t>(n));
        }
    }
    void close() {
        if (::close(std::exchange(file_, -1)) != 0) fail();
    }
    [[noreturn]] void fail() const {
        throw FileError(
            fmt::format("{}: {} can't be written: {}", function_, path_, std::strerror(errno)));
    }

private:
    const char* function_;
    const std::string& path_;
    int file_;
};

// The file itself where the name is a link.
std::string resolved(const std::string& path) {
    std::error_code error;
    const std::filesystem::path target = std::filesystem::canonical(path, error);
    return error ? path : target.string();
}

std::string name_beside(const std::string& path) {
    static std::atomic<unsigned> counter{0};
    return fmt::format("{}.{}-{}.partial", path, ::getpid(), counter.fetch_add(1));
}

}  // namespace

void write_file(const char* function,
                const std::string& path,
                const std::function<void(ByteSink&)>& write) {
    const std::string target = resolved(path);
    struct stat status{};
    const bool exists = ::stat(target.c_str(), &status) == 0;
    const std::string partial = name_beside(target);
    int file = -1;
    if (!exists || S_ISREG(status.st_mode))
        file = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    const bool is_beside = file >= 0;
    // Devices, and files in folders that may not be written, are written in place.
    if (!is_beside && exists) file = ::open(target.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    FileSink sink(function, path, file);
    if (file < 0) sink.fail();
    try {
        if (is_beside && exists && ::fchmod(file, status.st_mode & 07777) != 0) sink.fail();
        write(sink);
        sink.close();
        if (is_beside && ::rename(partial.c_str(), target.c_str()) != 0) sink.fail();
    } catch (...) {
        if (is_beside) ::unlink(partial.c_str());
        throw;
    }
}

std::string write_memory(const std::function<void(ByteSink&)>& write) {
    StringSink sink;
    write(sink);
    return std::move(sink.text);
}

HostElements::HostElements(const Array& array) : array_{array} {
    const auto size = static_cast<size_t>(array.nbytes());
    if (size > 0 && array.is_contiguous() && array.is_host_accessible()) {
        bytes_ = {static_cast<const char*>(array.data()), size};
        return;
    }
    copy_.resize(size);
    array.copy_to_host(copy_.data());
    bytes_ = {copy_.data(), size};
}

}  // namespace chainerx::internal
