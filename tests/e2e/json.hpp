#pragma once

#include "events/value.hpp"
#include "tests/e2e/vedette.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// What Vedette says in JSON, looked at as a user's program would.
namespace vedette::e2e {

/// Of one line; what is no JSON fails the test.
inline value parse(std::string_view line) {
  auto parsed = parse_json(line);
  if (!parsed)
    throw std::runtime_error{parsed.error().detail + ": " + std::string{line}};
  return std::move(*parsed);
}

inline std::vector<value> parse_lines(const outcome& from) {
  std::vector<value> result;
  for (const auto& line : from.lines())
    result.push_back(parse(line));
  return result;
}

inline value parse_file(const std::string& path) {
  std::ifstream file{path};
  return parse(std::string{std::istreambuf_iterator<char>{file}, {}});
}

inline const value& member(const value& of, std::string_view name) {
  const auto* const found = of.find(name);
  if (found == nullptr)
    throw std::runtime_error{"no " + std::string{name} + " in " + to_json(of)};
  return *found;
}

/// `number(summary, "stages", "reader", "in")`
inline std::int64_t number(const value& of) {
  const auto found = of.as_int();
  if (!found)
    throw std::runtime_error{"no number: " + to_json(of)};
  return *found;
}
template <class... Names>
std::int64_t number(const value& of, std::string_view name, Names... more) {
  return number(member(of, name), more...);
}

inline std::string text(const value& of) {
  const auto found = of.as_string();
  if (!found)
    throw std::runtime_error{"no text: " + to_json(of)};
  return std::string{*found};
}
template <class... Names>
std::string text(const value& of, std::string_view name, Names... more) {
  return text(member(of, name), more...);
}

/// The value of an event's argument; null if it has none of this name.
inline value argument(const value& event, std::string_view name) {
  for (const auto& one : *member(event, "args").as_list())
    if (text(one, "name") == name)
      return member(one, "value");
  return {};
}

/// Findings of signature `id`, or all.
inline std::vector<value> findings_in(std::vector<value> lines,
                                      std::string_view id = {}) {
  std::erase_if(lines, [=](const value& line) {
    const auto* const metadata = line.find("metadata");
    return metadata == nullptr
           || (!id.empty() && text(*metadata, "Properties", "signatureID") != id);
  });
  return lines;
}

/// Events of this name.
inline std::vector<value> events_in(std::vector<value> lines, std::string_view name) {
  std::erase_if(lines,
                [=](const value& line) { return text(line, "eventName") != name; });
  return lines;
}

/// Those of one process.
inline std::vector<value> of_process(std::vector<value> lines, std::int64_t pid) {
  std::erase_if(
      lines, [=](const value& line) { return number(line, "hostProcessId") != pid; });
  return lines;
}

} // namespace vedette::e2e
