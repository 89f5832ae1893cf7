#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace vedette {

/// One direction of a TCP connection on which DNS is spoken: each message has its
/// length before it, two bytes (RFC 1035 4.2.2). Segments come as they are captured:
/// out of order, twice, overlapping, with gaps. What was seen first of a byte counts.
class dns_stream {
public:
  /// Bytes that wait for those before them, and segments; a message is at most 64 KiB.
  static constexpr std::size_t most_waiting = std::size_t{256} << 10U,
                               most_segments = 256;

  /// The connection begins: of the first data byte, as the SYN says.
  void start(std::uint32_t sequence);

  /// A segment's data. Without start() the first one seen is where a message begins.
  void add(std::uint32_t sequence, std::span<const std::uint8_t> data);

  /// The next whole message without its length, valid until anything else is called.
  std::optional<std::span<const std::uint8_t>> next();

  /// Times that bytes were missing and what waited behind them grew too much. What was
  /// before the gap is dropped; a segment behind it is taken for the begin of a
  /// message, as servers write a message at once.
  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }
  [[nodiscard]] std::size_t waiting_bytes() const {
    return waiting_bytes_ + buffer_.size();
  }

private:
  void take_waiting();
  void skip_gap();
  void store(std::uint64_t place, std::span<const std::uint8_t> data);

  std::vector<std::uint8_t> buffer_; ///< In order; begins with a length.
  std::size_t read_ = 0;             ///< Of the buffer.
  std::uint64_t place_ = 0;          ///< In the stream, of what comes next.
  bool started_ = false;
  std::map<std::uint64_t, std::vector<std::uint8_t>> waiting_; ///< By place; disjoint.
  std::size_t waiting_bytes_ = 0;
  std::uint64_t gaps_ = 0;
};

} // namespace vedette
