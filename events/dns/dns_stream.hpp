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
  /// Bytes that wait for those before them: the largest message; and their segments.
  static constexpr std::size_t most_waiting = 2 + std::size_t{0xffff},
                               most_segments = 256;

  /// The connection begins: of the first data byte, as the SYN says.
  void start(std::uint32_t sequence);

  /// A segment's data. Without start() the first one seen is where a message begins.
  void add(std::uint32_t sequence, std::span<const std::uint8_t> data);

  /// The next whole message without its length, valid until start() or add() is called.
  /// To be asked after each add() until there is none: what is not taken stays.
  std::optional<std::span<const std::uint8_t>> next();

  /// Times that bytes were missing and what waited behind them grew too much. The part
  /// of a message before the gap is dropped; the first segment behind it is taken for
  /// the begin of a message, as servers write a message at once.
  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }
  [[nodiscard]] std::size_t waiting_bytes() const {
    return waiting_bytes_ + buffer_.size() - read_;
  }

private:
  void take_waiting();
  void skip_gap();
  void drop_read();
  [[nodiscard]] std::optional<std::size_t> message_at(std::size_t begin) const;
  void store(std::uint64_t place, std::span<const std::uint8_t> data);

  std::vector<std::uint8_t> buffer_; ///< In order; begins with a length.
  std::size_t read_ = 0;             ///< Of the buffer: what next() has given.
  std::uint64_t place_ = 0;          ///< In the stream, of what comes next.
  bool started_ = false;
  std::map<std::uint64_t, std::vector<std::uint8_t>> waiting_; ///< By place; disjoint.
  std::size_t waiting_bytes_ = 0;
  std::uint64_t gaps_ = 0;
};

} // namespace vedette
