#pragma once

#include "actors/enrichment/known_cgroups.hpp"
#include "events/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vedette {

/// Gives the events of one shard their context: ids of tasks, the executable of the process,
/// the container. Learns from the same events: a process's own are all in its shard, its
/// birth included; and of the cgroups that others' shards are told, it is given notice.
class enrichment {
public:
  /// Told of every cgroup whether it is a container's; nothing: it is gone.
  using cgroup_listener =
      std::function<void(std::uint64_t id, std::optional<bool> is_container)>;

  /// `capacity`: processes whose executable is remembered.
  explicit enrichment(std::size_t capacity = 16384) : capacity_{capacity} {}

  void tell_cgroups(cgroup_listener to) { tell_ = std::move(to); }

  /// To be called once for each batch of the shard, in their order.
  void attach(batch& events);

  /// Whether there were events from cgroups that nobody had told of: somebody should look.
  bool take_unknown_cgroups() { return cgroups_.take_unknown(); }

private:
  using text = std::shared_ptr<const std::string>;

  /// Keeps alive what the views in one batch's contexts point to.
  struct kept_texts {
    std::vector<text> executables;
    std::vector<std::shared_ptr<const container_texts>> containers;
  };
  class contexts;

  void learn_cgroup(event_view event);
  void learn_names(event_view event);

  void learn(event_view event, const event_context& context);
  void remember(entity_id process, text path);
  text known(entity_id process) const;

  std::size_t capacity_;
  std::unordered_map<entity_id, text> executables_;
  known_cgroups cgroups_;
  cgroup_listener tell_ = [](std::uint64_t, std::optional<bool>) {};
  // Ended in the batch in hand, at whose end they go.
  std::vector<entity_id> gone_;
  std::vector<std::uint64_t> gone_cgroups_;
};

} // namespace vedette
