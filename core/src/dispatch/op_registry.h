// Ops that are not in the table: brought by plugins, found by name, given the next dense ids.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chx/chx_plugin.h"
#include "dispatch/op_def.h"

namespace chainerx::internal {

struct LoadedPlugin;

// An op that a plugin defined, with its attribute schema. Lives for ever.
struct PluginOp {
    OpDef def{};
    const chx_op_def* source = nullptr;
    std::string name;
    std::string backward_op;
    std::vector<std::string> backward_operands;
};

// Registers all ops of a plugin, before kernel tables are built. Ops with a bad name or a missing rule are logged and
// skipped; ops that are known already are left alone. Returns whether there were new ones.
bool register_plugin_ops(const LoadedPlugin& plugin);

// nullptr if no plugin brought an op of that full name.
const PluginOp* find_plugin_op(const std::string& full_name);

}  // namespace chainerx::internal
