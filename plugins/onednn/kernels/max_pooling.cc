// max_pool with the indices that its gradient uses, which come from the workspace that oneDNN leaves for its own gradient.
#include <algorithm>
#include <bit>

#include <chx/ops/pooling.h>

#include "computation.h"
#include "engine.h"
#include "kernel_list.h"
#include "layout.h"
#include "max_windows.h"
#include "primitive_attributes.h"

namespace onednn {
namespace {

using Role = Argument::Role;
using Type = dnnl::memory::data_type;

// Where it beats the kernel of the plugin native: oneDNN pools sixteen channels at a time, which it rearranges; planes of
// which so many leave the cache, or of which there are few, cost more than they save.
constexpr double kLeastElements = 8192;
constexpr int64_t kLeastChannels = 8;
constexpr int64_t kMostPlaneBytes = 128 * 1024;
constexpr int64_t kGrainElements = 16 * 1024;
constexpr uint32_t kInfinity32 = 0x7f800000;

dnnl::pooling_forward::primitive_desc forward_description(
    const dnnl::memory::desc& x,
    const dnnl::memory::desc& y,
    const std::vector<MaxWindows::Axis>& axes) {
    Dims kernel, stride, before, behind;
    for (const MaxWindows::Axis& axis : axes) {
        kernel.push_back(axis.kernel);
        stride.push_back(axis.stride);
        before.push_back(axis.pad);
        const int64_t exact = (axis.out - 1) * axis.stride + axis.kernel - axis.in - axis.pad;
        behind.push_back(exact < 0 && exact > -axis.stride ? 0 : exact);
    }
    return {engine(),
            dnnl::prop_kind::forward_training,
            dnnl::algorithm::pooling_max,
            x,
            y,
            stride,
            kernel,
            Dims(axes.size(), 0),
            before,
            behind,
            primitive_attributes()};
}

// Whether there is a number for each element of y, in the places where those are.
bool has_plain_workspace(const dnnl::pooling_forward::primitive_desc& description) {
    const dnnl::memory::desc workspace = description.workspace_desc();
    const Type type = workspace.get_data_type();
    return (type == Type::u8 || type == Type::s32) &&
           workspace == plain_layout(description.dst_desc().get_dims(), type);
}

class MaxPooling : public Computation {
public:
    MaxPooling(const dnnl::pooling_forward::primitive_desc& description,
               std::vector<Argument> arguments,
               const std::vector<MaxWindows::Axis>& axes)
        : Computation(description, std::move(arguments)),
          workspace_(description.workspace_desc()),
          windows_(axes.data(), static_cast<int>(axes.size())) {}

    void run(const chx_launch& launch) const override {
        void* taken = chx::scratch(launch, workspace_.get_size());
        run_with(launch, {{DNNL_ARG_WORKSPACE, {workspace_, engine(), taken}}});
        workspace_.get_data_type() == Type::u8 ? finish(launch, static_cast<const uint8_t*>(taken))
                                               : finish(launch, static_cast<const int32_t*>(taken));
    }

private:
    template <class Tap>
    void finish(const chx_launch& launch, const Tap* taken) const {
        switch (data_type(chx::input(launch, 0))) {
            case Type::f32:
                return finish(launch, taken, kInfinity32);
            case Type::bf16:
                return finish(launch, taken, uint16_t{0x7f80});
            default:
                return finish(launch, taken, uint16_t{0x7c00});
        }
    }

    template <class Tap, class Bits>
    void finish(const chx_launch& launch, const Tap* taken, Bits infinity) const {
        const auto* x = chx::data<const Bits>(chx::input(launch, 0));
        auto* y = chx::data<Bits>(chx::output(launch, 0));
        auto* indices = chx::data<int64_t>(chx::output(launch, 1));
        const int64_t in = windows_.in_size(), out = windows_.out_size();
        const int64_t planes = chx::output(launch, 0).numel / out;
        const int64_t grain = std::max<int64_t>(1, kGrainElements / in);
        chx::parallel_for(planes, grain, [&](int64_t begin, int64_t end, int32_t) {
            for (int64_t i = begin; i < end; ++i) {
                if (windows_.are_ordinary(x + i * in, infinity)) {
                    windows_.locate(taken + i * out, indices + i * out);
                } else {
                    windows_.pool(x + i * in, infinity, y + i * out, indices + i * out);
                }
            }
        });
    }

    dnnl::memory::desc workspace_;
    MaxWindows windows_;
};

void require_profit(const chx_tensor& x) {
    if (settings.least_work == 0) return;
    if (static_cast<double>(x.numel) < kLeastElements * settings.least_work)
        refuse("too little work");
    const int64_t plane = x.numel / (x.shape[0] * x.shape[1]) * chx::item_size(x.dtype);
    if (x.shape[1] < kLeastChannels || plane > kMostPlaneBytes) refuse("few or large planes");
}

std::unique_ptr<Computation> forward(const chx_launch& launch) {
    const chx_tensor &x = chx::input(launch, 0), &y = chx::output(launch, 0);
    const auto& attrs = chx::attrs<chx_attrs_max_pool>(launch);
    if (launch.out[1] == nullptr) refuse("indices not wanted");
    if (x.ndim < 3 || x.ndim > 5) refuse("oneDNN pools along one to three axes");
    require_profit(x);
    std::vector<MaxWindows::Axis> axes;
    for (int i = 0; i < attrs.n_kernel; ++i) {
        axes.push_back(
            {x.shape[i + 2], y.shape[i + 2], attrs.kernel[i], attrs.stride[i], attrs.pad[i]});
        const MaxWindows::Axis& axis = axes.back();
        if (axis.pad >= axis.kernel || (axis.out - 1) * axis.stride - axis.pad >= axis.in)
            refuse("windows of padding only");
    }
    const dnnl::memory::desc from = layout_of(x), to = layout_of(y);
    const auto description = forward_description(from, to, axes);
    if (!has_plain_workspace(description)) refuse("a workspace that it can't read");
    return std::make_unique<MaxPooling>(
        description,
        std::vector<Argument>{{DNNL_ARG_SRC, Role::kInput, 0, from, from},
                              {DNNL_ARG_DST, Role::kOutput, 0, to, to}},
        axes);
}

// oneDNN does not say what is in the workspace. Whether it is what is taken out of it here, an example shows whose
// maxima are in many places of their windows, some of them twice.
bool reads_workspace() {
    const std::vector<MaxWindows::Axis> axes{{7, 4, 3, 2, 1}, {9, 8, 2, 1, 0}};
    const MaxWindows windows(axes.data(), 2);
    const dnnl::memory::desc from = plain_layout({1, 1, 7, 9}, Type::f32),
                             to = plain_layout({1, 1, 4, 8}, Type::f32);
    const auto description = forward_description(from, to, axes);
    const dnnl::memory::desc workspace = description.workspace_desc(),
                             scratchpad = description.scratchpad_desc();
    if (!has_plain_workspace(description) || workspace.get_data_type() != Type::u8) return false;
    std::vector<uint32_t> x, y(32), expected(32);
    for (int i = 0; i < 63; ++i)
        x.push_back(std::bit_cast<uint32_t>(static_cast<float>(i * 29 % 31 - 15)));
    std::vector<uint8_t> taken(32), scratch(scratchpad.get_size());
    dnnl::stream stream(engine());
    dnnl::pooling_forward(description)
        .execute(stream,
                 {{DNNL_ARG_SRC, {from, engine(), x.data()}},
                  {DNNL_ARG_DST, {to, engine(), y.data()}},
                  {DNNL_ARG_WORKSPACE, {workspace, engine(), taken.data()}},
                  {DNNL_ARG_SCRATCHPAD, {scratchpad, engine(), scratch.data()}}});
    stream.wait();
    std::vector<int64_t> located(32), indices(32);
    windows.locate(taken.data(), located.data());
    windows.pool(x.data(), kInfinity32, expected.data(), indices.data());
    return y == expected && located == indices;
}

}  // namespace

void register_max_pooling(KernelList& kernels) {
    if (!translated([] { return reads_workspace(); })) return;
    add<forward>(kernels, CHX_OP_MAX_POOL, CHX_OP_MAX_POOL_VERSION, kFaster, kExact)
        .least_elements = least_elements(kLeastElements);
}

}  // namespace onednn
