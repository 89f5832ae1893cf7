#include "signatures/finding_json.hpp"

#include "events/json_string.hpp"

#include <limits>
#include <string_view>

namespace vedette {

namespace {

/// Names the types of JSON that append_finding_line() promises.
struct type_of_value {
  std::string operator()(std::monostate) const { return "unknown"; }
  std::string operator()(bool) const { return "bool"; }
  std::string operator()(std::int64_t number) const {
    using narrow = std::numeric_limits<std::int32_t>;
    return number >= narrow::min() && number <= narrow::max() ? "int32" : "int64";
  }
  std::string operator()(std::uint64_t) const { return "uint64"; }
  std::string operator()(double) const { return "float64"; }
  std::string operator()(const std::string&) const { return "string"; }
  std::string operator()(const value::object&) const { return "object"; }
  std::string operator()(const value::list& items) const {
    std::string common;
    for (const auto& item : items) {
      const auto type = item.visit(*this);
      if (!common.empty() && type != common)
        return "[]unknown";
      common = type;
    }
    return "[]" + (common.empty() ? "unknown" : common);
  }
};

void append_argument(std::string& out, std::string_view name, const value& what) {
  out += "{\"name\":";
  append_json_string(out, name);
  out += ",\"type\":\"";
  out += what.visit(type_of_value{});
  out += "\",\"value\":";
  append_json(out, what);
  out += "},";
}

void append_cause(std::string& out, event_view cause) {
  const auto identity = identity_of(cause);
  out += R"({"name":"triggeredBy","type":"unknown","value":{"id":)";
  append_json_integer(out, identity.id);
  out += ",\"name\":";
  append_json_string(out, identity.name);
  out += ",\"args\":[";
  append_arguments(out, cause);
  out += "],\"returnValue\":";
  append_json_integer(out, cause.header().return_value);
  out += "}}";
}

void append_metadata(std::string& out, const signature_metadata& about) {
  out += ",\"metadata\":{\"Version\":";
  append_json_string(out, about.version);
  out += ",\"Description\":";
  append_json_string(out, about.description);
  out += ",\"Tags\":[";
  for (const auto& tag : about.tags) {
    if (&tag != &about.tags.front())
      out += ',';
    append_json_string(out, tag);
  }
  out += "],\"Properties\":{\"Severity\":";
  append_json_integer(out, about.severity);
  for (const auto& [name, property] : about.properties) {
    out += ',';
    append_json_string(out, name);
    out += ':';
    append_json(out, property);
  }
  out += ",\"signatureID\":";
  append_json_string(out, about.id);
  out += ",\"signatureName\":";
  append_json_string(out, about.name);
  out += "}}";
}

} // namespace

void append_finding_line(std::string& out, const finding& found,
                         const run_facts& facts) {
  const auto cause = found.cause.view();
  const auto& about = *found.signature;
  out += '{';
  append_context(out, cause, facts,
                 {about.event_id, about.event_name, found.data.size() + 1});
  out += ",\"args\":[";
  for (const auto& [name, what] : found.data)
    append_argument(out, name, what);
  append_cause(out, cause);
  out += ']';
  append_metadata(out, about);
  out += "}\n";
}

} // namespace vedette
