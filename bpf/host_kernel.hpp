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
  host_kernel();

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

  std::unique_ptr<btf, btf_deleter> types_; ///< Null where the kernel has none.
};

} // namespace vedette
