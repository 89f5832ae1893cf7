#pragma once

#include "events/definitions.hpp"
#include "events/record_buffer.hpp"

#include <simdjson.h>
#include <string>
#include <string_view>

namespace vedette {

/// One element of `args`.
struct argument_json {
  std::string_view name, type;
  simdjson::dom::element whole, value, value_bytes;
  bool has_value = false; ///< Neither absent nor null.
  bool has_bytes = false;
  bool truncated = false, unresolved = false;
};

/// Reads a line's arguments into a record that has been started.
class argument_reader {
public:
  /// `event` is the event's name; `definition` null if it is not in the table. False
  /// with a reason that names the argument if one does not fit.
  bool read(simdjson::dom::element args, std::string_view event,
            const event_definition* definition, record_buffer& record,
            std::string& reason);

private:
  bool read_one(const argument_json& argument, std::size_t& expected);
  bool read_known(const argument_json& argument, std::size_t slot);
  bool read_unknown(const argument_json& argument);
  bool fail(const argument_json& argument, arg_type type, std::string_view why);

  // Of one call of read().
  const event_definition* definition_ = nullptr;
  std::string_view event_;
  record_buffer* record_ = nullptr;
  std::string* reason_ = nullptr;
  std::string unknown_; ///< `{…},{…}`
};

} // namespace vedette
