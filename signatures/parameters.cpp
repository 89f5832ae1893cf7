#include "signatures/parameters.hpp"

#include <algorithm>

namespace vedette {

std::expected<std::optional<std::vector<std::string>>, error>
text_list_parameter(const value& params, std::string_view name) {
  const auto* given = params.find(name);
  if (!given)
    return std::nullopt;
  const auto wrong = [&](const value& what) {
    return std::unexpected{error{ec::invalid_config,
                                 "parameter " + std::string{name}
                                     + " is to be a list of texts, but " + to_json(what)
                                     + " is of type " + std::string{what.kind_name()}}};
  };
  const auto* items = given->as_list();
  if (!items)
    return wrong(*given);
  std::vector<std::string> texts;
  for (const auto& item : *items) {
    const auto text = item.as_string();
    if (!text)
      return wrong(item);
    texts.emplace_back(*text);
  }
  return texts;
}

std::expected<void, error>
check_parameter_names(const value& params,
                      std::initializer_list<std::string_view> names) {
  if (params.is_null())
    return {};
  const auto* members = params.as_object();
  if (!members)
    return std::unexpected{
        error{ec::invalid_config,
              "parameters are a map of names, not " + std::string{params.kind_name()}}};
  std::string known;
  for (const auto name : names)
    known += (known.empty() ? "" : ", ") + std::string{name};
  for (const auto& [name, given] : *members)
    if (std::ranges::find(names, name) == names.end())
      return std::unexpected{error{ec::invalid_config, "unknown parameter '" + name
                                                           + "'; there is: " + known}};
  return {};
}

} // namespace vedette
