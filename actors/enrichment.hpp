#pragma once

#include "events/batch.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace vedette {

/// Gives the events of one shard their context: ids of tasks, the executable of the process,
/// the container. Learns executables from the same events: a process's own are all in its
/// shard, its birth included.
class enrichment {
public:
  /// `capacity`: processes whose executable is remembered.
  explicit enrichment(std::size_t capacity = 16384) : capacity_{capacity} {}

  /// To be called once for each batch of the shard, in their order.
  void attach(batch& events);

private:
  using text = std::shared_ptr<const std::string>;

  /// Keeps alive what the views in one batch's contexts point to.
  using texts = std::vector<text>;

  void learn(event_view event, const event_context& context);
  void remember(entity_id process, text path);
  text known(entity_id process) const;

  std::size_t capacity_;
  std::unordered_map<entity_id, text> executables_;
  std::vector<entity_id> gone_; ///< Ended in the batch in hand, at whose end they go.
};

} // namespace vedette
