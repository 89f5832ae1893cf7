#pragma once

#include "events/context_fields.hpp"
#include "events/record_buffer.hpp"

#include <array>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace vedette {

/// Reads all of a line but its arguments. Texts are views into simdjson's parser until
/// the event, and with it the place for texts in the record, is known.
class context_reader {
public:
  /// False with a reason if a field has a wrong type.
  bool read(simdjson::dom::object line, std::string& reason);

  [[nodiscard]] bool has_time() const { return has_time_; }
  /// Empty: the line has none.
  [[nodiscard]] std::string_view event_name() const { return texts_[name_text]; }
  /// Nothing if null or absent.
  [[nodiscard]] std::optional<simdjson::dom::element> arguments() const {
    return args_;
  }
  /// For the record's header and extension.
  [[nodiscard]] const record_header& header() const { return header_; }

  /// Completes header and extension of a record that has been started.
  void store(record_buffer& record, bool known_event) const;

private:
  bool read_field(const context_field& field, simdjson::dom::element element);
  bool read_number(const context_field& field, simdjson::dom::element element);
  bool read_raw(std::size_t place, simdjson::dom::element element, bool is_right);
  void read_container_id(simdjson::dom::element container);
  bool read_flags(simdjson::dom::element element);
  bool read_path(simdjson::dom::element element);
  bool read_event_id(simdjson::dom::element element);

  record_header header_{};
  record_extension extension_{};
  std::array<std::string_view, text_places.size()> texts_;
  std::array<std::optional<simdjson::dom::element>, raw_places.size()> raws_;
  std::optional<simdjson::dom::element> args_;
  bool has_time_ = false;
};

} // namespace vedette
