#pragma once

#include "events/event_selection.hpp"
#include "signatures/builtin.hpp"
#include "signatures/signature.hpp"

#include <expected>
#include <string>
#include <vector>

namespace vedette {

/// What is known of a signature without running it: for lists, checks of a
/// configuration, and to find out what must be collected.
struct signature_info {
  signature_metadata metadata;
  std::vector<selector> selectors;
  event_selection events; ///< Those in the table that they select.
  std::vector<std::string>
      data_sources; ///< `tracee/process_tree`, in the order of init.
  signature_scope scope = signature_scope::process;
};

/// Makes an instance and initialises it with these parameters, as if every data source
/// were there. Errors: its own from init; invalid_config, a selector names no source of
/// events.
std::expected<signature_info, error> inspect(const signature_factory& factory,
                                             const value& params = {});

} // namespace vedette
