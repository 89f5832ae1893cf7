#pragma once

#include "datasources/containers/runtime_answer.hpp"
#include "events/batch.hpp"

#include <optional>
#include <span>

// What runtimes say, as records of the stream: a replay of them gives the same answers.
namespace vedette {

/// One `container_answer` for each, told now, on this stream: frozen.
batch_ptr to_batch(std::span<const container_answer> answers, time_ns now,
                   std::uint32_t shard);

/// The answer that an event tells; nothing: it is another one, or says of no container.
std::optional<container_answer> read_answer(event_view event);

} // namespace vedette
