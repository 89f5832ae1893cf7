#pragma once

#include "events/record.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace vedette {

/// A line of input, without its end. line_parser may read past it.
struct input_line {
  std::string_view text;
  std::uint64_t number = 0; ///< Counts all lines, from 1.
  bool too_long = false;    ///< Longer than the limit; `text` is how it begins.
};

/// Cuts bytes that come in pieces of any size into lines. The caller reads:
///
///     while (const auto bytes = read(fd, reader.prepare(n)); …) {
///       reader.commit(bytes);              // or reader.finish() at the end
///       while (const auto line = reader.next())
///         …
///     }
///
/// Lines end with \n or \r\n, the last one with the end of input, too. Blank lines and
/// a byte order mark at the start are skipped. Memory is bounded by the longest line,
/// and by the limit, plus what the caller feeds at once.
class ndjson_reader {
public:
  explicit ndjson_reader(std::size_t longest_line = RECORD_JSON_SIZE_MAX);

  /// Room for at least `bytes` more. Invalidates lines that next() gave.
  std::span<char> prepare(std::size_t bytes);
  /// That many of prepare()'s bytes are filled now.
  void commit(std::size_t bytes);
  /// Both at once, by copying.
  void feed(std::string_view bytes);
  /// No more input: what is left is a line.
  void finish() { finished_ = true; }

  /// The next line that is complete; valid until prepare() or feed().
  std::optional<input_line> next();

private:
  std::optional<input_line> cut(std::size_t end, std::size_t after);
  std::optional<input_line> partial();
  void skip_mark();

  std::unique_ptr<char[]> buffer_; ///< Of capacity_ + simdjson's padding.
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;   ///< Of what has not been given out.
  std::size_t scanned_ = 0; ///< Up to here there is no end of line.
  std::size_t end_ = 0;     ///< Of what has been read.
  std::size_t longest_line_;
  std::uint64_t lines_ = 0;
  bool started_ = false;  ///< Past the place of a byte order mark.
  bool skipping_ = false; ///< The rest of a line that was too long.
  bool finished_ = false;
};

} // namespace vedette
