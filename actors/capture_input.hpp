#pragma once

#include "actors/captured_births.hpp"
#include "events/capture/capture_merge.hpp"
#include "events/capture/capture_reader.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace vedette {

/// A capture as a replay reads it: bytes in, records out in the order of the live run.
class capture_input {
public:
  /// `shards`: of the replay.
  explicit capture_input(std::size_t shards) : births_{shards} {}

  std::span<char> prepare(std::size_t bytes) { return reader_.prepare(bytes); }
  void commit(std::size_t bytes) { reader_.commit(bytes); }
  /// No more bytes will come.
  void finish() { reader_.finish(), finished_ = true; }

  struct record {
    std::span<const std::byte> bytes;
    std::chrono::nanoseconds clock_offset;
    bool made; ///< Not recorded: the notice of a birth, or of a hole.
  };

  /// The next; nothing: give it more bytes. Valid until the next call.
  std::optional<record> next();

  [[nodiscard]] std::uint64_t damaged() const { return reader_.damaged(); }
  /// `at byte 12: a block is damaged`; "": nothing is.
  [[nodiscard]] std::string damage() const;

private:
  capture_reader reader_;
  capture_merge merge_;
  captured_births births_;
  std::vector<std::byte> given_;
  std::optional<std::vector<std::byte>> born_; ///< To follow what was given last.
  std::chrono::nanoseconds clock_offset_{0};
  bool finished_ = false;
};

} // namespace vedette
