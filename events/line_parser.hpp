#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string_view>

namespace vedette {

/// Turns lines of JSON in the form of Tracee's trace.Event into records. What it needs
/// is kept from line to line: in steady state nothing is allocated.
///
/// An event or an argument that is not in the table is kept by name (RECORD_unknown
/// with record_extension.name; record_extension.arguments). Keys of the context that
/// are not known are ignored, and those that are absent are 0 or "".
class line_parser {
public:
  line_parser();
  line_parser(line_parser&&) noexcept;
  line_parser& operator=(line_parser&&) noexcept;
  ~line_parser();

  /// The record, which check_record() accepts, or why the line is none, e.g.
  /// `argument 'pid' (int32): "zz" is not a number`. Both are valid until the next
  /// call. simdjson::SIMDJSON_PADDING bytes after the line must be readable, whatever
  /// they are: ndjson_reader sees to that. `position` is the event's place in the whole
  /// input.
  std::expected<std::span<const std::byte>, std::string_view>
  parse(std::string_view line, std::uint64_t position);

private:
  class state; // Keeps simdjson out of this header.
  std::unique_ptr<state> state_;
};

} // namespace vedette
