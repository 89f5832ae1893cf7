#include "datasources/containers/state.hpp"

#include <string>
#include <utility>

namespace vedette {

std::expected<void, error> containers_config::validate() const {
  const auto wrong = [](std::string what) {
    return std::unexpected{
        error{ec::invalid_config, "data_sources.containers." + std::move(what)}};
  };
  if (limit == 0)
    return wrong("limit: must be at least 1");
  if (grace < grace.zero())
    return wrong("grace: must not be negative");
  if (tell_after < tell_after.zero())
    return wrong("tell_after: must not be negative");
  return {};
}

containers_state::containers_state(const containers_config& config)
    : config_{config}, table_{config.limit} {}

bool containers_state::learns_from(event_view event) {
  switch (event.kind()) {
  case event_kind::cgroup_mkdir:
  case event_kind::cgroup_rmdir:
  case event_kind::cgroup_attach_task:
  case event_kind::sched_process_exec:
  case event_kind::container_answer:
  case event_kind::cgroup_scan:
  case event_kind::lost_events:
    return true;
  case event_kind::container_create:
  case event_kind::existing_container:
  case event_kind::container_remove:
    return event.extension() != nullptr; // Live ones are our own.
  default:
    return event.extension() != nullptr && event.extension()->container_id.length > 0;
  }
}

bool containers_state::is_urgent(event_view event) {
  switch (event.kind()) {
  case event_kind::cgroup_mkdir:
  case event_kind::cgroup_rmdir:
  case event_kind::container_answer:
  case event_kind::cgroup_scan:
    return true;
  default:
    return false;
  }
}

void containers_state::apply(event_view event) {
  expire(event.visible_at());
  if (event.extension() != nullptr && event.extension()->container_id.length > 0)
    apply_sighting(event);
  switch (event.kind()) {
  case event_kind::cgroup_mkdir:
    return apply_mkdir(event);
  case event_kind::cgroup_rmdir:
    return apply_rmdir(event);
  case event_kind::cgroup_attach_task:
    return apply_attach(event);
  case event_kind::sched_process_exec:
    return apply_exec(event);
  case event_kind::container_create:
  case event_kind::existing_container:
  case event_kind::container_remove:
    return apply_told(event);
  case event_kind::container_answer:
    return apply_answer(event);
  case event_kind::cgroup_scan:
    return apply_scan(event);
  case event_kind::lost_events:
    return apply_lost(event);
  default:
    return;
  }
}

void containers_state::advance(time_ns now, time_ns settled) {
  while (due() <= now && !untold_.empty())
    tell(std::get<number>(*untold_.begin()), due());
  if (now == end_of_time) // The end of a replay is no time at which things expire.
    return;
  settled_ = std::min(now, settled);
  expire(now);
  table_.drop_left(settled_);
  const auto until = settled_ - 2 * config_.grace;
  for (auto gone = table_.directory_ended_before(until); gone != none;
       gone = table_.directory_ended_before(until))
    table_.drop_directory(gone);
}

void containers_state::report(source_metrics& metrics) const {
  metrics.items = table_.size();
  metrics.bytes = table_.bytes();
  metrics.hits = hits_;
  metrics.misses = misses_;
  metrics.expired = expired_;
  metrics.evicted = evicted_;
}

} // namespace vedette
