#pragma once

#include "actors/replay/captured_births.hpp"
#include "events/capture/capture_merge.hpp"
#include "events/capture/capture_reader.hpp"
#include "events/record_arguments.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// A capture as a replay reads it: bytes in, records out in the order of the live run.
class capture_input {
public:
  /// `shards`: of the replay.
  explicit capture_input(std::uint32_t shards) : shards_{shards}, births_{shards} {}

  std::span<char> prepare(std::size_t bytes) { return reader_.prepare(bytes); }
  void commit(std::size_t bytes) { reader_.commit(bytes); }
  /// No more bytes will come.
  void finish() { reader_.finish(), finished_ = true; }

  struct record {
    std::span<const std::byte> bytes;
    time_ns time; ///< That it is in its place by.
    std::chrono::nanoseconds clock_offset;
    std::uint32_t shard; ///< Of the replay.
    bool made; ///< Not recorded: the notice of a birth, a cgroup or a hole.
  };

  /// The next; nothing: give it more bytes. Valid until the next call.
  std::optional<record> next();

  /// Records since the last call of events that this version does not know.
  std::uint64_t take_unknown() { return std::exchange(unknown_, 0); }

  [[nodiscard]] std::uint64_t damaged() const { return reader_.damaged(); }
  /// `at byte 12: a block is damaged`; "": nothing is.
  [[nodiscard]] std::string damage() const;

private:
  [[nodiscard]] std::uint32_t shard_of(std::span<const std::byte> bytes) const {
    return header_of(bytes).host_tgid % shards_;
  }
  /// Nothing: it is left out.
  std::optional<record> take(const captured_record& next);
  void follow(std::vector<std::byte> bytes, std::vector<std::uint32_t> shards);

  std::uint32_t shards_;
  capture_reader reader_;
  capture_merge merge_;
  captured_births births_;
  record given_{}; ///< The last.
  std::vector<std::byte> following_;      ///< To be given next,
  std::vector<std::uint32_t> followers_; ///< to these; the last first.
  std::uint64_t unknown_ = 0;
  bool finished_ = false;
};

} // namespace vedette
