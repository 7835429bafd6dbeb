// Where bytes are written to: a file that appears when it is complete, or memory.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chainerx/array.h"

namespace chainerx::internal {

class ByteSink {
public:
    virtual ~ByteSink() = default;
    virtual void write(std::string_view bytes) = 0;
};

// Lets `write` fill a file of that name, in place of one that may be there. Throws FileError that names it if that fails;
// then the old file is as it was.
void write_file(const char* function,
                const std::string& path,
                const std::function<void(ByteSink&)>& write);
std::string write_memory(const std::function<void(ByteSink&)>& write);

// An array's elements in host memory, row by row: its own memory if that is what they are, else a copy.
class HostElements {
public:
    explicit HostElements(const Array& array);
    std::string_view bytes() const { return bytes_; }

private:
    Array array_;
    std::vector<char> copy_;
    std::string_view bytes_;
};

}  // namespace chainerx::internal
