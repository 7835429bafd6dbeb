// A primitive with everything around it: what it is given, in which layout it wants it, and where it goes.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <dnnl.hpp>

#include "kernel_list.h"
#include "tolerances.h"

namespace onednn {

// An operand or result of a primitive.
struct Argument {
    enum class Role {
        kInput,  // launch.in[index]
        kWeight,  // the same; what becomes of it in the wanted layout is kept as long as it is not written
        kOutput,  // launch.out[index]
        kSum,     // the same, of a primitive that adds to what is there
    };
    int tag;  // DNNL_ARG_*
    Role role;
    int index;
    dnnl::memory::desc given;   // as the core has it
    dnnl::memory::desc wanted;  // as the primitive takes it
};

class Computation {
public:
    // What oneDNN calls its reference implementation: loops that are refused, or as good as others.
    enum class Reference { kRefused, kTaken };

    // Throws CHX_E_UNIMPLEMENTED if oneDNN has only refused loops for it.
    Computation(const dnnl::primitive_desc_base& description,
                std::vector<Argument> arguments,
                Reference reference = Reference::kRefused);
    virtual ~Computation() = default;
    Computation(const Computation&) = delete;
    Computation& operator=(const Computation&) = delete;

    virtual void run(const chx_launch& launch) const { run_with(launch, {}); }

    // oneDNN's name of what does it: "jit:avx2", "gemm:jit".
    const std::string& implementation() const noexcept { return implementation_; }

protected:
    // By DNNL_ARG_*.
    using Memories = std::unordered_map<int, dnnl::memory>;

    // For what is computed without a primitive, by a run() of its own.
    explicit Computation(std::string implementation) : implementation_(std::move(implementation)) {}

    // others: what the primitive takes beside the operands.
    void run_with(const chx_launch& launch, Memories others) const;

private:
    struct Step {
        Argument argument;
        dnnl::reorder reorder;  // empty where nothing is to be done
        dnnl::memory::desc reorder_scratch;
        uint64_t offset;  // of its wanted layout in the scratch memory
        std::string key;  // of a weight
    };
    struct Call;

    void place(Step& step);
    dnnl::memory take(const Step& step, Call& call) const;
    dnnl::memory zeros_for(const Step& step, const dnnl::memory& given, Call& call) const;
    void* packed_weight(const Step& step, const dnnl::memory& given, Call& call) const;
    void reorder(const Step& step, dnnl::memory from, dnnl::memory to, Call& call) const;

    std::string implementation_;
    dnnl::primitive primitive_;
    std::vector<Step> steps_;
    dnnl::memory::desc scratchpad_;
    uint64_t pad_bytes_ =
        0;  // for the primitive and the reorders, one after the other, at offset 0
    uint64_t scratch_bytes_ = 0;
};

// Makes the computation of a launch, or throws chx::Error: CHX_E_UNIMPLEMENTED leaves the call to others.
using Maker = std::unique_ptr<Computation> (*)(const chx_launch& launch);

// The state of a kernel.
struct Op {
    const char* name;
};

// chx_kernel_def.plan of a kernel whose function is run_planned().
chx_status plan_computation(Maker make, const chx_launch& launch, chx_plan& plan);
void run_planned(const Op& op, const chx_launch& launch);

template <Maker make>
chx_status plan_entry(void*, const chx_launch* launch, chx_plan* plan) noexcept {
    return chx::guard([&] { return plan_computation(make, *launch, *plan); });
}

// Registers a kernel for the dtypes that oneDNN computes with here.
template <Maker make>
chx_kernel_def& add(KernelList& kernels,
                    const char* op,
                    uint32_t version,
                    int64_t priority,
                    const Tolerances& tolerances,
                    uint64_t caps = 0) {
    static Op state{op};
    chx_kernel_def& def = kernels.add(op,
                                      version,
                                      settings.dtypes,
                                      kCaps | caps,
                                      chx::kernel<&run_planned>,
                                      &state,
                                      plan_entry<make>);
    def.priority = priority;
    tolerances.apply_to(def);
    return def;
}

}  // namespace onednn
