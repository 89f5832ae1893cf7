#pragma once

#include "signatures/signature.hpp"

#include <memory>

/// Each is defined in the file of its name, which holds the whole signature.
namespace vedette::builtin {

std::unique_ptr<signature> make_anti_debugging();
std::unique_ptr<signature> make_aslr_inspection();
std::unique_ptr<signature> make_cgroup_notify_on_release();
std::unique_ptr<signature> make_cgroup_release_agent();
std::unique_ptr<signature> make_connect_without_dns();
std::unique_ptr<signature> make_core_pattern_modification();
std::unique_ptr<signature> make_default_loader_mod();
std::unique_ptr<signature> make_disk_mount();
std::unique_ptr<signature> make_dns_rebinding();
std::unique_ptr<signature> make_docker_abuse();
std::unique_ptr<signature> make_dropped_executable();
std::unique_ptr<signature> make_dynamic_code_loading();
std::unique_ptr<signature> make_fileless_execution();
std::unique_ptr<signature> make_hidden_file_created();
std::unique_ptr<signature> make_illegitimate_shell();
std::unique_ptr<signature> make_k8s_api_connection();
std::unique_ptr<signature> make_k8s_cert_theft();
std::unique_ptr<signature> make_k8s_service_account_token();
std::unique_ptr<signature> make_kernel_module_loading();
std::unique_ptr<signature> make_ld_preload();
std::unique_ptr<signature> make_lineage_break();
std::unique_ptr<signature> make_proc_fops_hooking();
std::unique_ptr<signature> make_proc_kcore_read();
std::unique_ptr<signature> make_proc_mem_access();
std::unique_ptr<signature> make_proc_mem_code_injection();
std::unique_ptr<signature> make_process_vm_write_inject();
std::unique_ptr<signature> make_ptrace_code_injection();
std::unique_ptr<signature> make_rcd_modification();
std::unique_ptr<signature> make_reverse_shell_lineage();
std::unique_ptr<signature> make_sched_debug_recon();
std::unique_ptr<signature> make_scheduled_task_mod();
std::unique_ptr<signature> make_shell_under_server();
std::unique_ptr<signature> make_stdio_over_socket();
std::unique_ptr<signature> make_sudoers_modification();
std::unique_ptr<signature> make_syscall_hooking();
std::unique_ptr<signature> make_system_request_key_mod();
std::unique_ptr<signature> make_untracked_binary_in_container();

} // namespace vedette::builtin
