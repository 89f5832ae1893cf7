#pragma once

#include "bpf/file_descriptor.hpp"
#include "runtime/errors.hpp"

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Whose code an address of the kernel's is.
struct code_owner {
  std::string function; ///< "": not known.
  /// `system` for the kernel itself, `bpf` for its programs; `hidden`: nobody says that
  /// it is his.
  std::string module;

  bool operator==(const code_owner&) const = default;
};

/// Where the kernel's functions are, of /proc/kallsyms. What the kernel itself has is read
/// once; what modules have, when it is asked for.
class kernel_symbols {
public:
  /// Reads 100 000 lines and more: 20 to 100 ms. The files stay open, as who opens them is
  /// what decides whether addresses are shown. Errors: unavailable, system.
  static std::expected<kernel_symbols, error>
  read(const char* symbols = "/proc/kallsyms", const char* modules = "/proc/modules");

  /// Whether it is the kernel's own code: of no module, and of nothing made at run time.
  [[nodiscard]] bool is_core(std::uint64_t address) const {
    return address >= begin_ && address < end_;
  }
  /// Whether a function begins there that is called like a system call's.
  [[nodiscard]] bool is_system_call(std::uint64_t address) const {
    return calls_.contains(address);
  }
  /// Number of the x86-64 table whose own function begins there; nothing for what several
  /// share.
  [[nodiscard]] std::optional<int> number_of(std::uint64_t address) const;

  /// Of the tables of system calls; nothing where the kernel hides data (no
  /// CONFIG_KALLSYMS_ALL), or has no such table.
  [[nodiscard]] std::optional<std::uint64_t> native_table() const { return native_; }
  [[nodiscard]] std::optional<std::uint64_t> compat_table() const { return compat_; }
  [[nodiscard]] std::uint64_t core_end() const { return end_; }

  /// As of now: reads all again. One for each address, in their order.
  [[nodiscard]] std::vector<code_owner>
  owners_of(std::span<const std::uint64_t> addresses) const;

private:
  kernel_symbols() = default;
  void add(std::uint64_t address, std::string_view name, bool function);
  void add_call(std::uint64_t address, std::string_view name);

  file_descriptor symbols_, modules_;
  std::uint64_t begin_ = 0, end_ = 0;
  std::optional<std::uint64_t> native_, compat_;
  std::map<std::uint64_t, int> calls_; ///< Address → its number; negative: none of its own.
};

} // namespace vedette
