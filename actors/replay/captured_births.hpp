#pragma once

#include "events/entity.hpp"
#include "events/record.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace vedette {

/// Live, the kernel's side tells a child's shard of it where that is not its parent's. With
/// another number of shards these are others, and who replays tells them the same: what the
/// child runs, which is what its parent ran.
class captured_births {
public:
  /// `shards`: of the replay.
  explicit captured_births(std::size_t shards, std::size_t capacity = 16384)
      : shards_{shards}, capacity_{capacity} {}

  /// To be called with every record, in order. → a task_begin to follow it at its time, if
  /// it is a fork that the child's shard would not hear of. `live_shards`: of the recording.
  std::optional<std::vector<std::byte>> next(std::span<const std::byte> record,
                                             std::size_t live_shards);

private:
  using text = std::shared_ptr<const std::string>;

  void remember(entity_id process, text path);
  text known(entity_id process) const;
  std::vector<std::byte> tell(std::span<const std::byte> fork, const text& path) const;

  std::size_t shards_;
  std::size_t capacity_;
  std::unordered_map<entity_id, text> executables_;
};

} // namespace vedette
