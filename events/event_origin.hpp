#pragma once

#include "events/batch.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

// Where an event comes from, in words of containers.
namespace vedette {

/// `any` is for what is wanted; no event is of it.
enum class event_origin : std::uint8_t {
  any,
  host,
  container,     ///< Its own program has been started.
  container_init ///< Not yet: what happens there is its runtime's doing.
};

/// Host, container or container_init.
event_origin origin_of(event_view event);

/// Whether events of this origin are among those that are wanted.
constexpr bool includes(event_origin wanted, event_origin origin) {
  return wanted == event_origin::any || wanted == origin;
}

/// `host`, `container`, `container-init`; `*` is any.
std::string_view to_string(event_origin origin);

/// None for `*`: no event is of any origin.
std::optional<event_origin> find_origin(std::string_view name);

} // namespace vedette
