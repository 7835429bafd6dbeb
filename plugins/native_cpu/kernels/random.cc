// random_bits: Philox4x32-10 by counter, so that any part of the stream can be made on any thread.
#include <algorithm>

#include <Random123/philox.h>
#include <chx/ops/random.h>

#include "host.h"
#include "kernel_list.h"

namespace native {
namespace {

void random_bits(const chx_launch& launch) {
    const auto* state = chx::data<const uint64_t>(chx::input(launch, 0));
    const uint64_t key = state[0], counter = state[1];
    const philox4x32_key_t philox_key = {
        {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)}};
    // Words 4 block .. 4 block + 3.
    const auto words_of = [&](int64_t block) {
        const uint64_t at = counter + static_cast<uint64_t>(block);
        const philox4x32_ctr_t philox_counter = {
            {static_cast<uint32_t>(at), static_cast<uint32_t>(at >> 32), 0, 0}};
        return philox4x32_R(10, philox_counter, philox_key);
    };
    int64_t n = 1;
    const auto& a = chx::attrs<chx_attrs_random_bits>(launch);
    for (int64_t d = 0; d < a.n_shape; ++d) {
        n *= a.shape[d];
    }
    const int64_t n_blocks = (n + 3) / 4;
    if (launch.out[0] != nullptr) {
        auto* bits = chx::data<uint32_t>(*launch.out[0]);
        const auto body = [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t block = begin; block < end; ++block) {
                const philox4x32_ctr_t words = words_of(block);
                std::copy_n(words.v, std::min<int64_t>(4, n - 4 * block), bits + 4 * block);
            }
        };
        constexpr int64_t kGrainBlocks = 4096;
        if (n_blocks < 2 * kGrainBlocks) {
            body(0, n_blocks, 0);
        } else {
            parallel_for(n_blocks, kGrainBlocks, body);
        }
    }
    if (launch.out[1] != nullptr) {
        auto* next = chx::data<uint64_t>(*launch.out[1]);
        next[0] = key;
        next[1] = counter + static_cast<uint64_t>(n_blocks);
    }
}

}  // namespace

void register_random(KernelList& kernels) {
    kernels.add(CHX_OP_RANDOM_BITS,
                CHX_OP_RANDOM_BITS_VERSION,
                "u64",
                kPlainCaps | CHX_K_INPLACE_OK,
                chx::kernel<&random_bits>);
}

}  // namespace native
