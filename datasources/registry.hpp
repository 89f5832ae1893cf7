#pragma once

#include "datasources/contract.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Where a data source comes from.
enum class source_provenance : std::uint8_t { builtin, plug_in, config };

/// The data sources of a running system, by `(namespace, id)`, each of which exists once.
/// A value of whoever starts them; not shared.
class source_registry {
public:
  struct entry {
    source_identity identity;
    any_source_actor actor;
    source_provenance from = source_provenance::builtin;
  };

  /// The namespace of the built-in sources. Nobody else's may be called so.
  static constexpr std::string_view reserved = "tracee";

  /// Errors, which must stop the start-up: duplicate, the pair is taken; reserved, it
  /// claims the namespace of the built-in ones; invalid_config, a name that is empty or has
  /// a slash.
  std::expected<void, error> add(entry added);

  /// Null: there is none.
  [[nodiscard]] const entry* find(std::string_view name_space, std::string_view id) const;
  /// By `namespace/id`.
  [[nodiscard]] const entry* find(std::string_view path) const;

  /// In the order of their registration.
  [[nodiscard]] const std::vector<entry>& entries() const { return entries_; }

  /// "there is no data source x/y; those that run: …"
  [[nodiscard]] error unknown(std::string_view path) const;

private:
  std::vector<entry> entries_;
};

} // namespace vedette
