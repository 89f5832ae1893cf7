// Any bytes as NDJSON: lines come out whole, a line is a sound record or has a reason, and
// what is written of a record is read back as the same.

#include "events/batch_builder.hpp"
#include "events/json_writer.hpp"
#include "events/line_parser.hpp"
#include "events/ndjson_reader.hpp"
#include "events/record_check.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

namespace vedette {

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

std::string write_again(std::span<const std::byte> record) {
  batch_builder builder{0};
  builder.add(record);
  const auto events = builder.take();
  const auto event = (*events)[0];
  const auto& said = *event.extension();
  events->attach({{entity_id{said.thread_entity}, entity_id{said.process_entity},
                   entity_id{said.parent_entity}, event.text(said.executable),
                   event.text(said.container_id)}},
                 nullptr);
  std::string line;
  append_event_line(line, event, {.host_name = "h"});
  return line;
}

/// The record of a line that was written by us.
std::string read_again(line_parser& parser, const std::string& line) {
  ndjson_reader reader;
  reader.feed(line);
  const auto whole = reader.next();
  require(whole.has_value() && !reader.next());
  const auto record = parser.parse(whole->text, 0);
  require(record.has_value());
  return write_again(*record);
}

void check_line(line_parser& parser, const input_line& line) {
  require(line.text.find('\n') == std::string_view::npos);
  if (line.too_long)
    return;
  const auto record = parser.parse(line.text, line.number);
  if (!record) {
    require(!record.error().empty());
    return;
  }
  require(check_record(*record) == corruption::none);
  const auto written = write_again(*record);
  require(read_again(parser, written) == written);
}

} // namespace

} // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  static vedette::line_parser parser;
  // The first byte says in which pieces the input comes.
  const auto piece = static_cast<std::size_t>(data[0]) + 1;
  std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
  vedette::ndjson_reader reader{4096};
  while (!rest.empty()) {
    reader.feed(rest.substr(0, piece));
    rest.remove_prefix(std::min(piece, rest.size()));
    while (const auto line = reader.next())
      vedette::check_line(parser, *line);
  }
  reader.finish();
  while (const auto line = reader.next())
    vedette::check_line(parser, *line);
  return 0;
}
