#include "actors/enrichment.hpp"

#include <utility>
#include <vector>

namespace vedette {

namespace {

namespace exec = events::sched_process_exec;
namespace made = events::sched_process_fork;
namespace begun = events::task_begin;

entity_id id_or(std::uint64_t given, std::uint32_t tid, std::uint64_t start_ns) {
  if (given != 0)
    return entity_id{given};
  return start_ns == 0 ? entity_id{} : entity_of(tid, start_ns);
}

event_context identify(event_view event) {
  const auto& header = event.header();
  const auto* replayed = event.extension();
  const record_extension none{};
  const auto& given = replayed != nullptr ? *replayed : none;
  event_context context{
      id_or(given.thread_entity, header.host_tid, header.thread_start_ns),
      id_or(given.process_entity, header.host_tgid, header.leader_start_ns),
      id_or(given.parent_entity, header.host_ppid, header.parent_start_ns),
      {},
      {}};
  if (context.process == entity_id{} && header.host_tid == header.host_tgid)
    context.process = context.thread;
  if (replayed != nullptr) {
    context.executable = event.text(given.executable);
    context.container_id = event.text(given.container_id);
  }
  return context;
}

/// The process that a fork or task_begin is about, if it is a new one.
template <class Tid, class Pid, class Start>
entity_id child_of(event_view event) {
  const auto tid = event.get<Tid>(), pid = event.get<Pid>();
  const auto start = event.get<Start>();
  if (!tid || !start || tid != pid)
    return {};
  const auto raw = start->time_since_epoch() - event.owner().clock_offset();
  return entity_of(static_cast<std::uint32_t>(*tid),
                   static_cast<std::uint64_t>(raw.count()));
}

} // namespace

void enrichment::attach(batch& events) {
  std::vector<event_context> contexts;
  contexts.reserve(events.size());
  texts kept;
  entity_id last{};
  for (const auto event : events.events()) {
    auto context = identify(event);
    if (event.extension() == nullptr) {
      learn(event, context);
      const auto kind = event.kind();
      const bool changed = kind == event_kind::sched_process_exec
                           || kind == event_kind::task_begin;
      if (!contexts.empty() && context.process == last && !changed) {
        context.executable = contexts.back().executable;
      } else if (const auto path = known(context.process)) {
        context.executable = *path;
        kept.push_back(path);
      }
      last = context.process;
    }
    contexts.push_back(context);
  }
  for (const auto process : std::exchange(gone_, {}))
    executables_.erase(process);
  events.attach(std::move(contexts), std::make_shared<const texts>(std::move(kept)));
}

void enrichment::learn(event_view event, const event_context& context) {
  if (event.kind() == event_kind::sched_process_exec) {
    if (const auto path = event.get<exec::pathname>())
      remember(context.process, std::make_shared<const std::string>(*path));
  } else if (event.kind() == event_kind::sched_process_fork) {
    const auto child =
        child_of<made::child_tid, made::child_pid, made::start_time>(event);
    if (child != entity_id{})
      remember(child, known(context.process));
  } else if (event.kind() == event_kind::task_begin) {
    const auto child =
        child_of<begun::child_tid, begun::child_pid, begun::start_time>(event);
    if (const auto path = event.get<begun::pathname>(); path && child != entity_id{})
      remember(child, std::make_shared<const std::string>(*path));
  } else if (event.get<events::sched_process_exit::process_group_exit>().value_or(false)) {
    gone_.push_back(context.process);
  }
}

void enrichment::remember(entity_id process, text path) {
  if (!path)
    return;
  if (executables_.size() >= capacity_ && !executables_.contains(process))
    executables_.erase(executables_.begin());
  executables_[process] = std::move(path);
}

enrichment::text enrichment::known(entity_id process) const {
  const auto found = executables_.find(process);
  return found == executables_.end() ? nullptr : found->second;
}

} // namespace vedette
