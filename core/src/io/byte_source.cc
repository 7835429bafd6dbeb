// Files by position, mapped files, memory, and parts of them.
#include "io/byte_source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "chainerx/error.h"

namespace chainerx {

FileError::~FileError() = default;

namespace internal {

namespace {

[[noreturn]] void throw_system_error(const std::string& function,
                                     const std::string& path,
                                     const char* what) {
    throw FileError(
        fmt::format("{}: {} can't be {}: {}", function, path, what, std::strerror(errno)));
}

class Descriptor {
public:
    explicit Descriptor(int value) : value_{value} {}
    ~Descriptor() { ::close(value_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return value_; }

private:
    int value_;
};

class File final : public ByteSource {
public:
    File(std::string function, std::string path, uint64_t size, std::unique_ptr<Descriptor> file)
        : ByteSource(std::move(function), std::move(path), size, MapMode::kNone),
          file_{std::move(file)} {}

private:
    void copy(uint64_t offset, void* out, uint64_t bytes) const override {
        auto* to = static_cast<char*>(out);
        while (bytes > 0) {
            const ssize_t n = ::pread(file_->get(), to, bytes, static_cast<off_t>(offset));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) throw_system_error(function(), name(), "read");
            if (n == 0) malformed(*this, "it has become shorter meanwhile");
            to += n;
            offset += static_cast<uint64_t>(n);
            bytes -= static_cast<uint64_t>(n);
        }
    }

    std::unique_ptr<Descriptor> file_;
};

class Memory final : public ByteSource {
public:
    Memory(std::string function, std::string name, const char* data, uint64_t size, MapMode mode)
        : ByteSource(std::move(function), std::move(name), size, mode), data_{data} {}
    Memory(std::string function,
           std::string name,
           std::unique_ptr<char[]> data,
           uint64_t size,
           MapMode mode)
        : ByteSource(std::move(function), std::move(name), size, mode),
          data_{data.get()},
          own_{std::move(data)} {}

private:
    void copy(uint64_t offset, void* out, uint64_t bytes) const override {
        std::memcpy(out, data_ + offset, bytes);
    }

    const char* data_;
    std::unique_ptr<char[]> own_;
};

class Mapping final : public ByteSource {
public:
    Mapping(std::string function, std::string path, uint64_t size, MapMode mode, char* address)
        : ByteSource(std::move(function), std::move(path), size, mode), address_{address} {}
    ~Mapping() override { ::munmap(address_, size()); }
    char* address() const override { return address_; }

private:
    void copy(uint64_t offset, void* out, uint64_t bytes) const override {
        std::memcpy(out, address_ + offset, bytes);
    }

    char* address_;
};

class Part final : public ByteSource {
public:
    Part(SourcePointer whole, std::string name, uint64_t offset, uint64_t size)
        : ByteSource(whole->function(), std::move(name), size, whole->mode()),
          whole_{std::move(whole)},
          offset_{offset} {}
    char* address() const override {
        return whole_->address() != nullptr ? whole_->address() + offset_ : nullptr;
    }

private:
    void copy(uint64_t offset, void* out, uint64_t bytes) const override {
        whole_->read(offset_ + offset, out, bytes);
    }

    SourcePointer whole_;
    uint64_t offset_;
};

// What can only be read from its beginning to its end.
SourcePointer read_stream(const char* function, const std::string& path, int file) {
    std::string bytes;
    std::vector<char> block(1 << 16);
    for (;;) {
        const ssize_t n = ::read(file, block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw_system_error(function, path, "read");
        if (n == 0) break;
        bytes.append(block.data(), static_cast<size_t>(n));
    }
    auto own = std::make_unique<char[]>(bytes.size());
    std::memcpy(own.get(), bytes.data(), bytes.size());
    return std::make_shared<Memory>(function, path, std::move(own), bytes.size(), MapMode::kNone);
}

SourcePointer map_file(
    const char* function, const std::string& path, uint64_t size, int file, MapMode mode) {
    const int protection = mode == MapMode::kReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
    const int flags = mode == MapMode::kCopyOnWrite ? MAP_PRIVATE : MAP_SHARED;
    void* address = ::mmap(nullptr, size, protection, flags, file, 0);
    if (address == MAP_FAILED) throw_system_error(function, path, "mapped");
    return std::make_shared<Mapping>(function, path, size, mode, static_cast<char*>(address));
}

}  // namespace

void malformed(const ByteSource& source, const std::string& why) {
    throw ValueError(
        fmt::format("{}: {} can't be read: {}", source.function(), source.name(), why));
}

void ByteSource::read(uint64_t offset, void* out, uint64_t bytes) const {
    if (offset > size_ || bytes > size_ - offset) {
        malformed(
            *this,
            fmt::format(
                "it ends after {} bytes, within the {} bytes from {} on", size_, bytes, offset));
    }
    if (bytes > 0) copy(offset, out, bytes);
}

SourcePointer open_file(const char* function, const std::string& path, MapMode mode) {
    const int flags = (mode == MapMode::kReadWrite ? O_RDWR : O_RDONLY) | O_CLOEXEC;
    const int descriptor = ::open(path.c_str(), flags);
    if (descriptor < 0) throw_system_error(function, path, "opened");
    auto file = std::make_unique<Descriptor>(descriptor);
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) throw_system_error(function, path, "opened");
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        throw_system_error(function, path, "read");
    }
    if (!S_ISREG(status.st_mode)) return read_stream(function, path, descriptor);
    const auto size = static_cast<uint64_t>(status.st_size);
    if (mode != MapMode::kNone && size > 0) return map_file(function, path, size, descriptor, mode);
    return std::make_shared<File>(function, path, size, std::move(file));
}

SourcePointer view_memory(const char* function, const void* data, size_t size) {
    return std::make_shared<Memory>(
        function, "the memory", static_cast<const char*>(data), size, MapMode::kNone);
}

SourcePointer own_memory(const ByteSource& of,
                         const std::string& name,
                         std::unique_ptr<char[]> data,
                         uint64_t size) {
    return std::make_shared<Memory>(of.function(), name, std::move(data), size, of.mode());
}

SourcePointer part_of(SourcePointer whole,
                      const std::string& name,
                      uint64_t offset,
                      uint64_t size) {
    return std::make_shared<Part>(std::move(whole), name, offset, size);
}

}  // namespace internal

}  // namespace chainerx
