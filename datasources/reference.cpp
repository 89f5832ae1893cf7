#include "datasources/reference.hpp"

#include <string_view>

namespace vedette {

namespace {

std::string text(const value& object, std::string_view name) {
  const auto* member = object.find(name);
  return std::string{member != nullptr ? member->as_string().value_or("") : ""};
}

/// Of a cell: a bar would end it.
std::string meaning_of(const value& schema) {
  auto meaning = text(schema, "description");
  for (auto at = meaning.find('|'); at != meaning.npos; at = meaning.find('|', at + 2))
    meaning.insert(at, 1, '\\');
  return meaning;
}

/// What stands in the lines of a table: `string`, `list of string`, one of the words.
std::string type_of(const value& schema) {
  if (const auto* words = schema.find("enum"); words != nullptr && words->as_list()) {
    std::string all;
    for (const auto& word : *words->as_list())
      all += (all.empty() ? "`" : ", `") + std::string{word.as_string().value_or("")} + "`";
    return all;
  }
  const auto* items = schema.find("items");
  return items != nullptr ? "list of " + type_of(*items) : text(schema, "type");
}

/// Of an object, or of those in a list. Members of members have their name in front.
void append_members(std::string& out, const value& schema, const std::string& within) {
  const auto* properties = schema.find("properties");
  if (properties == nullptr || properties->as_object() == nullptr) {
    if (const auto* items = schema.find("items"))
      append_members(out, *items, within);
    return;
  }
  for (const auto& [name, member] : *properties->as_object()) {
    const auto path = within.empty() ? name : within + "." + name;
    out += "| `" + path + "` | " + type_of(member) + " | " + meaning_of(member)
           + " |\n";
    append_members(out, member, path);
  }
}

} // namespace

std::string reference_of(const source_description& source) {
  const auto& who = source.identity;
  std::string out = "## `" + who.path() + "` (version " + std::to_string(who.version)
                    + ")\n\n" + who.description + ".\n";
  value shown;
  for (const auto& key : source.keys) {
    out += "\nKey `" + key.type + "`, such as `" + key.example + "`";
    if (key.schema == shown) {
      out += ": the same answer.\n";
      continue;
    }
    out += ":\n\n| Member | Type | Meaning |\n|---|---|---|\n";
    append_members(out, key.schema, "");
    shown = key.schema;
  }
  return out;
}

} // namespace vedette
