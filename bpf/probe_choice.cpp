#include "bpf/probe_choice.hpp"

#include "bpf/call_tracepoints.hpp"
#include "bpf/integrity_check.hpp"

#include <algorithm>

namespace vedette {

namespace {

bool is_call(const chosen_probe& event) {
  return definition_of(event.event).made_by == event_class::syscall;
}

/// Those that are asked for, and those that they come with.
std::vector<event_kind> with_companions(std::vector<event_kind> events) {
  const auto wanted = [&](event_kind event) {
    return std::ranges::count(events, event) > 0;
  };
  // They are made by one program, and are of no use without each other.
  if (wanted(event_kind::sched_process_fork))
    events.push_back(event_kind::task_begin);
  else if (wanted(event_kind::task_begin))
    events.push_back(event_kind::sched_process_fork);
  // What the other shards are told of those.
  if (wanted(event_kind::cgroup_mkdir) && wanted(event_kind::cgroup_rmdir))
    events.push_back(event_kind::cgroup_notice);
  // They are made of its messages.
  if (wanted(event_kind::net_packet_dns_request)
      || wanted(event_kind::net_packet_dns_response))
    events.push_back(event_kind::net_packet_dns);
  // A module that is loaded is a reason to look at the kernel's tables.
  if (std::ranges::any_of(integrity_events, wanted) && !wanted(event_kind::module_load))
    events.push_back(event_kind::module_load);
  return events;
}

} // namespace

std::string how_calls_are_seen(std::span<const chosen_probe> probes) {
  constexpr auto by_tracepoint = "call_by_tracepoint";
  if (std::ranges::none_of(probes, is_call))
    return "";
  for (const auto& event : probes) {
    if (!is_call(event))
      continue;
    if (event.chosen->has(by_tracepoint))
      return "by a tracepoint of its own for each, as few are watched: all other calls "
             "cost the host less than with one program for all";
    const auto of_event = probes_of(event.event);
    for (std::size_t i = 0; i < event.refused.size(); ++i)
      if (of_event[i].has(by_tracepoint))
        return "by one program on tp_btf/sys_exit, however many are watched; "
               "tracepoints of their own would cost the host less where few are, but not "
               + event.refused[i];
  }
  return "by one program on tp_btf/sys_exit, however many are watched";
}

probe_choice::probe_choice(const kernel_config& config, const host_kernel& host)
    : config_{config}, host_{host} {
  for (const auto event : with_companions(config.events)) {
    if (watches(event))
      continue;
    chosen_probe added{event, nullptr, {}};
    const bool asked_for = event != event_kind::module_load
                           || std::ranges::count(config_.events, event) > 0;
    if (choose_next(added))
      probes_.push_back(std::move(added));
    else if (asked_for)
      unseen_.push_back({event, std::move(added.refused)});
  }
}

bool probe_choice::is_forced(const chosen_probe& event) const {
  return std::ranges::count(probes_of(event.event), config_.only_probe, &probe::name)
         > 0;
}

/// The best probe that was not refused yet; false: there is none.
bool probe_choice::choose_next(chosen_probe& event) const {
  const auto probes = probes_of(event.event);
  const bool forced = is_forced(event);
  const auto* candidate = event.chosen == nullptr ? probes.data() : event.chosen + 1;
  for (; candidate != probes.data() + probes.size(); ++candidate) {
    if (forced && candidate->name != config_.only_probe)
      continue;
    event.chosen = candidate;
    const auto objection = forced ? "" : candidate->objection(host_);
    if (objection.empty())
      return true;
    event.refused.push_back(std::string{candidate->name} + ": " + objection);
  }
  return false;
}

/// Gives each event that `refuses` has a reason for its next probe; "": it has none.
template <class Refuses>
bool probe_choice::refuse(Refuses refuses) {
  bool found = false;
  std::erase_if(probes_, [&](chosen_probe& event) {
    const std::string reason = refuses(event);
    if (reason.empty())
      return false;
    found = true;
    event.refused.push_back(std::string{event.chosen->name} + ": " + reason);
    if (choose_next(event))
      return false;
    unseen_.push_back({event.event, std::move(event.refused)});
    return true;
  });
  return found;
}

std::string probe_choice::objection_to_tracepoints(const chosen_probe& event) const {
  for (const auto& name : call_tracepoints(event.event, *event.chosen))
    if (!has_call_tracepoint(name))
      return "the kernel has no tracepoint " + name;
  return "";
}

void probe_choice::agree_on_calls() {
  const auto by_tracepoint = [this](const chosen_probe& event) {
    return !is_forced(event) && !call_tracepoints(event.event, *event.chosen).empty();
  };
  const auto each_by_its_own = [&](const chosen_probe& event) {
    return by_tracepoint(event) ? objection_to_tracepoints(event) : std::string{};
  };
  while (refuse(each_by_its_own)) {
  }
  std::size_t tracepoints = 0;
  for (const auto& event : probes_)
    tracepoints += call_tracepoints(event.event, *event.chosen).size();
  const auto needs_all = std::ranges::find_if(
      probes_, [](const chosen_probe& event) { return event.chosen->has("sys_exit"); });
  std::string objection;
  if (needs_all != probes_.end())
    objection = std::string{definition_of(needs_all->event).name}
                + " needs tp_btf/sys_exit, which sees all calls";
  else if (tracepoints > few_calls)
    objection = std::to_string(tracepoints)
                + " of them would be needed, where more than "
                + std::to_string(few_calls) + " cost more than one tp_btf/sys_exit";
  const auto all_by_one = [&](const chosen_probe& event) {
    return by_tracepoint(event) ? objection : std::string{};
  };
  while (refuse(all_by_one)) {
  }
}

bool probe_choice::give_up(std::string_view program, const std::string& reason) {
  return refuse([&](const chosen_probe& event) {
    return event.chosen->has(program) ? reason : std::string{};
  });
}

void probe_choice::cannot_show(event_kind event, const std::string& reason) {
  std::erase_if(probes_, [&](chosen_probe& one) {
    if (one.event != event)
      return false;
    one.refused.push_back(std::string{one.chosen->name} + ": " + reason);
    unseen_.push_back({event, std::move(one.refused)});
    return true;
  });
}

std::expected<void, error> probe_choice::anything() const {
  if (!probes_.empty() || unseen_.empty())
    return {};
  const auto& event = unseen_.front();
  auto text =
      "no probe for " + std::string{definition_of(event.event).name} + " works here: ";
  for (const auto& reason : event.refused)
    text += (&reason == event.refused.data() ? "" : "; ") + reason;
  return std::unexpected{error{ec::no_probe, text}};
}

bool probe_choice::watches(event_kind event) const {
  return std::ranges::count(probes_, event, &chosen_probe::event) > 0;
}

} // namespace vedette
