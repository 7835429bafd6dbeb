// The layer "record": writes every kernel call with its operands' contents before and its results' contents after.
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "chainerx/log.h"
#include "device/device_state.h"
#include "dispatch/running_launch.h"
#include "dispatch/thread_state.h"
#include "layer/layer.h"
#include "layer/recording.h"
#include "layer/tensor_span.h"

namespace chainerx::internal {

namespace {

constexpr const char* kRecordLog = "chainerx.record";

std::string file_name() {
    const char* given = std::getenv("CHAINERX_RECORD_FILE");
    return given != nullptr && *given != '\0' ? given : fmt::format("chainerx-{}.chxrec", getpid());
}

// The bytes that a tensor spans, after all work before; false if the plugin won't give them.
bool read_bytes(const PluginCall& call, const chx_tensor& tensor, Bytes& bytes) {
    const ByteSpan span = span_of(tensor);
    bytes.resize(static_cast<size_t>(span.end - span.begin));
    if (bytes.empty()) return true;
    const bool is_here = (tensor.flags & CHX_T_HOST_SCALAR) != 0 ||
                         call.plugin->desc.kernels_for != nullptr ||
                         (call.device->host_accessible_kinds & 1u << CHX_MEM_DEVICE) != 0;
    const chx_device_api& api = call.plugin->api;
    chx_stream* stream = call.stream == nullptr ? nullptr : call.stream->inner;
    if ((tensor.flags & CHX_T_HOST_SCALAR) == 0 && api.sync != nullptr &&
        api.sync(call.device->inner, stream) != CHX_OK) {
        return false;
    }
    if (is_here) {
        std::memcpy(bytes.data(), static_cast<const char*>(tensor.data) + span.begin, bytes.size());
        return true;
    }
    const chx_memref to{bytes.data(), 0, CHX_MEM_HOST, 0};
    const chx_memref from{tensor.data, static_cast<uint64_t>(span.begin), CHX_MEM_DEVICE, 0};
    return api.copy != nullptr &&
           api.copy(call.device->inner, &to, &from, bytes.size(), stream) == CHX_OK;
}

class Record : public Layer {
public:
    Record() : process_{getpid()}, writer_{file_name()} {
        log(kLogInfo, kRecordLog, fmt::format("kernel calls go to {}", file_name()));
    }

    chx_status before(PluginCall& call) override {
        if (!is_recorded(call)) return CHX_OK;
        auto record = std::make_shared<RecordedCall>();
        const chx_kernel_def& kernel = call.kernel->inner;
        record->plugin = call.plugin->desc.name;
        record->version = call.plugin->desc.version;
        record->op = kernel.op;
        record->op_version = kernel.op_version;
        record->dtypes = kernel.dtypes;
        const chx_launch& launch = *call.launch;
        record->device = running_launch_of(&launch).device->name();
        record->flags = launch.flags;
        record->inplace_outs = launch.inplace_outs;
        record->has_attrs = launch.attrs != nullptr;
        if (record->has_attrs) {
            const auto* attrs = static_cast<const unsigned char*>(launch.attrs);
            record->attrs.assign(attrs, attrs + launch.attrs_size);
        }
        for (int i = 0; i < launch.n_in; ++i)
            record->in.push_back(describe(call, launch.in[i], true));
        for (int i = 0; i < launch.n_out; ++i) record->alias.push_back(alias_of(launch, i));
        call.record = std::move(record);
        return CHX_OK;
    }

    chx_status after(PluginCall& call, chx_status status) override {
        if (call.record == nullptr) return status;
        const std::string text = take_error_text();
        call.record->status = status;
        call.record->text = text;
        for (int i = 0; i < call.launch->n_out; ++i)
            call.record->out.push_back(describe(call, call.launch->out[i], status == CHX_OK));
        writer_.add_call(*call.record);
        put_error_text(text);
        return status;
    }

private:
    // The child of a fork leaves the file to its parent.
    bool is_recorded(const PluginCall& call) const {
        return call.is(function::kKernel) && (call.launch->flags & CHX_L_CAPTURING) == 0 &&
               process_ == getpid();
    }

    RecordedTensor describe(const PluginCall& call, const chx_tensor* tensor, bool with_content) {
        RecordedTensor record;
        if (tensor == nullptr) return record;
        record.is_present = true;
        record.code = tensor->dtype.code;
        record.bits = tensor->dtype.bits;
        record.lanes = tensor->dtype.lanes;
        record.flags = tensor->flags;
        record.shape.assign(tensor->shape, tensor->shape + tensor->ndim);
        record.strides.assign(tensor->strides, tensor->strides + tensor->ndim);
        record.first = static_cast<int64_t>(tensor->byte_offset) - span_of(*tensor).begin;
        Bytes bytes;
        if (with_content && read_bytes(call, *tensor, bytes))
            record.content = writer_.add_content(bytes);
        return record;
    }

    static int alias_of(const chx_launch& launch, int output) {
        const chx_tensor* out = launch.out[output];
        for (int i = 0; i < launch.n_in && out != nullptr; ++i) {
            const chx_tensor* in = launch.in[i];
            if (in != nullptr && in->data == out->data && in->byte_offset == out->byte_offset &&
                (launch.inplace_outs >> output & 1u) != 0)
                return i;
        }
        return -1;
    }

    const pid_t process_;
    RecordingWriter writer_;
};

}  // namespace

std::unique_ptr<Layer> make_record_layer() { return std::make_unique<Record>(); }

}  // namespace chainerx::internal
