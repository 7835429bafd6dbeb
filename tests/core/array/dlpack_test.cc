// DLPack without Python: tensors out of arrays and into them, with fake libraries at the other end.
#include "chainerx/dlpack.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "chainerx/detail/dlpack_device.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

namespace dlpack = internal::dlpack;
using dlpack::ManagedTensor;
using dlpack::ManagedTensorVersioned;
using internal::expect_contains;
using internal::message_of;

// As a library that includes <dlpack/dlpack.h> sees it.
ManagedTensorVersioned* exported(const Array& array, DlpackCopy copy = DlpackCopy::kIfNeeded) {
    return reinterpret_cast<ManagedTensorVersioned*>(to_dlpack(array, copy));
}

// A tensor of another library: 12 float64 numbers, which it frees when nobody needs them any more.
struct Foreign {
    ManagedTensorVersioned managed{};
    std::vector<double> data{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    std::vector<int64_t> shape{3, 4}, strides{4, 1};
    std::atomic<int>* n_deleted;

    explicit Foreign(std::atomic<int>& n) : n_deleted{&n} {
        managed.major = 1;
        managed.minor = 0;
        managed.context = this;
        managed.deleter = [](ManagedTensorVersioned* self) {
            auto* foreign = static_cast<Foreign*>(self->context);
            ++*foreign->n_deleted;
            delete foreign;
        };
        managed.tensor = {
            data.data(), {dlpack::kCpu, 0}, 2, {2, 64, 1}, shape.data(), strides.data(), 0};
    }
    DLManagedTensorVersioned* pointer() {
        return reinterpret_cast<DLManagedTensorVersioned*>(&managed);
    }
};

class Dlpack : public ::testing::Test {
protected:
    std::atomic<int> n_deleted{0};
    Foreign* foreign = new Foreign(n_deleted);
};

TEST(DlpackExport, SharesMemory) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {2, 3});
    ManagedTensorVersioned* managed = exported(transpose(x));
    EXPECT_EQ(managed->major, 1U);
    EXPECT_EQ(managed->flags, 0U);
    const dlpack::Tensor& tensor = managed->tensor;
    EXPECT_EQ(tensor.data, x.data());
    EXPECT_EQ(tensor.byte_offset, 0U);
    EXPECT_EQ(tensor.device.device_type, dlpack::kCpu);
    EXPECT_EQ(tensor.ndim, 2);
    EXPECT_EQ(DimsView(tensor.shape, 2), DimsView({3, 2}));
    EXPECT_EQ(DimsView(tensor.strides, 2), DimsView({1, 3}));
    x.fill(9);
    EXPECT_EQ(static_cast<double*>(tensor.data)[5], 9);
    managed->deleter(managed);
}

TEST(DlpackExport, KeepsMemoryAndIsDeletedAnywhere) {
    ManagedTensorVersioned* managed = exported(doubles({1, 2}));
    EXPECT_EQ(static_cast<double*>(managed->tensor.data)[1], 2);
    std::thread([managed] { managed->deleter(managed); }).join();
}

TEST(DlpackExport, Copies) {
    const Array x = doubles({1, 2, 3});
    ManagedTensorVersioned* managed = exported(x, DlpackCopy::kAlways);
    EXPECT_NE(managed->tensor.data, x.data());
    EXPECT_EQ(managed->flags, dlpack::kFlagIsCopied);
    managed->deleter(managed);
}

TEST(DlpackExport, NegativeStridesAreCopied) {
    const Array x = doubles({1, 2, 3}).at({Slice{std::nullopt, std::nullopt, -1}});
    ManagedTensorVersioned* copied = exported(x);
    EXPECT_EQ(copied->flags, dlpack::kFlagIsCopied);
    EXPECT_EQ(copied->tensor.strides[0], 1);
    EXPECT_EQ(static_cast<double*>(copied->tensor.data)[0], 3);
    copied->deleter(copied);
    ManagedTensorVersioned* shared = exported(x, DlpackCopy::kNever);
    EXPECT_EQ(shared->flags, 0U);
    EXPECT_EQ(shared->tensor.strides[0], -1);
    EXPECT_EQ(shared->tensor.data, x.data());
    shared->deleter(shared);
}

TEST(DlpackExport, ReadOnlyArrays) {
    double data[2] = {1, 2};
    const Array x = array_from_memory(data, {2}, {1}, DType::kFloat64, native(), nullptr, 0, true);
    ManagedTensorVersioned* managed = exported(x);
    EXPECT_EQ(managed->flags, dlpack::kFlagReadOnly);
    managed->deleter(managed);
    expect_contains(message_of<ValueError>([&] { to_dlpack_unversioned(x); }), "read-only");
    auto* copied = reinterpret_cast<ManagedTensor*>(to_dlpack_unversioned(x, DlpackCopy::kAlways));
    EXPECT_NE(copied->tensor.data, data);
    copied->deleter(copied);
}

TEST(DlpackExport, WithoutElementsOrDimensions) {
    ManagedTensorVersioned* empty = exported(doubles({}, {0, 3}));
    EXPECT_EQ(empty->tensor.data, nullptr);
    EXPECT_EQ(DimsView(empty->tensor.shape, 2), DimsView({0, 3}));
    empty->deleter(empty);
    ManagedTensorVersioned* scalar = exported(doubles({5}, {}));
    EXPECT_EQ(scalar->tensor.ndim, 0);
    EXPECT_EQ(*static_cast<double*>(scalar->tensor.data), 5);
    scalar->deleter(scalar);
}

TEST(DlpackExport, WhatIsRefused) {
    const Array x = doubles({1});
    x.require_grad();
    expect_contains(message_of<GradientError>([&] { to_dlpack(x); }), "as_grad_stopped");
    expect_contains(message_of<DeviceError>([] { to_dlpack(doubles({1}).to_device(sim())); }),
                    "no name");
}

TEST(DlpackRoundTrip, EveryDtype) {
    for (int i = 0; i < kDTypeCount; ++i) {
        const Array x = doubles({0, 1, 2, 3}, {2, 2}).astype(static_cast<DType>(i));
        const Array y = from_dlpack(to_dlpack(x)), z = from_dlpack(to_dlpack_unversioned(x));
        EXPECT_EQ(y.dtype(), x.dtype());
        EXPECT_EQ(y.data(), x.data());
        EXPECT_EQ(z.data(), x.data());
    }
}

TEST_F(Dlpack, ImportSharesMemory) {
    double* data = foreign->data.data();
    {
        const Array x = from_dlpack(foreign->pointer());
        EXPECT_EQ(x.data(), data);
        expect_array(x, {3, 4}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        const Array part = x.at({1});
        part.fill(20);
        EXPECT_EQ(data[4], 20);
        EXPECT_EQ(n_deleted, 0);
    }
    EXPECT_EQ(n_deleted, 1);
}

TEST_F(Dlpack, ByteOffsetAndStrides) {
    foreign->managed.tensor.byte_offset = 16;
    foreign->shape = {2, 2};
    foreign->strides = {1, 4};
    expect_array(from_dlpack(foreign->pointer()), {2, 2}, {2, 6, 3, 7});
    EXPECT_EQ(n_deleted, 1);
}

TEST_F(Dlpack, NoStridesMeanRowMajor) {
    foreign->managed.tensor.strides = nullptr;  // as libraries older than DLPack 1.2 may have it
    expect_array(from_dlpack(foreign->pointer()), {3, 4}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
}

TEST_F(Dlpack, NegativeStrides) {
    foreign->managed.tensor.byte_offset = 11 * 8;
    foreign->strides = {-4, -1};
    expect_array(from_dlpack(foreign->pointer()), {3, 4}, {11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
}

TEST_F(Dlpack, ReadOnlyTensors) {
    foreign->managed.flags = dlpack::kFlagReadOnly;
    const Array x = from_dlpack(foreign->pointer());
    EXPECT_THROW(x.fill(1), ChainerxError);
}

TEST_F(Dlpack, UnversionedTensorsAreReadOnly) {
    const Array x = doubles({1, 2});
    const Array y = from_dlpack(to_dlpack_unversioned(x));
    EXPECT_THROW(y.fill(1), ChainerxError);
    from_dlpack(to_dlpack_unversioned(x), DlpackCopy::kAlways).fill(1);
    delete foreign;
}

TEST_F(Dlpack, Copies) {
    double* data = foreign->data.data();
    const Array x = from_dlpack(foreign->pointer(), DlpackCopy::kAlways);
    EXPECT_EQ(n_deleted, 1);
    EXPECT_NE(x.data(), data);
    // What the producer copied is not copied again.
    auto* copied = new Foreign(n_deleted);
    copied->managed.flags = dlpack::kFlagIsCopied;
    data = copied->data.data();
    EXPECT_EQ(from_dlpack(copied->pointer(), DlpackCopy::kAlways).data(), data);
}

TEST_F(Dlpack, ElementsThatAreNotAligned) {
    foreign->managed.tensor.byte_offset = 1;
    foreign->shape = {2, 1};
    foreign->strides = {1, 1};
    const Array x = from_dlpack(foreign->pointer());
    EXPECT_EQ(n_deleted, 1);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(x.data()) % 8, 0U);
    EXPECT_EQ(to_string(x.shape()), "(2, 1)");
    auto* refused = new Foreign(n_deleted);
    refused->managed.tensor.byte_offset = 1;
    refused->shape = {2, 4};
    expect_contains(
        message_of<ValueError>([&] { from_dlpack(refused->pointer(), DlpackCopy::kNever); }),
        "aligned");
    EXPECT_EQ(n_deleted, 2);
}

TEST_F(Dlpack, WhatIsRefusedIsDeletedOnce) {
    delete foreign;
    const auto expect_refused = [&](const char* why, const std::function<void(Foreign&)>& change) {
        n_deleted = 0;
        auto* tensor = new Foreign(n_deleted);
        change(*tensor);
        expect_contains(message_of<ChainerxError>([&] { from_dlpack(tensor->pointer()); }), why);
        EXPECT_EQ(n_deleted, 1) << why;
    };
    expect_refused("version 2", [](Foreign& f) { f.managed.major = 2; });
    expect_refused("-1 dimensions", [](Foreign& f) { f.managed.tensor.ndim = -1; });
    expect_refused("17 dimensions", [](Foreign& f) { f.managed.tensor.ndim = 17; });
    expect_refused("no shape", [](Foreign& f) { f.managed.tensor.shape = nullptr; });
    expect_refused("negative", [](Foreign& f) { f.shape = {-1, 4}; });
    expect_refused("no data", [](Foreign& f) { f.managed.tensor.data = nullptr; });
    expect_refused("type code 17", [](Foreign& f) { f.managed.tensor.dtype = {17, 4, 1}; });
    expect_refused("lanes", [](Foreign& f) { f.managed.tensor.dtype.lanes = 4; });
    expect_refused("(12, 0)", [](Foreign& f) { f.managed.tensor.device = {dlpack::kExtDev, 0}; });
    expect_refused("(2, 7)", [](Foreign& f) { f.managed.tensor.device = {dlpack::kCuda, 7}; });
}

TEST_F(Dlpack, WithoutElements) {
    foreign->shape = {0, 4};
    foreign->managed.tensor.data = nullptr;
    expect_array(from_dlpack(foreign->pointer()), {0, 4}, {});
    EXPECT_EQ(n_deleted, 1);
}

TEST_F(Dlpack, HostMemoryGoesToTheDefaultDevice) {
    const DeviceScope scope(native(1));
    EXPECT_EQ(&from_dlpack(foreign->pointer()).device(), &native(1));
    auto* other = new Foreign(n_deleted);
    other->managed.tensor.device = {dlpack::kCudaHost, 0};
    const DeviceScope elsewhere(sim());
    EXPECT_EQ(&from_dlpack(other->pointer()).device(), &native(0));
}

TEST_F(Dlpack, NoDeleter) {
    foreign->managed.deleter = nullptr;
    {
        const Array x = from_dlpack(foreign->pointer());
    }
    EXPECT_EQ(n_deleted, 0);
    delete foreign;
}

TEST(DlpackStreams, AForeignStreamWaits) {
    Device& device = sim();
    Stream ours(device), theirs(device);
    Array x;
    {
        const StreamScope scope(ours);
        x = zeros({3}, DType::kFloat32, &device);
        for (int i = 0; i < 4; ++i) x = x + ones({}, DType::kFloat32, &device);
        EXPECT_FALSE(ours.is_done());
        let_stream_wait(x, theirs.native());
    }
    EXPECT_FALSE(ours.is_done());  // the host did not wait
    theirs.synchronize();
    EXPECT_TRUE(ours.is_done());
}

TEST(DlpackStreams, DevicesWithoutStreams) {
    EXPECT_THROW(let_stream_wait(doubles({1}), nullptr), NotImplementedError);
}

}  // namespace
}  // namespace chainerx::testing
