#include "actors/configuration/config.hpp"

#include "actors/builtin_sources.hpp"
#include "actors/configuration/config_units.hpp"
#include "actors/topology.hpp"
#include "bpf/probes.hpp"
#include "signatures/exceptions.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace vedette {

namespace {

using names = std::vector<std::string>;

/// Finds what is wrong between the parts of a config and what there is in this program.
class wiring {
public:
  wiring(const config& what, std::span<const known_signature> known)
      : what_{what}, known_{known}, enabled_{enabled_signatures(what, known)} {}

  std::vector<error> check() {
    check_collectors();
    check_signatures();
    check_sources();
    check_runners();
    check_sinks();
    check_record();
    return std::move(problems_);
  }

private:
  /// About the value at `path`, or item `index` of the list there.
  void problem(const std::string& path, const std::string& text,
               std::size_t index = none) {
    const auto exact = index == none ? path : path + "[" + std::to_string(index) + "]";
    problems_.push_back(
        {ec::invalid_config,
         what_.places.before(exact) + on_one_line(path, 128) + ": " + text});
  }

  void check_collectors() {
    if (what_.collectors.empty())
      problem("collectors", "there is none; leave the key out for the default one");
    std::string first;
    for (const auto& [name, collector] : what_.collectors) {
      const auto path = "collectors." + name;
      if (!first.empty())
        problem(path, "there is a collector of type ebpf already, " + first
                          + ", and one sees everything; remove one");
      first = first.empty() ? name : first;
      for (std::size_t i = 0; i < collector.events.names.size(); ++i)
        check_collected(path + ".events", collector.events.names[i], i);
    }
  }

  void check_collected(const std::string& path, const std::string& name,
                       std::size_t i) {
    if (name.contains('.'))
      return problem(path,
                     in_quotes(name)
                         + " is a filter: what is wanted of an event is said by those "
                           "who take it, such as sinks.out.take",
                     i);
    const auto kind = find_public_event(name);
    if (!kind)
      return unknown_event(path, name, i, {});
    if (probes_of(*kind).empty())
      problem(path,
              "the event " + in_quotes(name)
                  + " cannot be watched; `vedette list events` shows those that can",
              i);
  }

  static std::optional<event_kind> find_public_event(std::string_view name) {
    const auto kind = find_event(name);
    if (!kind || definition_of(*kind).made_by == event_class::internal)
      return {};
    return kind;
  }

  void unknown_event(const std::string& path, const std::string& name, std::size_t i,
                     std::vector<std::string_view> candidates) {
    for (const auto& event : event_definitions())
      if (event.made_by != event_class::internal)
        candidates.push_back(event.name);
    const auto finds = std::ranges::find(known_, name, &known_signature::event_name);
    if (finds != known_.end())
      return problem(path,
                     "'" + name + "' is what signature " + finds->id
                         + " finds, not an event; expected findings",
                     i);
    problem(path,
            "unknown event " + remedied(name, candidates)
                + "`vedette list events` shows what there is",
            i);
  }

  static std::string remedied(std::string_view word,
                              const std::vector<std::string_view>& candidates) {
    const auto meant = nearest(word, candidates);
    return in_quotes(word)
           + (meant ? "; did you mean '" + std::string{*meant} + "'? " : "; ");
  }

  void check_ids(const std::string& path, const names& ids) {
    for (std::size_t i = 0; i < ids.size(); ++i)
      check_id(path, ids[i], i);
  }

  void check_id(const std::string& path, const std::string& id,
                std::size_t index = none) {
    if (std::ranges::find(known_, id, &known_signature::id) != known_.end())
      return;
    std::vector<std::string_view> ids;
    for (const auto& one : known_)
      ids.push_back(one.id);
    problem(path,
            "unknown signature " + remedied(id, ids)
                + "`vedette list signatures` shows what there is",
            index);
  }

  void check_signatures() {
    check_ids("signatures.enable", what_.signatures.enable.names);
    check_ids("signatures.disable", what_.signatures.disable);
    for (const auto& [id, unused] : what_.signatures.params)
      check_id("signatures.params." + id, id);
    for (std::size_t i = 0; i < what_.signatures.except.size(); ++i) {
      const auto item = finding_exception::parse(what_.signatures.except[i]);
      if (!item)
        problem("signatures.except", item.error().detail, i);
      else
        check_id("signatures.except", item->id, i);
    }
    for (const auto& one : enabled_) {
      for (const auto& name : one.findings)
        check_selected(one, name);
      if (!one.wrong_params.empty())
        problem("signatures.params." + one.id, one.wrong_params);
    }
  }

  /// A finding reaches signatures that run where it is made.
  void check_selected(const known_signature& by, const std::string& name) {
    if (name.empty())
      return;
    const auto from = std::ranges::find(known_, name, &known_signature::event_name);
    if (from == known_.end())
      return problem("signatures.enable", "signature " + by.id + " selects findings "
                                              + in_quotes(name)
                                              + ", which no signature makes; add it to "
                                                "signatures.disable");
    if (from->is_of_host != by.is_of_host)
      return problem("signatures.enable",
                     "signature " + by.id + " selects findings of " + from->id
                         + ", but one of them is of the host and the other is not; add "
                         + by.id + " to signatures.disable");
    if (runner_of(by.id) != runner_of(from->id))
      problem("runners." + (runner_of(by.id) == "main" ? runner_of(from->id)
                                                       : runner_of(by.id)),
              "signature " + by.id + " selects findings of " + from->id
                  + "; let them run in the same runner");
  }

  [[nodiscard]] std::string runner_of(const std::string& id) const {
    for (const auto& [name, runner] : what_.runners)
      if (std::ranges::find(runner.signatures, id) != runner.signatures.end())
        return name;
    return "main";
  }

  static const builtin_source* find_source(std::string_view path) {
    constexpr std::string_view ours = "tracee/";
    return path.starts_with(ours) ? find_builtin_source(path.substr(ours.size())) : nullptr;
  }

  void check_sources() {
    for (const auto& one : enabled_)
      for (const auto& source : one.sources) {
        const auto* const builtin = find_source(source);
        if (builtin == nullptr)
          problem("signatures.enable", "signature " + one.id + " needs the data source "
                                           + source
                                           + ", which does not exist; add it to "
                                             "signatures.disable");
        else if (!builtin->is_on(what_))
          problem("data_sources." + std::string{builtin->id},
                  "it is off, but signature " + one.id + " needs " + source
                      + "; leave it on, or add " + one.id + " to signatures.disable");
      }
  }

  void check_runners() {
    std::map<std::string, std::string> taken; // By id: the runner.
    for (const auto& [name, runner] : what_.runners) {
      const auto path = "runners." + name;
      if (name == "main")
        problem(path,
                "'main' is the runner of all signatures that have no other; choose "
                "another name");
      if (runner.signatures.empty())
        problem(path,
                "it has no signatures; list their ids in signatures, or remove it");
      if (runner.shards > what_.pipeline.shards)
        problem(path + ".shards", std::to_string(runner.shards)
                                      + " are more than pipeline.shards, which is "
                                      + std::to_string(what_.pipeline.shards)
                                      + "; expected at most that");
      check_ids(path + ".signatures", runner.signatures);
      for (std::size_t i = 0; i < runner.signatures.size(); ++i)
        if (const auto [other, is_new] = taken.emplace(runner.signatures[i], name);
            !is_new)
          problem(path + ".signatures",
                  other->first + " is in runner " + other->second
                      + " already; remove it from one",
                  i);
    }
  }

  void check_sinks() {
    if (what_.sinks.empty())
      problem("sinks",
              "there is none, so nothing would be written; leave the key out for "
              "the default one");
    std::map<std::string, std::string> taken; // By path: the sink.
    for (const auto& [name, sink] : what_.sinks) {
      check_takes("sinks." + name, sink);
      const auto file = std::filesystem::path{sink.path}.lexically_normal().string();
      if (file == "/dev/null")
        continue;
      if (const auto [other, is_new] = taken.emplace(file, name); !is_new)
        problem("sinks." + name + ".path", "sink " + other->second + " writes to "
                                               + in_quotes(sink.path)
                                               + " already; give one another path");
    }
  }

  void check_record() {
    if (what_.record == "-")
      return problem("record", "expected a file: standard output is for what is found");
    const auto file = std::filesystem::path{what_.record}.lexically_normal();
    for (const auto& [name, sink] : what_.sinks)
      if (!what_.record.empty() && file != "/dev/null"
          && file == std::filesystem::path{sink.path}.lexically_normal())
        problem("record", "sink " + name + " writes to " + in_quotes(sink.path)
                              + " already; give one another path");
  }

  void check_takes(const std::string& path, const config::sink& sink) {
    if (sink.take.empty())
      problem(path + ".take", "it takes nothing; list findings or names of events");
    bool takes_events = false;
    for (std::size_t i = 0; i < sink.take.size(); ++i) {
      if (sink.take[i] == "findings")
        continue;
      takes_events = true;
      check_taken(path + ".take", sink.take[i], i);
    }
    if (sink.takes_findings() && !takes_events && enabled_.empty())
      problem(path + ".take", "it takes findings alone, and no signature is enabled; "
                              "enable one, or take names of events");
  }

  void check_taken(const std::string& path, const std::string& item, std::size_t i) {
    const auto [name, condition] = split_selection(item);
    const auto kind = find_public_event(name);
    if (!kind)
      return unknown_event(path, std::string{name}, i, {"findings"});
    if (name.size() == item.size())
      return;
    if (auto added = event_filter{*kind}.add(condition); !added)
      problem(path, added.error().detail, i);
  }

  static constexpr auto none = static_cast<std::size_t>(-1);

  const config& what_;
  std::span<const known_signature> known_;
  std::vector<known_signature> enabled_;
  std::vector<error> problems_;
};

} // namespace

bool config::sink::takes_findings() const {
  return std::ranges::find(take, "findings") != take.end();
}

event_selection config::sink::events() const {
  std::map<event_kind, event_filter> filters;
  for (const auto& item : take) {
    const auto [name, condition] = split_selection(item);
    const auto kind = find_event(name);
    if (!kind)
      continue;
    const auto filter = filters.try_emplace(*kind, *kind).first;
    if (!condition.empty())
      static_cast<void>(filter->second.add(condition));
  }
  event_selection result;
  for (auto& [kind, filter] : filters)
    if (filter.fields().empty())
      result.add(kind);
    else
      result.add(std::move(filter));
  return result;
}

std::vector<error> validate_wiring(const config& what,
                                   std::span<const known_signature> known) {
  return wiring{what, known}.check();
}

} // namespace vedette
