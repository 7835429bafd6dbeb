// supports(), plan(), scratch and the storage cache: what is asked how often, and forgotten when.
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/dispatch/fallback_checks.h"
#include "core/dispatch/fussy_device.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

class PlanCache : public ::testing::Test {
protected:
    void SetUp() override { counts = {}; }
    FussyCounts& counts = fussy_counts();
    Device& device = fussydev();
};

Array matrix(int64_t rows, int64_t columns, Device& device) {
    return reshape(arange(rows * columns, {}, {}, DType::kFloat32), {rows, columns})
        .to_device(device);
}

TEST_F(PlanCache, SupportsIsAskedOncePerKindOfCall) {
    const int before = counts.supports;
    // Ranks that no other test uses: answers last as long as the process.
    for (int64_t n : {2, 3, 4}) square(reshape(matrix(n, 3, device), {1, n, 1, 3}));
    EXPECT_EQ(counts.supports, before + 1);
    EXPECT_EQ(counts.second_squares, 3);
    square(reshape(matrix(2, 3, device), {1, 1, 2, 1, 3}));
    EXPECT_EQ(counts.supports, before + 2);
}

TEST_F(PlanCache, PlansOncePerShape) {
    const Array b = matrix(4, 2, device);
    for (int i = 0; i < 3; ++i)
        expect_array(matmul(matrix(2, 4, device), b), {2, 2}, {28, 34, 76, 98});
    EXPECT_EQ(counts.products, 3);
    EXPECT_EQ(counts.plans, 1);
    EXPECT_TRUE(counts.has_seen_plan_state);
    expect_array(matmul(matrix(1, 4, device), b), {1, 2}, {28, 34});
    EXPECT_EQ(counts.plans, 2);
}

TEST_F(PlanCache, APlanMayRefuseAShape) {
    reset_fallback_stats();
    const Array b = matrix(3, 2, device);
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(matmul(matrix(13, 3, device), b).shape(), DimsView({13, 2}));
    EXPECT_EQ(counts.products, 0);
    EXPECT_EQ(counts.plans, 1) << "refusals are remembered too";
    EXPECT_EQ(count_of("chx.matmul", device, FallbackStep::kHost), 2u);
}

TEST_F(PlanCache, PlansAreDestroyedWhenThereAreTooMany) {
    const Array row = matrix(1, 70, device), column = matrix(70, 1, device);
    for (int64_t m = 20; m < 90; ++m) {
        for (int64_t n = 20; n < 90; ++n) {
            const Array product =
                matmul(broadcast_to(ones({1, 1}, DType::kFloat32, &device), {m, 1}).copy(),
                       matrix(1, n, device));
            ASSERT_EQ(product.size(), m * n);
        }
    }
    EXPECT_EQ(counts.plans, 4900);
    EXPECT_GE(counts.plans_destroyed, 4000);
    EXPECT_LT(counts.plans_destroyed, counts.plans + 100);
}

TEST_F(PlanCache, ScratchIsGivenBack) {
    const Array a = matrix(4, 2000, device), b = matrix(2000, 1500, device);
    matmul(a, b);
    const uint64_t used = device.memory().used;
    for (int i = 0; i < 3; ++i) matmul(a, b);
    EXPECT_EQ(device.memory().used, used);
}

TEST_F(PlanCache, BlobsAreKeptUntilTheStorageIsWritten) {
    const Array a = matrix(2, 3, device), b = matrix(3, 2, device);
    for (int i = 0; i < 3; ++i) expect_array(matmul(a, b), {2, 2}, {10, 13, 28, 40});
    EXPECT_EQ(counts.packs, 1);
    EXPECT_EQ(counts.packs_found, 2);

    b.at({0}) += Scalar(100);  // through a view

    expect_array(matmul(a, b), {2, 2}, {10, 13, 328, 340});
    EXPECT_EQ(counts.packs, 2);
    EXPECT_EQ(counts.packs_destroyed, 1);
    expect_array(matmul(a, b.view()), {2, 2}, {10, 13, 328, 340});
    EXPECT_EQ(counts.packs, 2) << "views share the storage";
    EXPECT_EQ(counts.packs_found, 3);
}

TEST_F(PlanCache, BlobsGoWithTheStorage) {
    {
        const Array b = matrix(3, 2, device);
        matmul(matrix(2, 3, device), b);
        EXPECT_EQ(counts.packs_destroyed, 0);
    }
    EXPECT_EQ(counts.packs_destroyed, 1);
    const Array b = matrix(3, 2, device);  // likely the same block
    matmul(matrix(2, 3, device), b);
    EXPECT_EQ(counts.packs_found, 0);
    EXPECT_EQ(counts.packs, 2);
}

TEST_F(PlanCache, MemoryThatOthersMayWriteKeepsNoBlobs) {
    const Array a = matrix(2, 3, device), b = matrix(3, 2, device);
    matmul(a, b);
    internal::mark_shared(b);
    static_cast<float*>(b.data())[0] = 100;  // unseen by the core
    for (int i = 0; i < 2; ++i) expect_array(matmul(a, b), {2, 2}, {10, 13, 328, 40});
    EXPECT_EQ(counts.packs, 3);
    EXPECT_EQ(counts.packs_refused, 2);
    EXPECT_EQ(counts.packs_found, 0);
    EXPECT_GE(counts.packs_destroyed, 2) << "a refused blob is destroyed, too";
}

}  // namespace
}  // namespace chainerx::testing
