#pragma once

#include "bpf/kernel_symbols.hpp"
#include "bpf/watched.h"
#include "events/definitions.hpp"
#include "runtime/errors.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Reads a table of the kernel's memory as it is now. Errors: unavailable.
using table_reader =
    std::function<std::expected<std::vector<std::uint64_t>, error>(table_request)>;

/// A function pointer in a table of the kernel's.
struct kernel_pointer {
  std::string name; ///< `tcp4_seq_ops_show`; of a system call its name.
  std::uint64_t address;
  /// Where its table may be a module's: that one; else "".
  std::string_view home = {};
  bool compat = false; ///< Of the table that 32-bit programs call by.

  bool operator==(const kernel_pointer&) const = default;
};

/// The tables that rootkits change: of system calls, and of the files of /proc that show
/// what there is.
class kernel_tables {
public:
  /// Where the kernel hides the names of data, the table of system calls is looked for by
  /// its content: 10 to 100 ms.
  kernel_tables(table_reader reader, kernel_symbols symbols);

  /// Of hooked_syscall, hooked_seq_ops or hooked_proc_fops, as they are now. Empty: they
  /// cannot be read.
  [[nodiscard]] std::vector<kernel_pointer> pointers_of(event_kind event) const;

  [[nodiscard]] const kernel_symbols& symbols() const { return symbols_; }
  /// Where the table of system calls was found.
  [[nodiscard]] std::optional<std::uint64_t> native_table() const { return native_; }

private:
  [[nodiscard]] std::vector<std::uint64_t> read_at(std::uint64_t address,
                                                   std::size_t words) const;
  [[nodiscard]] std::vector<std::uint64_t> read_of(const char* path,
                                                   kernel_table_of what) const;
  [[nodiscard]] std::optional<std::uint64_t> search_native() const;
  [[nodiscard]] std::size_t count_calls(std::uint64_t table) const;
  [[nodiscard]] std::vector<kernel_pointer> system_calls() const;
  [[nodiscard]] std::vector<kernel_pointer> seq_operations() const;
  [[nodiscard]] std::vector<kernel_pointer> proc_operations() const;

  table_reader reader_;
  kernel_symbols symbols_;
  std::optional<std::uint64_t> native_, compat_;
  std::size_t native_count_ = 0, compat_count_ = 0;
};

} // namespace vedette
