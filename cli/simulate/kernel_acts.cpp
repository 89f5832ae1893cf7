// What is done to the kernel itself, which is not done.

#include "cli/simulate/act.hpp"

#include <array>

namespace vedette::simulation {

namespace {

std::string module_hindrance() {
  return access("/proc/modules", F_OK) != 0
             ? "this kernel has no modules"
             : "loading a module would not be harmless: it becomes part of the kernel";
}

std::string hook_hindrance() {
  return "hooking the kernel would not be harmless: it needs foreign code in it";
}

constexpr std::string_view not_done = "not done: it would not be harmless";

constexpr std::array<act, 3> acts{{
    {"TRC-1017", "kernel_module_loading", "nothing", place::host, nullptr, not_done,
     module_hindrance},
    {"TRC-1020", "proc_fops_hooking", "nothing", place::host, nullptr, not_done,
     hook_hindrance},
    {"TRC-1030", "syscall_hooking", "nothing", place::host, nullptr, not_done,
     hook_hindrance},
}};

} // namespace

std::span<const act> kernel_acts() {
  return acts;
}

} // namespace vedette::simulation
