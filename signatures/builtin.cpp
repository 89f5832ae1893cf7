#include "signatures/builtin.hpp"

#include "signatures/builtin_factories.hpp"

#include <array>

namespace vedette {

std::span<const signature_factory> builtin_signatures() {
  // In the order of their ids' numbers, as signature_ids has them.
  static constexpr std::array<signature_factory, 4> all{{
      {builtin::make_anti_debugging},     // TRC-102
      {builtin::make_fileless_execution}, // TRC-105
      {builtin::make_ld_preload},         // TRC-107
      {builtin::make_shell_under_server}, // VED-6
  }};
  return all;
}

} // namespace vedette
