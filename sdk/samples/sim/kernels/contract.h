// What a later contract may have that these kernels do not know.
#pragma once

#include <string>

#include <chx/chx_plugin.h>

namespace sim {

// Throws CHX_E_UNIMPLEMENTED for codes and instructions that this header does not have.
void check_contract(const std::string& op, const chx_launch& launch);

}  // namespace sim
