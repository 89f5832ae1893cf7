#pragma once

#include "datasources/containers/container.hpp"
#include "events/batch.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace vedette {

/// A container_create, existing_container or container_remove event that is to be told.
struct container_announcement {
  event_kind kind;
  time_ns at; ///< Of discovery, or of removal.
  shared_record<container_info> container;
  std::uint64_t cgroup = 0; ///< Its own, of the v2 hierarchy; 0: none was seen.
};

/// They are events that no process has done: their context has the container, and the times
/// that they are about, which have passed. What is not known is absent.
raw_batch_ptr to_batch(std::span<const container_announcement> announcements);

/// One `container_notice` for each, without time: for a shard's enricher.
raw_batch_ptr to_notices(std::span<const shared_record<container_info>> containers);

} // namespace vedette
