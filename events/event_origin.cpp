#include "events/event_origin.hpp"

#include <algorithm>
#include <array>

namespace vedette {

namespace {

struct origin_name {
  std::string_view name;
  event_origin origin;
};

constexpr std::array origin_names{
    origin_name{"host", event_origin::host},
    origin_name{"container", event_origin::container},
    origin_name{"container-init", event_origin::container_init}};

} // namespace

event_origin origin_of(event_view event) {
  if ((event.header().flags & RECORD_CONTAINER_STARTED) != 0)
    return event_origin::container;
  return event.container_id().empty() ? event_origin::host
                                      : event_origin::container_init;
}

std::string_view to_string(event_origin origin) {
  const auto* const found =
      std::ranges::find(origin_names, origin, &origin_name::origin);
  return found == origin_names.end() ? "*" : found->name;
}

std::optional<event_origin> find_origin(std::string_view name) {
  const auto* const found = std::ranges::find(origin_names, name, &origin_name::name);
  if (found == origin_names.end())
    return {};
  return found->origin;
}

} // namespace vedette
