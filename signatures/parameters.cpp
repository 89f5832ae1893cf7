#include "signatures/parameters.hpp"

#include "runtime/units.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

namespace {

std::unexpected<error> wrong(std::string_view name, std::string_view expected,
                             const value& what) {
  return std::unexpected{
      error{ec::invalid_config, "parameter " + std::string{name} + " is to be "
                                    + std::string{expected} + ", but " + to_json(what)
                                    + " is of type " + std::string{what.kind_name()}}};
}

} // namespace

std::expected<std::optional<std::vector<std::string>>, error>
text_list_parameter(const value& params, std::string_view name) {
  constexpr std::string_view expected = "a list of texts";
  const auto* given = params.find(name);
  if (!given)
    return std::nullopt;
  const auto* items = given->as_list();
  if (!items)
    return wrong(name, expected, *given);
  std::vector<std::string> texts;
  for (const auto& item : *items) {
    const auto text = item.as_string();
    if (!text)
      return wrong(name, expected, item);
    texts.emplace_back(*text);
  }
  return texts;
}

std::expected<std::optional<std::chrono::nanoseconds>, error>
duration_parameter(const value& params, std::string_view name) {
  const auto* given = params.find(name);
  if (!given)
    return std::nullopt;
  if (given->as_int() == 0) // YAML's 0 is a number.
    return std::chrono::nanoseconds::zero();
  const auto text = given->as_string();
  if (!text)
    return wrong(name, "a duration such as 30s or 5m", *given);
  const auto duration = parse_duration(*text);
  if (!duration)
    return std::unexpected{
        error{ec::invalid_config, "parameter " + std::string{name}
                                      + " is to be a duration such as 30s or 5m, not "
                                      + to_json(*given)}};
  return *duration;
}

std::expected<void, error> text_list_parameter(const value& params, std::string_view name,
                                               std::vector<std::string>& into) {
  auto given = text_list_parameter(params, name);
  if (!given)
    return std::unexpected{std::move(given.error())};
  if (*given)
    into = std::move(**given);
  return {};
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
