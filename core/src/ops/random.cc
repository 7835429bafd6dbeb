// Words and uniform numbers from a counter-based generator, by the random_bits op.
#include "chainerx/random.h"

#include <cmath>
#include <cstring>

#include "chx/ops/random.h"
#include "dispatch/thread_context.h"
#include "ops/op_support.h"
#include "ops/random_draws.h"
#include "program/recorder.h"

namespace chainerx::internal {

void infer_random_bits(InferContext& c) {
    const auto& attrs = c.attrs<chx_attrs_random_bits>();
    c.set(0, DimsView(attrs.shape, static_cast<int>(attrs.n_shape)));
    c.set(1, {2});
}

Array random_words(int64_t n, Device& device, random::Generator* given) {
    // A copy, which shares the state: a Program that draws from it may outlive it.
    random::Generator generator = given != nullptr ? *given : random::default_generator();
    const uint64_t n_blocks = (static_cast<uint64_t>(n) + 3) / 4;
    const auto state = generator.take(n_blocks);
    const uint64_t host[] = {state.key, state.counter};
    const Array on_device = array_from_host(host, {2}, DType::kUInt64, &device);
    if (ProgramRecorder* recorder = thread_context().recorder) {
        recorder->add_cell(on_device, [n_blocks, generator](void* to) mutable {
            const auto next = generator.take(n_blocks);
            const uint64_t words[] = {next.key, next.counter};
            std::memcpy(to, words, sizeof words);
        });
    }
    auto attrs = make_attrs<chx_attrs_random_bits>();
    set_attr(attrs.n_shape, attrs.shape, {n});
    const Operand inputs[] = {on_device};
    Array outputs[2];
    dispatch(kOps[kOpRandomBits], inputs, 1, &attrs, outputs);
    return outputs[0];
}

int precision(DType dtype) {
    switch (dtype) {
        case DType::kFloat16:
            return 11;
        case DType::kBFloat16:
            return 8;
        case DType::kFloat32:
            return 24;
        default:
            return 53;
    }
}

Array unit_uniform(int64_t n, int digits, Device& device, random::Generator* generator) {
    if (digits <= 24) {
        const Array words = right_shift(random_words(n, device, generator), 32 - digits);
        return multiply(astype(words, DType::kFloat32), std::ldexp(1.0, -digits));
    }
    const Array words = random_words(2 * n, device, generator);
    const Array high = right_shift(slice_view(words, {{0}, {2}, {n}}), 5);
    const Array low = right_shift(slice_view(words, {{1}, {2}, {n}}), 6);
    const Array scaled = multiply(astype(high, DType::kFloat64), 0x1p26);
    return multiply(add(scaled, astype(low, DType::kFloat64)), 0x1p-53);
}

}  // namespace chainerx::internal
