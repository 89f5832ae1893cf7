#include "actors/sinks/table_format.hpp"

#include "events/value.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <iterator>

namespace vedette {

namespace {

constexpr auto details_max = 400U; // Bytes: a row stays readable.

std::string_view severity_name(int severity) {
  switch (severity) {
  case 0:
    return "info";
  case 1:
    return "low";
  case 2:
    return "medium";
  default:
    return "high";
  }
}

/// Bytes of the UTF-8 character that `text` begins with; 0: it does not begin with one.
/// The table of RFC 3629, section 4.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i, unsigned least = 0x80, unsigned most = 0xBF) {
    return byte(i) >= least && byte(i) <= most;
  };
  const auto first = byte(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF)
    return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF)
    return follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF)
                   && follows(2)
               ? 3
               : 0;
  if (first >= 0xF0 && first <= 0xF4)
    return follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF)
                   && follows(2) && follows(3)
               ? 4
               : 0;
  return 0;
}

/// Local time of day, milliseconds.
void append_time(std::string& out, time_ns at) {
  const auto since_epoch = at.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch - seconds);
  const auto whole = static_cast<std::time_t>(seconds.count());
  std::tm local{};
  localtime_r(&whole, &local);
  fmt::format_to(std::back_inserter(out), "{:%H:%M:%S}.{:03} ", local, ms.count());
}

void append_who(std::string& out, event_view event) {
  std::string name, container; // Of replayed events both are what the input says.
  append_printable(name, event.process_name());
  append_printable(container, event.container_id().substr(0, 12));
  fmt::format_to(std::back_inserter(out), "{:<16}{:>8} {:<13}", name,
                 event.header().host_tgid, container.empty() ? "host" : container);
}

/// `[{pid, name, path}, …]`, the youngest first: `sh(12) < nginx(11)`. False: it is none.
bool append_lineage(std::string& out, const value::list& steps) {
  auto separator = "";
  for (const auto& step : steps) {
    const auto* const name = step.find("name");
    const auto* const pid = step.find("pid");
    if (name == nullptr || pid == nullptr || !name->as_string())
      return false;
    out += separator;
    append_printable(out, *name->as_string());
    fmt::format_to(std::back_inserter(out), "({})", pid->as_int().value_or(0));
    separator = " < ";
  }
  return !steps.empty();
}

void append_value(std::string& out, const value& data) {
  const auto before = out.size();
  if (const auto* const items = data.as_list())
    if (append_lineage(out, *items))
      return;
  out.resize(before);
  if (const auto text = data.as_string())
    append_printable(out, *text);
  else
    append_printable(out, to_json(data));
}

/// Cuts what is longer than a row should be, between characters, and ends the row.
void end_row(std::string& out, std::size_t details) {
  if (out.size() - details > details_max) {
    auto end = details + details_max;
    while (end > details && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U)
      --end;
    out.resize(end);
    out += "…";
  }
  while (out.ends_with(' '))
    out.pop_back();
  out += '\n';
}

} // namespace

void table_format::begin(std::string& out) {
  fmt::format_to(std::back_inserter(out), "{:<12} {:<7}{:<9}{:<24}{:<16}{:>8} {:<13}{}\n",
                 "TIME", "LEVEL", "ID", "WHAT", "PROCESS", "PID", "CONTAINER", "DETAILS");
}

void table_format::add(std::string& out, const finding& found) {
  const auto event = found.cause.view();
  append_time(out, event.time());
  fmt::format_to(std::back_inserter(out), "{:<7}{:<9}{:<24}",
                 severity_name(found.signature->severity), found.signature->id,
                 found.signature->event_name);
  append_who(out, event);
  const auto details = out.size();
  // What there is to know of the process, where the signature says nothing about it.
  if (found.data.empty() && !event.executable().empty()) {
    out += "executable=";
    append_printable(out, event.executable());
  }
  for (const auto& [name, data] : found.data) {
    append_printable(out, name);
    out += '=';
    append_value(out, data);
    out += "  ";
  }
  end_row(out, details);
}

void table_format::add(std::string& out, event_view event) {
  append_time(out, event.time());
  const auto* const replayed = event.extension();
  const auto name = event.kind() == event_kind::unknown
                        ? event.text(replayed->name)
                        : definition_of(event.kind()).name;
  std::string what;
  append_printable(what, name);
  fmt::format_to(std::back_inserter(out), "{:<7}{:<9}{:<24}", "event", "", what);
  append_who(out, event);
  const auto details = out.size();
  std::string arguments;
  append_arguments(arguments, event);
  const auto parsed = parse_json("[" + arguments + "]");
  if (parsed && parsed->as_list() != nullptr)
    for (const auto& argument : *parsed->as_list()) {
      const auto* const label = argument.find("name");
      const auto* const content = argument.find("value");
      if (label == nullptr || content == nullptr)
        continue;
      append_printable(out, label->as_string().value_or(""));
      out += '=';
      append_value(out, *content);
      out += "  ";
    }
  end_row(out, details);
}

void append_printable(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto length = utf8_length(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    // Below 0x20, DEL, and C1 (0x80 to 0x9F as UTF-8 C2 80 to C2 9F) are commands.
    const bool command =
        byte < 0x20 || byte == 0x7F
        || (byte == 0xC2 && i + 1 < text.size()
            && static_cast<unsigned char>(text[i + 1]) < 0xA0);
    if (length == 0 || command) {
      const auto bytes = length == 0 ? 1 : length;
      for (std::size_t k = 0; k < bytes; ++k)
        fmt::format_to(std::back_inserter(out), "\\x{:02x}",
                       static_cast<unsigned char>(text[i + k]));
      i += bytes;
      continue;
    }
    out.append(text, i, length);
    i += length;
  }
}

} // namespace vedette
