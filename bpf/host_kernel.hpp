#pragma once

#include <linux/bpf.h>
#include <memory>
#include <string>

struct btf;

namespace vedette {

/// What the running kernel has and lets us do, found out in milliseconds: trying by
/// loading our own programs takes ten times as long.
class host_kernel {
public:
  /// `waives_compat_calls`: whoever runs us says that 32-bit calls need not be seen.
  explicit host_kernel(bool waives_compat_calls);

  /// Why a probe that is blind to 32-bit system calls will not do, or "".
  [[nodiscard]] std::string refuses_blindness_to_compat_calls() const;

  /// Whether the kernel's types tell of such a function.
  [[nodiscard]] bool has_function(const char* name) const;
  /// Why a program on this function would not be accepted, or "".
  [[nodiscard]] std::string refuses_fentry(const char* function) const;
  [[nodiscard]] std::string refuses_lsm(const char* hook) const;
  /// Arguments that a tracepoint passes; 0: there is none of this name.
  [[nodiscard]] unsigned arguments_of(const char* tracepoint) const;
  [[nodiscard]] static bool has_helper(bpf_func_id helper);

private:
  struct btf_deleter {
    void operator()(btf* types) const;
  };
  [[nodiscard]] std::string refuses(bpf_prog_type type, bpf_attach_type attach,
                                    const std::string& function) const;

  bool waives_compat_calls_;
  std::unique_ptr<btf, btf_deleter> types_; ///< Null where the kernel has none.
};

} // namespace vedette
