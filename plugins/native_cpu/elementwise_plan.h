// Element-wise programs made ready once for all launches of a shape, as the plan of the kernels that run them.
#pragma once

#include <chx/chx_plugin.hpp>

#include "elementwise_engine.h"

namespace native {

// Throws where the program does not suit the operands of the launch.
ElementwiseProgram prepare_program(const chx_program& program, const chx_launch& launch);

template <class Attrs>
chx_status plan_program(void*, const chx_launch* launch, chx_plan* plan) {
    return chx::guard([&] {
        plan->state =
            new ElementwiseProgram(prepare_program(chx::attrs<Attrs>(*launch).program, *launch));
        plan->destroy = [](void* state) { delete static_cast<ElementwiseProgram*>(state); };
    });
}

inline const ElementwiseProgram& planned_program(const chx_launch& launch) {
    return *static_cast<const ElementwiseProgram*>(launch.plan->state);
}

}  // namespace native
