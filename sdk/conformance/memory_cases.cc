// Tier 0: memory, copies, and what the device says about itself.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "cases.h"
#include "device_under_test.h"

namespace conformance {
namespace {

std::vector<unsigned char> pattern(std::size_t bytes, unsigned seed) {
    std::vector<unsigned char> values(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
        seed = seed * 1664525u + 1013904223u;
        values[i] = static_cast<unsigned char>(seed >> 24);
    }
    return values;
}

void expect_bytes(const std::vector<unsigned char>& actual,
                  const std::vector<unsigned char>& expected,
                  const std::string& what) {
    const auto differ = std::mismatch(actual.begin(), actual.end(), expected.begin());
    require(differ.first == actual.end(),
            "{}: byte {} is 0x{:02x}; expected 0x{:02x}",
            what,
            differ.first - actual.begin(),
            differ.first == actual.end() ? 0 : *differ.first,
            differ.first == actual.end() ? 0 : *differ.second);
}

bool is_text(const char* text, std::size_t capacity) {
    return std::memchr(text, '\0', capacity) != nullptr;
}

void check_info(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    const chx_device_info info = subject.device.info();
    require(is_text(info.name, sizeof info.name) && info.name[0] != '\0',
            "device_info gives no name, or one without an end");
    require(is_text(info.uuid, sizeof info.uuid), "device_info: uuid has no end");
    require(is_text(info.memory_kind, sizeof info.memory_kind) && info.memory_kind[0] != '\0',
            "device_info gives no memory_kind: what kernel providers name, \"{}\" if in doubt",
            subject.plugin.desc().name);
    require(info.alignment >= 64 && (info.alignment & (info.alignment - 1)) == 0,
            "device_info: alignment is {}; expected a power of two, at least 64",
            info.alignment);
    require(info.dl_device_type > 0,
            "device_info: dl_device_type is {}; 12 is for devices that "
            "DLPack does not know",
            info.dl_device_type);
    require(info.dl_device_type != 1 || (info.host_accessible_kinds & 1u << CHX_MEM_DEVICE) != 0,
            "device_info: dl_device_type is 1 (kDLCPU), by which other libraries use the memory "
            "as the host's, but host_accessible_kinds says that the host can't");
    require(info.memory_total == 0 || info.memory_free <= info.memory_total,
            "device_info: {} bytes are free of {}",
            info.memory_free,
            info.memory_total);
    require((info.caps & ~uint64_t{CHX_CAP_HOST_REFERENCE | CHX_CAP_OWN_POOL}) == 0,
            "device_info: caps 0x{:x} has bits without a meaning",
            info.caps);
    context.note("{}: {}", info.memory_kind, info.name);
}

void check_open_close(Context& context) {
    LoadedPlugin plugin(context.settings.library);
    for (int i = 0; i < 200; ++i) OpenDevice(plugin).close();
    if (plugin.is_provider()) return;
    for (int32_t i = 0; i < plugin.device_count(); ++i) {
        const OpenDevice device(plugin, i);
        device.info();
    }
}

void check_alignment(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    const bool is_readable =
        (subject.device.info().host_accessible_kinds & 1u << CHX_MEM_DEVICE) != 0;
    if (!is_readable) context.note("addresses are handles: offsets alone were checked");
    for (uint64_t align = 64; align <= 4096; align *= 2) {
        for (const uint64_t bytes : {1, 63, 64, 65, 4095, 4097}) {
            // Two, since the first one is often aligned by chance.
            const Block first(*subject.memory, bytes, align), second(*subject.memory, bytes, align);
            for (const Block* block : {&first, &second}) {
                const chx_memref& memory = block->get();
                require(memory.base != nullptr, "alloc of {} bytes gave NULL", bytes);
                require(memory.kind == CHX_MEM_DEVICE,
                        "alloc of kind {} gave kind {}",
                        CHX_MEM_DEVICE,
                        memory.kind);
                const uint64_t address =
                    (is_readable ? reinterpret_cast<uintptr_t>(memory.base) : 0) + memory.offset;
                require(address % align == 0,
                        "alloc of {} bytes aligned to {} gave 0x{:x}",
                        bytes,
                        align,
                        address);
            }
        }
    }
}

void check_distinct(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    constexpr std::size_t kBlocks = 64;
    std::vector<Block> blocks;
    std::vector<std::vector<unsigned char>> contents;
    for (std::size_t i = 0; i < kBlocks; ++i) {
        contents.push_back(pattern(1 + i * 37, static_cast<unsigned>(i)));
        blocks.emplace_back(*subject.memory, contents[i].size());
        subject.memory->write(blocks[i].get(), contents[i].data(), contents[i].size());
    }
    for (std::size_t i = 0; i < kBlocks; ++i) {
        std::vector<unsigned char> back(contents[i].size());
        subject.memory->read(back.data(), blocks[i].get(), back.size());
        expect_bytes(back, contents[i], fmt::format("allocation {} of {}", i, kBlocks));
    }
}

void check_free(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    for (int round = 0; round < 4; ++round) {
        std::vector<chx_memref> blocks;
        for (uint64_t i = 0; i < 64; ++i)
            blocks.push_back(subject.memory->allocate(1 + i * 37, 64));
        if (round % 2 == 1) std::reverse(blocks.begin(), blocks.end());
        for (const chx_memref& memory : blocks)
            expect_ok(subject.api().free(subject.device.get(), &memory, nullptr), "free");
    }
}

// Copies [8 KiB] buffers between a place `from` and a place `to`, with bytes around them that must stay.
void check_copy(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    constexpr std::size_t kBytes = 8192;
    const auto content = pattern(kBytes, 1), before = pattern(kBytes, 2);
    const Block source(*subject.memory, kBytes), target(*subject.memory, kBytes);
    subject.memory->write(source.get(), content.data(), kBytes);
    const struct {
        std::size_t from, to, bytes;
    } cuts[] = {{0, 0, kBytes},
                {1, 0, 1},
                {0, 1, 7},
                {3, 5, 1000},
                {64, 128, 4096},
                {4097, 1, 4095},
                {8191, 8191, 1}};
    for (const auto& cut : cuts) {
        auto expected = before;
        std::copy_n(content.begin() + cut.from, cut.bytes, expected.begin() + cut.to);
        const std::string what = fmt::format(
            "copy of {} bytes from offset {} to offset {}", cut.bytes, cut.from, cut.to);
        std::vector<unsigned char> back(kBytes);

        subject.memory->write(target.get(), before.data(), kBytes);
        subject.memory->write(target.at(cut.to), content.data() + cut.from, cut.bytes);
        subject.memory->read(back.data(), target.get(), kBytes);
        expect_bytes(back, expected, "host to device, " + what);

        subject.memory->write(target.get(), before.data(), kBytes);
        const chx_memref from = source.at(cut.from), to = target.at(cut.to);
        expect_ok(subject.api().copy(subject.device.get(), &to, &from, cut.bytes, nullptr), what);
        expect_ok(subject.api().sync(subject.device.get(), nullptr), "sync");
        subject.memory->read(back.data(), target.get(), kBytes);
        expect_bytes(back, expected, "device to device, " + what);

        back = before;
        subject.memory->read(back.data() + cut.to, source.at(cut.from), cut.bytes);
        expect_bytes(back, expected, "device to host, " + what);

        // The core stages through host memory, so that host to host is legal too.
        back = before;
        const chx_memref host_from = host_place(content.data() + cut.from),
                         host_to = host_place(back.data() + cut.to);
        expect_ok(
            subject.api().copy(subject.device.get(), &host_to, &host_from, cut.bytes, nullptr),
            "host to host, " + what);
        expect_bytes(back, expected, "host to host, " + what);
    }
}

void check_large_copy(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    constexpr std::size_t kBytes = (std::size_t{16} << 20) + 3;
    const auto content = pattern(kBytes, 3);
    const Block block(*subject.memory, kBytes);
    subject.memory->write(block.get(), content.data(), kBytes);
    std::vector<unsigned char> back(kBytes);
    subject.memory->read(back.data(), block.get(), kBytes);
    expect_bytes(back, content, "16 MiB there and back");
}

void check_other_kinds(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    const chx_device_info info = subject.device.info();
    for (const int32_t kind : {CHX_MEM_PINNED_HOST, CHX_MEM_MANAGED}) {
        chx_memref memory{};
        clear_error();
        const chx_status status =
            subject.api().alloc(subject.device.get(), 4096, 64, kind, nullptr, &memory);
        if (status != CHX_OK) {
            expect_error(status, fmt::format("alloc of memory of kind {}", kind));
            context.note("no memory of kind {}: {}", kind, last_error().text);
            continue;
        }
        require(memory.kind == kind, "alloc of kind {} gave kind {}", kind, memory.kind);
        if ((info.host_accessible_kinds & 1u << kind) != 0) {
            auto* bytes = static_cast<unsigned char*>(memory.base) + memory.offset;
            std::memset(bytes, 0x3c, 4096);
            require(bytes[4095] == 0x3c, "memory of kind {} does not keep what is written", kind);
        }
        const auto content = pattern(4096, 4);
        std::vector<unsigned char> back(4096);
        subject.memory->write(memory, content.data(), 4096);
        subject.memory->read(back.data(), memory, 4096);
        expect_bytes(back, content, fmt::format("memory of kind {}", kind));
        expect_ok(subject.api().free(subject.device.get(), &memory, nullptr), "free");
    }
}

// What the host sees at the addresses is what copies see.
void check_host_access(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    if ((subject.device.info().host_accessible_kinds & 1u << CHX_MEM_DEVICE) == 0)
        skip("the host can't address the device's memory");
    const auto copied = pattern(4096, 6), stored = pattern(4096, 7);
    const Block block(*subject.memory, 4096);
    auto* bytes = static_cast<unsigned char*>(block.get().base) + block.get().offset;
    subject.memory->write(block.get(), copied.data(), 4096);
    expect_ok(subject.api().sync(subject.device.get(), nullptr), "sync");
    expect_bytes({bytes, bytes + 4096}, copied, "what the host reads where copy wrote");
    std::copy(stored.begin(), stored.end(), bytes);
    std::vector<unsigned char> back(4096);
    subject.memory->read(back.data(), block.get(), 4096);
    expect_bytes(back, stored, "what copy reads where the host wrote");
}

void check_out_of_memory(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    const auto content = pattern(4096, 5);
    const Block kept(*subject.memory, 4096);
    subject.memory->write(kept.get(), content.data(), 4096);
    for (int i = 0; i < 3; ++i) {
        for (const uint64_t bytes : {uint64_t{1} << 62, ~uint64_t{0} - 4096, ~uint64_t{0}}) {
            chx_memref memory{};
            clear_error();
            const chx_status status = subject.api().alloc(
                subject.device.get(), bytes, 64, CHX_MEM_DEVICE, nullptr, &memory);
            expect_error(status, fmt::format("alloc of {} bytes", bytes));
            require(status == CHX_E_OOM,
                    "alloc of {} bytes: {}; expected CHX_E_OOM",
                    bytes,
                    status_text(status));
        }
        // What failed must not stand in the way of what fits.
        const Block small(*subject.memory, 1 << 16);
        std::vector<unsigned char> back(4096);
        subject.memory->write(small.get(), content.data(), 4096);
        subject.memory->read(back.data(), small.get(), 4096);
        expect_bytes(back, content, "memory allocated after CHX_E_OOM");
        subject.memory->read(back.data(), kept.get(), 4096);
        expect_bytes(back, content, "memory allocated before CHX_E_OOM");
    }
}

void check_sync(Context& context) {
    const DeviceUnderTest subject(context);
    require_own_memory(subject.plugin);
    for (int i = 0; i < 100; ++i)
        expect_ok(subject.api().sync(subject.device.get(), nullptr), "sync");
}

}  // namespace

void add_memory_cases(CaseList& cases) {
    cases.push_back(
        {"device.info", 0, "what the device says about itself makes sense", check_info});
    cases.push_back(
        {"device.open_close", 0, "devices open and close many times", check_open_close});
    cases.push_back({"device.sync", 0, "waiting for nothing succeeds", check_sync});
    cases.push_back({"memory.alignment", 0, "allocations are aligned as asked", check_alignment});
    cases.push_back({"memory.distinct", 0, "allocations do not overlap", check_distinct});
    cases.push_back({"memory.free", 0, "allocations are given back in any order", check_free});
    cases.push_back(
        {"memory.copy", 0, "copies hit the right bytes, whatever the offsets", check_copy});
    cases.push_back({"memory.large_copy", 0, "16 MiB there and back", check_large_copy});
    cases.push_back({"memory.host_access",
                     0,
                     "the host's own view of the memory is that of copies",
                     check_host_access});
    cases.push_back({"memory.other_kinds",
                     0,
                     "pinned and managed memory, or an error that says no",
                     check_other_kinds});
    cases.push_back({"memory.out_of_memory",
                     0,
                     "too much memory is CHX_E_OOM, and no more than that",
                     check_out_of_memory});
}

}  // namespace conformance
