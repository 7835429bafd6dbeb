// Recordings: kernel calls with all that they need to be made again without the program. docs/plugins/faults-and-layers.md
// describes the file.
#pragma once

#include <cstdint>
#include <fstream>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace chainerx::internal {

using Bytes = std::vector<unsigned char>;

struct RecordedTensor {
    bool is_present = false;
    uint8_t code = 0, bits = 0;
    uint16_t lanes = 1;
    uint64_t flags = 0;
    std::vector<int64_t> shape, strides;
    int64_t first = 0;     // byte of the content at which the element with index (0, ..., 0) begins
    int64_t content = -1;  // number of the content; -1: it could not be read
};

struct RecordedCall {
    std::string plugin, version, device, op, dtypes;
    uint32_t op_version = 0, flags = 0;
    uint64_t inplace_outs = 0;
    Bytes attrs;
    bool has_attrs = false;
    std::vector<RecordedTensor> in, out;
    std::vector<int> alias;  // of each output: the input that is the very same view, or -1
    int32_t status = 0;
    std::string text;
};

// Appends to a file; every piece is written whole before the next begins.
class RecordingWriter {
public:
    explicit RecordingWriter(const std::string& path);
    // The number of the content, which is written if it is new.
    int64_t add_content(const Bytes& bytes);
    void add_call(const RecordedCall& call);

private:
    void write(uint32_t kind, const void* data, uint64_t bytes);

    std::mutex mutex_;
    std::ofstream stream_;
    std::unordered_map<std::string, int64_t> known_;
    int64_t next_ = 0;
};

struct Recording {
    std::vector<RecordedCall> calls;
    std::vector<Bytes> contents;
    bool is_truncated = false;  // the end is missing; what comes before it is whole
};

// Throws ValueError if it is no recording or one of a later format.
Recording read_recording(const std::string& path);

}  // namespace chainerx::internal
