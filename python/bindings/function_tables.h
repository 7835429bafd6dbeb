// The tables of generated functions, one per family of the op table; kFunctionTables is in the generated function_tables.cc.
#pragma once

#include "python_ref.h"

namespace chainerx::python {

struct FunctionTable {
    const char* module;            // "" or a submodule, "random"
    const PyMethodDef* functions;  // up to one without a name; nullptr ends the list of tables
    const PyMethodDef* methods;
};

extern const FunctionTable kFunctionTables[];

}  // namespace chainerx::python
