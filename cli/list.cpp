#include "actors/builtin_sources.hpp"
#include "actors/topology.hpp"
#include "bpf/kernel_side.hpp"
#include "cli/commands.hpp"
#include "signatures/builtin.hpp"
#include "signatures/signature_info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>

namespace vedette {

namespace {

std::string join(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

value to_list(const std::vector<std::string>& words) {
  return value::list{words.begin(), words.end()};
}

std::vector<std::string> names_of(const std::vector<event_kind>& kinds) {
  std::vector<std::string> names;
  for (const auto kind : kinds)
    names.emplace_back(definition_of(kind).name);
  return names;
}

/// How this host's kernel shows an event, or why it does not.
struct event_view_here {
  std::string probe; ///< "": nothing shows it.
  std::string blind_to;
  std::vector<std::string> refused;
};

struct view_here {
  std::map<event_kind, event_view_here> events;
  std::string calls;   ///< How they are seen.
  std::string unknown; ///< Why nothing is known, or "".
};

/// By loading them: only the kernel can tell.
view_here probes_here() {
  view_here result;
  kernel_config config;
  config.shards = 1;
  config.ring_bytes = 64U << 10U;
  config.events = {watchable_events().begin(), watchable_events().end()};
  const auto kernel = kernel_side::load(config);
  if (!kernel) {
    result.unknown = kernel.error().detail;
    return result;
  }
  result.calls = how_calls_are_seen(kernel->probes());
  for (const auto& probe : kernel->probes())
    result.events[probe.event] = {std::string{probe.chosen->name},
                           std::string{probe.blind_to()}, probe.refused};
  for (const auto& event : kernel->unseen())
    result.events[event.event] = {"", "", event.refused};
  for (const auto& source : builtin_sources())
    for (const auto made : source.makes())
      result.events[made] = {"tracee/" + std::string{source.id}, "", {}};
  return result;
}

value event_to_value(const event_definition& event, const event_view_here* here) {
  value::list args, sets;
  for (const auto& argument : event.args)
    args.push_back(value::object{{"name", argument.name},
                                 {"type", type_name(argument.type)}});
  for (auto rest = event.sets; !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    sets.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  value::object result{
      {"id", event.id},
      {"name", event.name},
      {"kind", event.made_by == event_class::syscall ? "syscall" : "event"},
      {"sets", std::move(sets)},
      {"args", std::move(args)}};
  if (here != nullptr) {
    result.emplace_back("probe", here->probe.empty() ? value{} : value{here->probe});
    result.emplace_back("blind_to", here->blind_to);
    result.emplace_back("refused", to_list(here->refused));
  } else {
    result.emplace_back("probe", value{});
  }
  return result;
}

} // namespace

int list_signatures(bool json) {
  if (!json)
    std::cout << fmt::format("{:<10}{:<28}{:<10}{:<50}{}\n", "ID", "FINDING", "SEVERITY",
                             "EVENTS", "ASKS");
  auto code = exit_done;
  for (const auto& factory : builtin_signatures()) {
    const auto one = inspect(factory);
    if (!one) {
      std::cerr << "vedette: a signature cannot be loaded: " << one.error().detail << '\n';
      code = exit_failed;
      continue;
    }
    const auto& about = one->metadata;
    if (!json) {
      std::cout << fmt::format("{:<10}{:<28}{:<10}{:<50}{}\n", about.id, about.event_name,
                               about.by_default ? std::to_string(about.severity)
                                                : fmt::format("{} (off)", about.severity),
                               join(names_of(kinds_of(one->events.kinds()))),
                               join(one->data_sources));
      continue;
    }
    std::cout << to_json(value::object{{"id", about.id},
                                       {"version", about.version},
                                       {"name", about.name},
                                       {"event_name", about.event_name},
                                       {"event_id", about.event_id},
                                       {"severity", about.severity},
                                       {"by_default", about.by_default},
                                       {"description", about.description},
                                       {"tags", to_list(about.tags)},
                                       {"properties", about.properties},
                                       {"events", to_list(names_of(kinds_of(one->events.kinds())))},
                                       {"data_sources", to_list(one->data_sources)}})
              << '\n';
  }
  return code;
}

int list_events(bool json) {
  const auto here = probes_here();
  if (!here.unknown.empty())
    std::cerr << "vedette: which probes this host allows is not known: " << here.unknown
              << '\n';
  if (!json)
    std::cout << fmt::format("{:<6}{:<32}{:<40}{}\n", "ID", "EVENT", "SEEN HERE BY",
                             "ARGUMENTS");
  for (const auto& event : event_definitions()) {
    if (event.made_by == event_class::internal)
      continue;
    const auto found = here.events.find(event.kind);
    const auto* const seen = found == here.events.end() ? nullptr : &found->second;
    if (json) {
      std::cout << to_json(event_to_value(event, seen)) << '\n';
      continue;
    }
    std::vector<std::string> args;
    for (const auto& argument : event.args)
      args.push_back(fmt::format("{} {}", argument.name, type_name(argument.type)));
    auto by = seen != nullptr && !seen->probe.empty() ? seen->probe : "-";
    if (seen != nullptr && !seen->blind_to.empty())
      by += " (blind to " + seen->blind_to + ")";
    std::cout << fmt::format("{:<6}{:<32}{:<40}{}\n", event.id, event.name, by, join(args));
  }
  if (!json && !here.calls.empty())
    std::cout << "System calls are seen " << here.calls << ".\n";
  return exit_done;
}

int list_data_sources(bool json) {
  for (const auto& source : builtin_sources()) {
    const auto about = source.describe();
    value::list keys;
    for (const auto& key : about.keys)
      keys.push_back(value::object{
          {"type", key.type}, {"example", key.example}, {"schema", key.schema}});
    const auto& identity = about.identity;
    if (json) {
      std::cout << to_json(value::object{{"namespace", identity.name_space},
                                         {"id", identity.id},
                                         {"version", identity.version},
                                         {"description", identity.description},
                                         {"keys", std::move(keys)}})
                << '\n';
      continue;
    }
    std::cout << fmt::format("{} (version {})\n  {}\n", identity.path(), identity.version,
                             identity.description);
    for (const auto& key : about.keys)
      std::cout << fmt::format("  {:<16}{}\n", key.type, key.example);
  }
  return exit_done;
}

} // namespace vedette
