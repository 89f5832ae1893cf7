#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace vedette {

// Live, every shard is told of cgroups and of the names of containers, as it cannot be known
// whose processes will live there: one by the event, the others by a notice each. The shards
// of a replay are others. All of them are told what the first live shard was told.

/// Whether it is such a notice.
bool is_notice(std::span<const std::byte> record);

/// The notice by which other shards hear of the event, if they do.
std::optional<std::vector<std::byte>> notice_of(std::span<const std::byte> record);

} // namespace vedette
