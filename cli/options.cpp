#include "cli/options.hpp"

#include "actors/configuration/config_units.hpp"
#include "signatures/builtin.hpp"
#include "signatures/selection.hpp"
#include "signatures/signature_info.hpp"

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <string_view>

namespace vedette {

namespace {

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(list, ','))
    if (const std::string_view word{part.begin(), part.end()}; !word.empty())
      parts.emplace_back(word);
  return parts;
}

/// `NAME,NAME`, at whose end may stand what is wanted of the last: `NAME.FIELD=VALUE,VALUE`.
std::vector<std::string> split_events(std::string_view list) {
  const auto comparison = list.find_first_of("=!<>");
  if (comparison == list.npos)
    return split(list);
  const auto comma = list.rfind(',', comparison);
  if (comma == list.npos)
    return {std::string{list}};
  auto parts = split(list.substr(0, comma));
  parts.emplace_back(list.substr(comma + 1));
  return parts;
}

/// The sinks that write to stdout; one is made if there is none.
std::vector<std::string> stdout_sinks(config& settings) {
  std::vector<std::string> names;
  for (const auto& [name, sink] : settings.sinks)
    if (sink.path == "-")
      names.push_back(name);
  if (names.empty()) {
    settings.sinks.emplace("stdout", config::sink{});
    names.emplace_back("stdout");
  }
  return names;
}

void put_over(const run_options& options, config& settings) {
  if (!options.signatures.empty()) {
    auto& enable = settings.signatures.enable;
    settings.places.note("signatures.enable", "--signatures");
    if (options.signatures == "all")
      enable = {choice::how::all, {}};
    else if (options.signatures == "none")
      enable = {choice::how::none, {}};
    else
      enable = {choice::how::listed, split(options.signatures)};
  }
  if (!options.output.empty())
    for (const auto& name : stdout_sinks(settings))
      settings.sinks.at(name).type =
          options.output == "json" ? sink_type::json : sink_type::table;
  for (const auto& list : options.events)
    for (const auto& name : stdout_sinks(settings)) {
      settings.places.note("sinks." + name + ".take", "--events");
      auto& take = settings.sinks.at(name).take;
      for (const auto& event : split_events(list))
        if (std::ranges::find(take, event) == take.end())
          take.push_back(event);
    }
  settings.record = options.record;
  if (!options.record.empty())
    settings.places.note("record", "--record");
}

} // namespace

std::vector<known_signature>
known_signatures(const std::map<std::string, value>& params) {
  std::vector<known_signature> known;
  for (const auto& factory : builtin_signatures())
    if (const auto about = inspect(factory)) {
      auto& one = known.emplace_back(about->metadata.id, about->events,
                                     about->data_sources, about->metadata.event_name,
                                     about->metadata.by_default,
                                     about->scope == signature_scope::host);
      for (const auto& wanted : about->selectors)
        if (selects_findings(wanted))
          one.findings.push_back(wanted.name);
      if (const auto given = params.find(one.id); given != params.end())
        if (const auto inspected = inspect(factory, given->second); !inspected)
          one.wrong_params = inspected.error().detail;
    }
  return known;
}

std::expected<plan, std::vector<error>> make_plan(const run_options& options,
                                                  run_mode mode) {
  std::optional<std::filesystem::path> file;
  if (!options.config.empty())
    file = options.config;
  auto settings = load_config(file, options.sets);
  if (!settings)
    return std::unexpected{settings.error()};
  put_over(options, *settings);
  const auto known = known_signatures(settings->signatures.params);
  if (auto wrong = validate_wiring(*settings, known); !wrong.empty())
    return std::unexpected{std::move(wrong)};
  auto graph = describe(*settings, known, mode);
  return plan{std::move(*settings), std::move(graph)};
}

std::expected<std::optional<std::chrono::nanoseconds>, error>
duration_of(const run_options& options) {
  if (options.duration.empty())
    return std::nullopt;
  const auto parsed = parse_duration(options.duration);
  if (!parsed || *parsed < std::chrono::nanoseconds{0})
    return std::unexpected{
        error{ec::invalid_config, "--for: expected a time such as 10s, 5m or 500ms, not '"
                                      + options.duration + "'"}};
  return parsed;
}

} // namespace vedette
