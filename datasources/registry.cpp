#include "datasources/registry.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

namespace {

std::string_view to_string(source_provenance from) {
  switch (from) {
  case source_provenance::builtin:
    return "built in";
  case source_provenance::plug_in:
    return "from a plug-in";
  case source_provenance::config:
    return "from the configuration";
  }
  return "";
}

bool is_name(std::string_view word) {
  return !word.empty() && word.find('/') == std::string_view::npos;
}

} // namespace

std::expected<void, error> source_registry::add(entry added) {
  const auto& who = added.identity;
  const auto path = who.path();
  if (!is_name(who.name_space) || !is_name(who.id))
    return std::unexpected{
        error{ec::invalid_config, "data source '" + path
                                      + "': namespace and id must not be empty or "
                                        "contain a slash; rename it"}};
  if (who.name_space == reserved && added.from != source_provenance::builtin)
    return std::unexpected{
        error{ec::reserved, "data source " + path + " " + std::string{to_string(added.from)}
                                + ": the namespace 'tracee' is for built-in ones; "
                                  "register it in another"}};
  if (const auto* taken = find(who.name_space, who.id))
    return std::unexpected{error{
        ec::duplicate, "data source " + path + " " + std::string{to_string(added.from)}
                           + ": that name is taken by one "
                           + std::string{to_string(taken->from)} + " (\""
                           + taken->identity.description + "\"); rename or remove it"}};
  entries_.push_back(std::move(added));
  return {};
}

const source_registry::entry* source_registry::find(std::string_view name_space,
                                                    std::string_view id) const {
  const auto found = std::ranges::find_if(entries_, [&](const entry& one) {
    return one.identity.name_space == name_space && one.identity.id == id;
  });
  return found == entries_.end() ? nullptr : &*found;
}

const source_registry::entry* source_registry::find(std::string_view path) const {
  const auto slash = std::min(path.find('/'), path.size());
  return find(path.substr(0, slash), path.substr(std::min(slash + 1, path.size())));
}

error source_registry::unknown(std::string_view path) const {
  std::string known;
  for (const auto& one : entries_)
    known += (known.empty() ? "" : ", ") + one.identity.path();
  return {ec::no_such_source, "there is no data source " + std::string{path}
                                  + "; those that run: "
                                  + (known.empty() ? "none" : known)};
}

} // namespace vedette
