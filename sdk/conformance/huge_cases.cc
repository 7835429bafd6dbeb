// On demand: a kernel on more elements than 32-bit indices can tell apart.
#include <algorithm>

#include "cases.h"
#include "description.h"
#include "device_under_test.h"
#include "kernel_launch.h"

namespace conformance {
namespace {

constexpr int64_t kElements = (int64_t{1} << 31) + 16;
constexpr int64_t kTail = 16;

// An element-wise kernel with one operand and results of one byte, so that two arrays suffice.
const chx_kernel_def* find_kernel(const LoadedPlugin& plugin, int* type) {
    for (const chx_kernel_def* def : plugin.kernels()) {
        const OpRow* row = find_op(def->op);
        if (row == nullptr || row->kind != OpKind::kElementwise || row->inputs.size() != 1)
            continue;
        for (const int known : types_of(*def, *row)) {
            *type = known;
            if (item_size(known) == 1 && row->result == ResultRule::kSame) return def;
        }
    }
    return nullptr;
}

chx_tensor tensor_of(const Block& block,
                     const MemorySpace& memory,
                     int type,
                     const int64_t* shape) {
    static const int64_t stride = 1;
    chx_tensor tensor{};
    tensor.data = block.get().base;
    tensor.byte_offset = block.get().offset;
    tensor.device = memory.location();
    tensor.ndim = 1;
    tensor.dtype = dtype_of(type);
    tensor.shape = shape;
    tensor.strides = &stride;
    tensor.flags = CHX_T_CONTIGUOUS;
    tensor.numel = *shape;
    return tensor;
}

// Ones, and zeros in the last elements, which an index of 32 bits does not reach.
void check_huge(Context& context) {
    if (!context.settings.runs_huge) skip("4 GiB of device memory; asked for with --huge");
    const DeviceUnderTest subject(context);
    int type = 0;
    const chx_kernel_def* def = find_kernel(subject.plugin, &type);
    if (def == nullptr) skip("it has no kernel of one operand of one byte");

    constexpr int64_t kChunk = int64_t{1} << 26;
    const Block x(*subject.memory, kElements), y(*subject.memory, kElements);
    const std::vector<char> ones(kChunk, 1), zeros(kTail, 0);
    for (int64_t at = 0; at < kElements; at += kChunk)
        subject.memory->write(x.at(static_cast<uint64_t>(at)),
                              ones.data(),
                              static_cast<uint64_t>(std::min(kChunk, kElements - at)));
    subject.memory->write(x.at(kElements - kTail), zeros.data(), kTail);

    chx_tensor in = tensor_of(x, *subject.memory, type, &kElements),
               out = tensor_of(y, *subject.memory, type, &kElements);
    const chx_tensor* const inputs[] = {&in};
    chx_tensor* const outputs[] = {&out};
    KitLaunch launch;
    launch.scratch = [](uint64_t, uint64_t, chx_memref*) { return CHX_E_OOM; };
    launch.record.struct_size = sizeof launch.record;
    launch.record.n_in = launch.record.n_out = 1;
    launch.record.in = inputs;
    launch.record.out = outputs;
    launch.record.device = subject.device.get();
    if (def->supports != nullptr && def->supports(def->state, &launch.record) != CHX_OK)
        skip("{} refuses such an array", def->op);
    expect_ok(def->fn(def->state, &launch.record), def->op);

    const auto read = [&](int64_t at) {
        std::vector<char> bytes(kTail);
        subject.memory->read(bytes.data(), y.at(static_cast<uint64_t>(at)), kTail);
        return bytes;
    };
    const std::vector<char> first = read(0), last = read(kElements - kTail);
    require(std::count(first.begin(), first.end(), first[0]) == kTail &&
                read(kElements - 2 * kTail) == first,
            "{}: elements with one operand differ",
            def->op);
    require(std::count(last.begin(), last.end(), last[0]) == kTail && last != first,
            "{}: the elements behind number 2^31 are those of the beginning, or none",
            def->op);
    context.note("{} of {}", def->op, kDtypeNames[static_cast<std::size_t>(type)]);
}

}  // namespace

void add_huge_cases(CaseList& cases) {
    cases.push_back({"huge.elementwise", 2, "more than 2^31 elements (with --huge)", check_huge});
}

}  // namespace conformance
