#pragma once

#include "events/batch.hpp"

#include <cstdint>
#include <optional>

namespace vedette {

/// As whom a task may act, of an argument of commit_creds. As the host counts users.
struct user_ids {
  std::uint32_t real = 0, effective = 0, saved = 0;

  bool operator==(const user_ids&) const = default;
};

/// What the kernel had, or a recording's JSON; those that JSON does not have are like
/// the real one. Nothing: it is no such thing.
std::optional<user_ids> user_ids_of(const object_value& argument);

} // namespace vedette
