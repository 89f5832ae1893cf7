#include "events/capture/capture_facts.hpp"

#include "events/definitions.hpp"

#include <algorithm>
#include <charconv>

namespace vedette {

namespace {

void add_line(std::string& text, std::string_view name, std::string value) {
  std::ranges::replace(value, '\n', ' ');
  text.append(name).append("=").append(value).append("\n");
}

template <class Number>
void read_number(std::string_view text, Number& into) {
  std::from_chars(text.data(), text.data() + text.size(), into);
}

std::vector<std::string> read_names(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

void read_line(std::string_view name, std::string_view value, capture_facts& into) {
  if (name == "host_name")
    into.host_name = value;
  else if (name == "kernel_release")
    into.kernel_release = value;
  else if (name == "boot_id")
    into.boot_id = value;
  else if (name == "boot_time_ns")
    read_number(value, into.boot_time_ns);
  else if (name == "clock_tick")
    read_number(value, into.clock_tick);
  else if (name == "pid_ns")
    read_number(value, into.pid_ns);
  else if (name == "mnt_ns")
    read_number(value, into.mnt_ns);
  else if (name == "shards")
    read_number(value, into.shards);
  else if (name == "events")
    into.events = read_names(value);
}

} // namespace

std::vector<std::string> known_event_names() {
  std::vector<std::string> names;
  for (const auto& event : event_definitions())
    names.emplace_back(event.name);
  return names;
}

std::string to_text(const capture_facts& facts) {
  std::string text;
  add_line(text, "host_name", facts.host_name);
  add_line(text, "kernel_release", facts.kernel_release);
  add_line(text, "boot_id", facts.boot_id);
  add_line(text, "boot_time_ns", std::to_string(facts.boot_time_ns));
  add_line(text, "clock_tick", std::to_string(facts.clock_tick));
  add_line(text, "pid_ns", std::to_string(facts.pid_ns));
  add_line(text, "mnt_ns", std::to_string(facts.mnt_ns));
  add_line(text, "shards", std::to_string(facts.shards));
  std::string names;
  for (const auto& name : facts.events)
    names += (names.empty() ? "" : ",") + name;
  add_line(text, "events", std::move(names));
  return text;
}

capture_facts parse_facts(std::string_view text) {
  capture_facts facts;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    if (const auto equals = line.find('='); equals != line.npos)
      read_line(line.substr(0, equals), line.substr(equals + 1), facts);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return facts;
}

} // namespace vedette
