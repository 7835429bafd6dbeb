// The kernels on matrices, all of them.
#include "kernel_list.h"

namespace native {
namespace linalg {

void register_systems(KernelList& kernels);
void register_orthogonal(KernelList& kernels);
void register_singular_values(KernelList& kernels);
void register_eigenvalues(KernelList& kernels);

}  // namespace linalg

void register_linalg(KernelList& kernels) {
    linalg::register_systems(kernels);
    linalg::register_orthogonal(kernels);
    linalg::register_singular_values(kernels);
    linalg::register_eigenvalues(kernels);
}

}  // namespace native
