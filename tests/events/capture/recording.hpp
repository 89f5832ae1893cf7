#pragma once

#include "events/capture/capture_merge.hpp"
#include "events/capture/capture_writer.hpp"
#include "tests/support/events.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

// Captures made and read back, as tests need them.
namespace vedette::capture_tests {

inline constexpr std::chrono::nanoseconds offset{1'700'000'000'000'000'000};

/// A moment of the recorded host, by its own clock.
inline time_ns at(std::int64_t boottime) {
  return time_ns{std::chrono::nanoseconds{boottime} + offset};
}

inline capture_facts facts_of(std::uint32_t shards) {
  capture_facts facts{"h1", "6.18.5", "0b0b", offset.count(), 100, 7, 8, shards, {}};
  facts.events = known_event_names();
  return facts;
}

inline event_builder exit_at(std::int64_t boottime, std::uint32_t pid) {
  return event_builder{event_kind::sched_process_exit}
      .at(boottime)
      .by({pid, 5})
      .arg<events::sched_process_exit::exit_code>(3);
}

/// What a reader has made of some bytes.
struct read_back {
  std::vector<captured_block> blocks;
  std::optional<capture_facts> facts;
  std::optional<capture_damage> damage;
  std::uint64_t damaged = 0;

  [[nodiscard]] std::vector<std::string> records() const {
    std::vector<std::string> all;
    for (const auto& block : blocks)
      for (std::size_t i = 0; i < block.offsets.size(); ++i) {
        const auto record = block.record(i);
        all.emplace_back(reinterpret_cast<const char*>(record.data()), record.size());
      }
    return all;
  }
};

/// In pieces of this many bytes.
inline read_back read_all(std::string_view bytes, std::size_t piece = 1U << 20U) {
  capture_reader reader;
  read_back result;
  const auto take = [&] {
    while (auto block = reader.next())
      result.blocks.push_back(std::move(*block));
  };
  while (!bytes.empty()) {
    const auto some = bytes.substr(0, piece);
    std::ranges::copy(some, reader.prepare(some.size()).begin());
    reader.commit(some.size());
    bytes.remove_prefix(some.size());
    take();
  }
  reader.finish();
  take();
  result.facts = reader.facts();
  result.damage = reader.damage();
  result.damaged = reader.damaged();
  return result;
}

} // namespace vedette::capture_tests
