// Checks that a program has the operands it is written for.
#include "elementwise_plan.h"

#include <string>

namespace native {

ElementwiseProgram prepare_program(const chx_program& program, const chx_launch& launch) {
    uint8_t types[CHX_PROGRAM_MAX_INPUTS] = {};
    if (program.n_in != launch.n_in) {
        throw chx::Error(CHX_E_INVALID,
                         "chx.fused_elementwise: " + std::to_string(launch.n_in) +
                             " operands were given to a program of " +
                             std::to_string(program.n_in));
    }
    for (uint32_t k = 0; k < program.n_in && k < CHX_PROGRAM_MAX_INPUTS; ++k) {
        const int type = chx::type_code(launch.in[k]->dtype);
        if (type < 0) {
            throw chx::Error(CHX_E_UNIMPLEMENTED,
                             "chx.fused_elementwise: a dtype without arithmetic");
        }
        types[k] = static_cast<uint8_t>(type);
    }
    return ElementwiseProgram(program, types);
}

}  // namespace native
