// Builds the table of element-wise loops on first use.
#include "loop_table.h"

#include <memory>

namespace native {

const LoopTable& loop_table() {
    static const std::unique_ptr<const LoopTable> table = [] {
        auto made = std::make_unique<LoopTable>();
        fill_arithmetic_loops(*made);
        fill_division_loops(*made);
        fill_comparison_loops(*made);
        fill_bitwise_loops(*made);
        fill_logic_loops(*made);
        fill_selection_loops(*made);
        fill_rounding_loops(*made);
        fill_sign_loops(*made);
        fill_complex_loops(*made);
        fill_complex_function_loops(*made);
        fill_exponential_loops(*made);
        fill_trigonometric_loops(*made);
        fill_hyperbolic_loops(*made);
        fill_power_loops(*made);
        fill_root_loops(*made);
        fill_cast_loops(*made);
        return made;
    }();
    return *table;
}

}  // namespace native
