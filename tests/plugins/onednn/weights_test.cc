// Weights are kept in oneDNN's layout as long as nobody writes them; threads may change between calls.
#include <gtest/gtest.h>

#include "chainerx/kernel_preference.h"
#include "chainerx/ops.h"
#include "chainerx/threads.h"
#include "device/storage.h"
#include "plugins/onednn/comparison.h"

namespace chainerx::testing {
namespace {

size_t kept_blobs(const Array& array) {
    const internal::StorageCache* cache = array.body()->storage()->cache.load();
    return cache == nullptr ? 0 : cache->blobs.size();
}

void expect_equal(const Array& a, const Array& b) {
    std::vector<float> left(static_cast<size_t>(a.size())), right(left.size());
    a.copy_to_host(left.data());
    b.copy_to_host(right.data());
    EXPECT_EQ(left, right);
}

TEST(Weights, AreKeptBetweenCalls) {
    const PreferenceScope preferred("onednn");
    const Array x = some_floats({1, 16, 9, 9}), w = some_floats({16, 16, 3, 3}, 2);
    EXPECT_EQ(kept_blobs(w), 0u);
    const Array first = conv(x, w);
    EXPECT_EQ(kept_blobs(w), 1u);
    expect_equal(conv(x, w), first);
    EXPECT_EQ(kept_blobs(w), 1u) << "found, not made again";
    EXPECT_EQ(kept_blobs(x), 0u);
}

TEST(Weights, AWriteInPlaceIsSeen) {
    const PreferenceScope preferred("onednn");
    const Array x = some_floats({1, 16, 9, 9}), bias = some_floats({16}, 3);
    Array w = some_floats({16, 16, 3, 3}, 2);
    conv(x, w);
    w += w;
    expect_equal(conv(x, w, bias), conv(x, copy(w), bias));

    const Array rows = some_floats({8, 64}, 4);
    Array matrix = some_floats({32, 64}, 5);
    linear(rows, matrix);
    matrix += matrix;
    expect_equal(linear(rows, matrix), linear(rows, copy(matrix)));
}

TEST(Weights, ViewsOfOneStorageAreToldApart) {
    const PreferenceScope preferred("onednn");
    const Array x = some_floats({1, 16, 9, 9}), both = some_floats({32, 16, 3, 3}, 2);
    const std::vector<Array> halves = split(both, {16}, 0);
    expect_equal(conv(x, halves[0]), conv(x, copy(halves[0])));
    expect_equal(conv(x, halves[1]), conv(x, copy(halves[1])));
}

TEST(Weights, MemoryThatOthersMayWriteIsNotKept) {
    const PreferenceScope preferred("onednn");
    const Array x = some_floats({1, 16, 9, 9}), w = some_floats({16, 16, 3, 3}, 2);
    w.body()->storage()->is_shared = true;
    const Array first = conv(x, w);
    EXPECT_EQ(kept_blobs(w), 0u);
    expect_equal(first, conv(x, copy(w)));
}

TEST(Threads, MayChangeBetweenCallsOfOneShape) {
    const PreferenceScope preferred("onednn");
    const Array x = some_floats({4, 32, 20, 20}), w = some_floats({32, 32, 3, 3}, 2);
    const int before = num_threads();
    for (const int threads : {1, 2, 1}) {
        SCOPED_TRACE(threads);
        set_num_threads(threads);
        const Array alone = conv(x, w);
        expect_equal(conv(x, w), alone);
    }
    set_num_threads(before);
}

}  // namespace
}  // namespace chainerx::testing
