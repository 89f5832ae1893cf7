#pragma once

#include "actors/sinks/sink_format.hpp"

#include <string_view>

namespace vedette {

/// A row per finding or event: when, how bad, what, who, and the details.
class table_format final : public sink_format {
public:
  void begin(std::string& out) override;
  void add(std::string& out, const finding& found) override;
  void add(std::string& out, event_view event) override;
};

/// Appends text with everything escaped that a terminal might obey or that is not UTF-8's
/// printable part: `\n`, `\x1b`.
void append_printable(std::string& out, std::string_view text);

} // namespace vedette
