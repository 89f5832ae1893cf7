#include "signatures/builtin.hpp"

#include "signatures/builtin_factories.hpp"

#include <array>

namespace vedette {

std::span<const signature_factory> builtin_signatures() {
  // In the order of their ids' numbers, as signature_ids has them.
  static constexpr std::array<signature_factory, 37> all{{
      {builtin::make_stdio_over_socket},         // TRC-101
      {builtin::make_anti_debugging},            // TRC-102
      {builtin::make_ptrace_code_injection},     // TRC-103
      {builtin::make_dynamic_code_loading},      // TRC-104
      {builtin::make_fileless_execution},        // TRC-105
      {builtin::make_cgroup_notify_on_release},  // TRC-106
      {builtin::make_ld_preload},                // TRC-107
      {builtin::make_k8s_service_account_token}, // TRC-108
      {builtin::make_aslr_inspection},           // TRC-109
      {builtin::make_cgroup_release_agent},      // TRC-1010
      {builtin::make_core_pattern_modification}, // TRC-1011
      {builtin::make_default_loader_mod},        // TRC-1012
      {builtin::make_k8s_api_connection},        // TRC-1013
      {builtin::make_disk_mount},                // TRC-1014
      {builtin::make_hidden_file_created},       // TRC-1015
      {builtin::make_illegitimate_shell},        // TRC-1016
      {builtin::make_kernel_module_loading},     // TRC-1017
      {builtin::make_k8s_cert_theft},            // TRC-1018
      {builtin::make_docker_abuse},              // TRC-1019
      {builtin::make_proc_fops_hooking},         // TRC-1020
      {builtin::make_proc_kcore_read},           // TRC-1021
      {builtin::make_dropped_executable},        // TRC-1022
      {builtin::make_proc_mem_access},           // TRC-1023
      {builtin::make_proc_mem_code_injection},   // TRC-1024
      {builtin::make_process_vm_write_inject},   // TRC-1025
      {builtin::make_rcd_modification},          // TRC-1026
      {builtin::make_scheduled_task_mod},        // TRC-1027
      {builtin::make_sudoers_modification},      // TRC-1028
      {builtin::make_sched_debug_recon},         // TRC-1029
      {builtin::make_syscall_hooking},           // TRC-1030
      {builtin::make_system_request_key_mod},    // TRC-1031
      {builtin::make_reverse_shell_lineage},     // VED-1
      {builtin::make_connect_without_dns},       // VED-2
      {builtin::make_untracked_binary_in_container}, // VED-3
      {builtin::make_lineage_break},             // VED-4
      {builtin::make_dns_rebinding},             // VED-5
      {builtin::make_shell_under_server},        // VED-6
  }};
  return all;
}

} // namespace vedette
