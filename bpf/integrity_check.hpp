#pragma once

#include "bpf/kernel_tables.hpp"
#include "events/definitions.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace vedette {

/// The events that are made by comparing the kernel's tables with its symbols.
inline constexpr event_kind integrity_events[]{event_kind::hooked_syscall,
                                               event_kind::hooked_seq_ops,
                                               event_kind::hooked_proc_fops};

/// Those that do not lead to where the kernel made them lead: a system call's to a function
/// of a system call, all others into the kernel's own code.
std::vector<kernel_pointer> strays_among(std::span<const kernel_pointer> pointers,
                                         event_kind event, const kernel_symbols& symbols);

/// Whether the tables that everybody trusts still lead into the kernel. Each hook is told
/// once, and again if it was gone meanwhile.
class integrity_check {
public:
  /// `events`: those of integrity_events that are wanted.
  integrity_check(std::shared_ptr<const kernel_tables> tables,
                  std::vector<event_kind> events)
      : tables_{std::move(tables)}, events_{std::move(events)} {}

  /// → records of what is new. Takes a tenth of a millisecond; where a pointer leads
  /// somewhere that was not seen before, as long as kernel_symbols::owners_of().
  std::vector<std::vector<std::byte>> check(std::uint64_t now_ns);

  /// The same with pointers that were read already.
  std::vector<std::vector<std::byte>> compare(event_kind event,
                                              std::span<const kernel_pointer> pointers,
                                              std::uint64_t now_ns);

private:
  using owners = std::map<std::uint64_t, code_owner>;
  struct remembered {
    owners of; ///< Where strays lead to.
    std::vector<kernel_pointer> told;
  };

  [[nodiscard]] owners owners_of(std::span<const kernel_pointer> strays,
                                 const owners& known_ones) const;

  std::shared_ptr<const kernel_tables> tables_;
  std::vector<event_kind> events_;
  std::map<event_kind, remembered> known_;
};

} // namespace vedette
