// Copies and casts: the very numbers of the plugin native, whatever the layout.
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "chainerx/kernel_preference.h"
#include "chainerx/ops.h"
#include "plugins/onednn/comparison.h"

namespace chainerx::testing {
namespace {

// All numbers of 16 bits in 256 rows; NaN apart, whose payload a cast may change.
Array all_of(DType dtype) {
    std::vector<uint16_t> bits(65536);
    for (size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<uint16_t>(i);
    const Array x = array_from_host(bits.data(), Shape{256, 256}, dtype);
    return where(isnan(x), zeros_like(x), x);
}

std::vector<char> bytes_of(const Array& x) {
    std::vector<char> bytes(static_cast<size_t>(x.nbytes()));
    x.copy_to_host(bytes.data());
    return bytes;
}

// The bits that the copy of x is made of in both plugins; is_taken: whether oneDNN makes it.
void expect_same_copy(const Array& x, DType dtype, bool is_taken) {
    SCOPED_TRACE(std::string(dtype_name(x.dtype())) + " to " + std::string(dtype_name(dtype)));
    const auto copied = [&] { return x.dtype() == dtype ? x.copy() : astype(x, dtype); };
    Array found, expected;
    {
        const PreferenceScope own("native");
        expected = copied();
    }
    const PreferenceScope preferred("onednn");
    const std::vector<std::string> taken = taken_by_onednn([&] { found = copied(); });
    EXPECT_EQ(taken.size(), is_taken ? 1u : 0u);
    EXPECT_EQ(bytes_of(found), bytes_of(expected));
}

// Views of x whose elements lie in another order, or with gaps.
Arrays views_of(const Array& x) {
    const Array part = x.at({Slice{}, Slice{1, 200, 2}});
    return {
        transpose(x), part, transpose(part), transpose(x.reshape({16, 16, 256}), Axes{2, 0, 1})};
}

TEST(Reorder, Float32) {
    for (const Array& x : views_of(some_floats({256, 256}))) {
        expect_same_copy(x, DType::kFloat32, true);
        expect_same_copy(x, DType::kFloat16, true);
    }
}

TEST(Reorder, EveryNarrowNumber) {
    if (!has_kernel("chx.copy", DType::kFloat16) || !has_kernel("chx.copy", DType::kBFloat16))
        GTEST_SKIP() << "oneDNN computes with no narrow dtypes on this machine";
    for (const DType from : {DType::kFloat16, DType::kBFloat16}) {
        for (const Array& x : views_of(all_of(from))) {
            expect_same_copy(x, DType::kFloat32, true);
            expect_same_copy(x, DType::kFloat16, true);
        }
    }
    for (const Array& x : views_of(all_of(DType::kFloat16)))
        expect_same_copy(x, DType::kBFloat16, true);
}

// oneDNN makes zeros of bfloat16's numbers that are not normalized.
TEST(Reorder, CastsToBfloat16AreLeftToOthers) {
    const Array x = transpose(some_floats({256, 256}));
    expect_same_copy(x, DType::kBFloat16, false);
    expect_same_copy(astype(x, DType::kBFloat16), DType::kBFloat16, false);
}

TEST(Reorder, AxesThatRunBackwardsOrStandStillAreLeftToOthers) {
    const Array x = some_floats({64, 64});
    expect_same_copy(flip(x, Axes{0}), DType::kFloat32, false);
    expect_same_copy(broadcast_to(x, {3, 64, 64}), DType::kFloat32, false);
    expect_same_copy(transpose(astype(x, DType::kInt64)), DType::kInt64, false);
}

}  // namespace
}  // namespace chainerx::testing
