#include "signatures/reference.hpp"

#include "signatures/builtin.hpp"
#include "signatures/signature_info.hpp"

#include <array>
#include <string_view>

namespace vedette {

namespace {

std::string_view severity_name(int severity) {
  constexpr std::array<std::string_view, 4> names{"info", "low", "medium", "high"};
  return names.at(static_cast<std::size_t>(severity));
}

/// `security_file_open` (container) where `pathname=/etc/*`
std::string selected(const selector& one) {
  auto text = "`" + (one.name.empty() ? std::string{"*"} : one.name) + "`";
  if (one.origin != event_origin::any)
    text += " (" + std::string{to_string(one.origin)} + ")";
  for (const auto& filter : one.filters)
    text += (&filter == &one.filters.front() ? " where `" : ", `") + filter + "`";
  return text;
}

template <class Items, class Shown>
std::string joined(const Items& items, Shown shown) {
  std::string text;
  for (const auto& item : items)
    text += (text.empty() ? "" : ", ") + shown(item);
  return text;
}

std::string_view technique_of(const signature_metadata& about) {
  for (const auto& [name, property] : about.properties)
    if (name == "external_id")
      return property.as_string().value_or("");
  return {};
}

std::string section_of(const signature_info& info) {
  const auto& about = info.metadata;
  auto text = "## " + about.id + " `" + about.event_name + "`\n\n**" + about.name + "** ("
              + std::string{severity_name(about.severity)};
  if (const auto technique = technique_of(about); !technique.empty())
    text += ", " + std::string{technique};
  if (!about.by_default)
    text += ", off by default";
  text += "). " + about.description + "\n\n- Looks at " + joined(info.selectors, selected)
          + (info.scope == signature_scope::host ? "; one instance for the host" : "") + "\n";
  if (!info.data_sources.empty())
    text += "- Asks " + joined(info.data_sources, [](const std::string& source) {
              return "`" + source + "`";
            }) + "\n";
  for (const auto& [name, meaning] : about.parameters)
    text += "- `signatures.params." + about.id + "." + name + "`: " + meaning + "\n";
  return text + "\n";
}

} // namespace

std::string signatures_reference() {
  std::string text =
      "# Signatures\n\n"
      "Made from what the signatures say of themselves; `vedette list signatures` shows which "
      "of\nthem run. How to keep one quiet: `signatures.disable`, `signatures.except`,\n"
      "`signatures.rate` in [configuration.md](configuration.md). What ordinary work finds:\n"
      "[ordinary-work.md](ordinary-work.md). How to write one:\n"
      "[first-signature.md](first-signature.md). To see that they work on this host:\n"
      "`vedette run -- vedette simulate all`.\n\n";
  for (const auto& factory : builtin_signatures())
    if (const auto info = inspect(factory))
      text += section_of(*info);
  text.pop_back();
  return text;
}

} // namespace vedette
