// The cases of the kit, by topic.
#pragma once

#include "case.h"

namespace conformance {

void add_elf_cases(CaseList& cases);
void add_query_cases(CaseList& cases);
void add_negotiation_cases(CaseList& cases);
void add_description_cases(CaseList& cases);
void add_memory_cases(CaseList& cases);
void add_error_cases(CaseList& cases);
void add_leak_cases(CaseList& cases);
void add_leftover_cases(CaseList& cases);
void add_lifetime_cases(CaseList& cases);
void add_thread_cases(CaseList& cases);
void add_stream_cases(CaseList& cases);
// For each op that the plugin has kernels for.
void add_kernel_cases(CaseList& cases, const std::vector<std::string>& ops);
void add_contract_cases(CaseList& cases, const std::vector<std::string>& ops);
void add_stream_kernel_cases(CaseList& cases);
void add_capture_cases(CaseList& cases);
void add_huge_cases(CaseList& cases);
void add_gradient_cases(CaseList& cases);
void add_core_cases(CaseList& cases);

// All of them, in the order of the report.
CaseList all_cases(const std::vector<std::string>& ops);

}  // namespace conformance
