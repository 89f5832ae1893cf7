#pragma once

#include "events/json_writer.hpp"
#include "signatures/finding.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace vedette {

enum class sink_type : std::uint8_t { table, json };

/// How a sink writes. Appends to a buffer that is used again.
class sink_format {
public:
  sink_format() = default;
  sink_format(const sink_format&) = delete;
  sink_format& operator=(const sink_format&) = delete;
  virtual ~sink_format() = default;

  /// What comes before everything.
  virtual void begin(std::string& /*out*/) {}
  virtual void add(std::string& out, const finding& found) = 0;
  virtual void add(std::string& out, event_view event) = 0;
};

/// `json`: an object per line. `table`: for people, with control characters escaped, so
/// that nothing in argv reaches the terminal as a command.
std::unique_ptr<sink_format> make_format(sink_type type, std::string host_name);

} // namespace vedette
