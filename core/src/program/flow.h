// Who reads and who writes each buffer of a Program, for the passes that change it.
#pragma once

#include <vector>

#include "program/ir.h"

namespace chainerx::internal {

struct Flow {
    explicit Flow(const ProgramIr& ir);

    struct Uses {
        std::vector<int> readers, writers;  // steps, ascending; a step that reads twice stands once
        bool is_kept = false;               // a result, or the gradient of an array outside
    };
    std::vector<Uses> buffers;

    // Written once by the Program, as a whole, and seen by nobody else.
    bool is_temporary(const ProgramIr& ir, int buffer) const;
    // Whether a step in (after, before) writes the buffer.
    bool is_written_between(int buffer, int after, int before) const;
};

// Whether the view is all of the buffer, row-major.
bool is_whole(const ProgramIr& ir, const View& view);

// Removes the steps that are marked.
void erase_steps(ProgramIr& ir, const std::vector<bool>& is_erased);

}  // namespace chainerx::internal
