#pragma once

#include "signatures/signature.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace vedette {

/// A signature that decides by one event alone, as a function: what it reports, or nothing.
using event_rule = std::optional<finding_data> (*)(event_view event);

std::unique_ptr<signature> make_event_signature(signature_metadata about,
                                                std::vector<selector> selected,
                                                event_rule rule);

/// The rule fires; without data.
inline std::optional<finding_data> fires_if(bool condition) {
  return condition ? std::optional{finding_data{}} : std::nullopt;
}

} // namespace vedette
