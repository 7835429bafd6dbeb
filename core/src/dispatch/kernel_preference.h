// The user's say in the order of kernels.
#pragma once

#include <memory>
#include <string>

namespace chainerx::internal {

struct KernelTable;

// 0 for the provider that goes first for an op, INT_MAX for those that no preference names.
int preference_rank(const std::string& provider, const char* op);

// All preferences in effect, as text: tables built under the same ones are alike.
std::string preference_key();

// The same kernels in the order that the preferences of now ask for. Calls no plugin.
std::unique_ptr<KernelTable> reordered_kernel_table(const KernelTable& table);

// Lets the kernel tables of all open devices follow the preferences of now.
void reorder_kernels();

}  // namespace chainerx::internal
