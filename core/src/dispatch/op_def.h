// An op as the core knows it: its rules, where its gradient and decomposition are, and its dense id.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chainerx/array.h"
#include "chainerx/dtype.h"
#include "chainerx/shape.h"

namespace chainerx::internal {

struct OpDef;
struct ThreadContext;

enum class OpKind : uint8_t { kElementwise, kView, kReduction, kIrregular };
enum class DispatchRule : uint8_t { kCommon, kFloat, kFirst, kAttribute };
enum class ResultRule : uint8_t { kSame, kBool, kInt64, kReal, kSum, kAttribute };

// Most operands and results of one op. A variadic op with more is split by its function.
inline constexpr int kMaxInputs = 64;
inline constexpr int kMaxOutputs = 6;

inline constexpr uint8_t kFreeDType =
    255;  // takes part in promotion and arrives with the dispatch dtype
inline constexpr uint8_t kAnyDType = 254;  // arrives as it is

// Shape rule: reads the inputs' shapes and dtypes, sets the outputs'.
class InferContext {
public:
    // Writes to shapes and dtypes of kMaxOutputs; the latter hold what the row says.
    InferContext(const OpDef& op,
                 const Operand* inputs,
                 int n_inputs,
                 const void* attrs,
                 DType dtype,
                 Shape* shapes,
                 DType* dtypes)
        : op_{op},
          inputs_{inputs},
          n_inputs_{n_inputs},
          attrs_{attrs},
          dtype_{dtype},
          shapes_{shapes},
          dtypes_{dtypes} {}

    const OpDef& op() const { return op_; }
    int n_inputs() const { return n_inputs_; }
    bool has(int i) const { return i < n_inputs_ && !inputs_[i].is_absent(); }
    DimsView shape(int i) const {
        const ArrayBody* body = inputs_[i].body();
        return body == nullptr ? DimsView() : DimsView(body->tensor.shape, body->tensor.ndim);
    }
    DType dtype(int i) const;
    DType dispatch_dtype() const { return dtype_; }
    template <typename T>
    const T& attrs() const {
        return *static_cast<const T*>(attrs_);
    }
    // The dtype defaults to the row's result rule.
    void set(int i, DimsView shape) {
        shapes_[i] = shape;
        is_set_ |= 1u << i;
    }
    // For ops whose row has no say in it.
    void set(int i, DimsView shape, DType dtype) {
        set(i, shape);
        dtypes_[i] = dtype;
    }
    bool is_set(int i) const { return (is_set_ >> i & 1u) != 0; }

private:
    const OpDef& op_;
    const Operand* inputs_;
    int n_inputs_;
    const void* attrs_;
    DType dtype_;
    Shape* shapes_;
    DType* dtypes_;
    uint32_t is_set_ = 0;
};

class GradientContext;

using InferFn = void (*)(InferContext&);
using GradientFn = void (*)(GradientContext&);
// Computes the op from others. inputs already have the dispatch dtype; outputs come back by value.
using DecomposeFn = void (*)(const Operand* inputs,
                             int n_inputs,
                             const void* attrs,
                             Array* outputs);

// The size that an op's attribute struct has in headers of the ABI from this minor on.
struct AttrsSize {
    uint32_t since_minor;
    uint32_t size;
};

struct OpDef {
    const char* name;  // without "chx."
    uint16_t id;
    uint16_t version;
    OpKind kind;
    DispatchRule dispatch;
    ResultRule result;
    bool is_variadic;
    bool is_primitive;
    uint8_t n_inputs;  // of a variadic op: without the group
    uint8_t n_outputs;
    uint16_t opcode;  // 0: none
    uint32_t dtypes;  // bit per DType
    uint32_t attrs_size;
    const uint8_t* input_dtypes;   // DType or kFreeDType; of a variadic op one more, for the group
    const uint8_t* output_dtypes;  // DType or kFreeDType
    uint32_t auxiliary_outputs;    // bit i: output i carries no gradient
    uint32_t saves_inputs, saves_outputs;
    InferFn infer;                 // nullptr: the stock rule of the kind
    GradientFn gradient;           // nullptr: not differentiable, unless through its decomposition
    DecomposeFn decompose;         // nullptr: none
    const uint16_t* leaves;        // ids of the ops its decomposition is made of, kNoOp at the end
    bool takes_one_dtype = false;  // all operands arrive with the dispatch dtype
    // Beyond that: element-wise, one result and no attributes. See plain_call.h.
    bool is_plain = false;
    const AttrsSize* attrs_sizes = nullptr;  // oldest first, {0, 0} at the end; nullptr: never grew
    // Of complex operands the gradient is right as it is; else that of a holomorphic function, for conjugates. See backward.cc.
    bool has_own_complex_gradient = false;
    // Not element-wise, with operands of which the first has the dispatch dtype. See direct_call.h.
    bool is_direct = false;
};
inline constexpr uint16_t kNoOp = 0xffff;

// What a plugin built against that minor of the ABI knows of the op's attributes.
uint32_t attrs_size_at(const OpDef& op, uint32_t abi_minor);

inline bool supports_dtype(const OpDef& op, DType dtype) {
    return (op.dtypes >> static_cast<int>(dtype)) & 1u;
}

// All built-in ops, by id; made from sdk/ops.toml.
extern const OpDef kOps[];
extern const uint16_t kBuiltinOpCount;

// Built-in, or registered by a plugin or a program; nullptr if unknown. Full names: "chx.add", "acme.flash_attention".
const OpDef* find_op(const std::string& full_name);
std::string full_name(const OpDef& op);
// One more than the highest id in use.
uint32_t registered_op_count();

}  // namespace chainerx::internal
