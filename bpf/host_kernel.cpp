#include "bpf/host_kernel.hpp"

#include "bpf/file_descriptor.hpp"

#include <array>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace vedette {

namespace {

/// By making one, which also a 64-bit program can: the kernel may have been built with
/// them and started without (ia32_emulation=0), and tells nobody.
bool try_compat_call() {
  const auto child = fork();
  if (child < 0)
    return true; // Nobody knows.
  if (child == 0) {
    struct sigaction fails = {};
    fails.sa_handler = [](int) { _exit(1); };
    sigaction(SIGSEGV, &fails, nullptr);
    long result = 20; // getpid
    asm volatile("int $0x80" : "+a"(result) : : "memory");
    _exit(result == getpid() ? 0 : 1);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0;
}

bool are_compat_calls_possible() {
  static const auto possible = try_compat_call();
  return possible;
}

} // namespace

host_kernel::host_kernel(bool waives_compat_calls)
    : waives_compat_calls_{waives_compat_calls}, types_{btf__load_vmlinux_btf()} {}

std::string host_kernel::refuses_blindness_to_compat_calls() const {
  if (waives_compat_calls_ || !are_compat_calls_possible())
    return "";
  return "32-bit system calls are possible here, and pass it unseen; who can do without "
         "them says `collectors.<name>.compat_calls: waive`";
}

void host_kernel::btf_deleter::operator()(btf* types) const {
  btf__free(types);
}

std::string host_kernel::refuses(bpf_prog_type type, bpf_attach_type attach,
                                 const std::string& function) const {
  const auto id =
      types_ ? btf__find_by_name_kind(types_.get(), function.c_str(), BTF_KIND_FUNC)
             : -1;
  if (id < 0)
    return "the kernel has no function " + function;
  // return 0
  const std::array<bpf_insn, 2> code{
      bpf_insn{.code = BPF_ALU64 | BPF_MOV | BPF_K,
               .dst_reg = BPF_REG_0,
               .src_reg = 0,
               .off = 0,
               .imm = 0},
      bpf_insn{
          .code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0}};
  bpf_prog_load_opts options{};
  options.sz = sizeof(options);
  options.expected_attach_type = attach;
  options.attach_btf_id = static_cast<__u32>(id);
  const auto program =
      bpf_prog_load(type, "vedette_trial", "GPL", code.data(), code.size(), &options);
  if (program < 0)
    return std::string{"the kernel refuses such programs: "} + std::strerror(-program);
  const file_descriptor loaded{program};
  const auto link = bpf_raw_tracepoint_open(nullptr, program);
  if (link < 0)
    return std::string{"the kernel refuses to attach such programs: "}
           + std::strerror(-link);
  const file_descriptor attached{link};
  return "";
}

std::string host_kernel::refuses_fentry(const char* function) const {
  return refuses(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, function);
}

std::string host_kernel::refuses_lsm(const char* hook) const {
  return refuses(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "bpf_lsm_" + std::string{hook});
}

bool host_kernel::has_function(const char* name) const {
  return types_ && btf__find_by_name_kind(types_.get(), name, BTF_KIND_FUNC) > 0;
}

unsigned host_kernel::arguments_of(const char* tracepoint) const {
  if (!types_)
    return 0;
  // typedef void (*btf_trace_NAME)(void*, …): the first one is the program's own.
  const auto name = "btf_trace_" + std::string{tracepoint};
  const auto id = btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_TYPEDEF);
  if (id < 0)
    return 0;
  const auto* pointer = btf__type_by_id(
      types_.get(), btf__type_by_id(types_.get(), static_cast<__u32>(id))->type);
  const auto* function = btf__type_by_id(types_.get(), pointer->type);
  const auto count = btf_vlen(function);
  return count > 0 ? count - 1U : 0;
}

bool host_kernel::has_helper(bpf_func_id helper) {
  return libbpf_probe_bpf_helper(BPF_PROG_TYPE_SOCKET_FILTER, helper, nullptr) == 1;
}

} // namespace vedette
