// random_bits: published answers of Philox4x32-10, the counter, and independence of lengths and
// threads.
#include <chx/ops/random.h>

#include "random_tensors.h"

namespace chx_test {
namespace {

struct Result {
    std::vector<uint32_t> bits;
    uint64_t key, counter;
};

Result generate(uint64_t key, uint64_t counter, const Shape& shape) {
    auto attrs = make_attrs<chx_attrs_random_bits>();
    attrs.n_shape = static_cast<int64_t>(shape.size());
    std::copy(shape.begin(), shape.end(), attrs.shape);
    Tensor state("u64", {2}), next("u64", {2}), bits("u32", shape);
    state.set_i64(0, static_cast<int64_t>(key));
    state.set_i64(1, static_cast<int64_t>(counter));
    EXPECT_EQ(
        CHX_OK,
        Plugin::instance().launch_with("chx.random_bits", "u64", {&state}, {&bits, &next}, attrs));
    Result result{
        {}, static_cast<uint64_t>(next.get_i64(0)), static_cast<uint64_t>(next.get_i64(1))};
    for (int64_t i = 0; i < bits.numel(); ++i) {
        result.bits.push_back(static_cast<uint32_t>(bits.real(i)));
    }
    return result;
}

// Philox4x32-10 of counter 0 and key 0, from the known answers that its authors published.
TEST(RandomBits, KnownAnswer) {
    const Result r = generate(0, 0, {4});
    EXPECT_EQ(r.bits, (std::vector<uint32_t>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(r.key, 0u);
    EXPECT_EQ(r.counter, 1u);
}

TEST(RandomBits, CounterAdvancesByBlocks) {
    const uint64_t key = 0x123456789abcdef0u;
    const Result all = generate(key, 0xfffffffeull, {3, 7});
    EXPECT_EQ(all.counter, 0xfffffffeull + 6);
    EXPECT_EQ(all.key, key);
    for (uint64_t block = 0; block < 5; ++block) {
        const Result one = generate(key, 0xfffffffeull + block, {4});
        EXPECT_TRUE(std::equal(
            one.bits.begin(), one.bits.end(), all.bits.begin() + static_cast<int64_t>(4 * block)));
    }
    const Result last = generate(key, 0xfffffffeull + 5, {1});
    EXPECT_EQ(last.bits[0], all.bits[20]);
    EXPECT_EQ(generate(key, 5, {0}).counter, 5u);
    EXPECT_EQ(generate(key, 5, {}).counter, 6u);
}

TEST(RandomBits, ThreadsDoNotMatter) {
    expect_same_for_all_thread_counts([] { return generate(3, 1, {100001}).bits; });
}

}  // namespace
}  // namespace chx_test
