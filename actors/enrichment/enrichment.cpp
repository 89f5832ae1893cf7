#include "actors/enrichment/enrichment.hpp"

#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace vedette {

namespace {

namespace exec = events::sched_process_exec;
namespace made = events::sched_process_fork;
namespace begun = events::task_begin;
namespace ended = events::sched_process_exit;

entity_id id_or(std::uint64_t given, std::uint32_t tid, std::uint64_t start_ns) {
  if (given != 0)
    return entity_id{given};
  return start_ns == 0 ? entity_id{} : entity_of(tid, start_ns);
}

/// Both are of the same task, of the same process and parent.
bool same_task(const record_header& one, const record_header& other) {
  const auto all = [](const record_header& of) {
    return std::tie(of.host_tid, of.thread_start_ns, of.host_tgid, of.leader_start_ns,
                    of.host_ppid, of.parent_start_ns);
  };
  return all(one) == all(other);
}

event_context identify(event_view event) {
  static constexpr record_extension none{};
  const auto& header = event.header();
  const auto* replayed = event.extension();
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

/// Those of one batch, under construction. Most events are of the process, and so of the
/// container, that the one before was of.
class enrichment::contexts {
public:
  contexts(enrichment& from, batch& events) : from_{from}, events_{events} {
    all_.reserve(events.size());
  }

  void add(event_view event) {
    const bool is_replayed = event.extension() != nullptr;
    auto context = !is_replayed && before_ != nullptr && same_task(event.header(), *before_)
                       ? event_context{all_.back().thread, all_.back().process,
                                       all_.back().parent, {}, {}}
                       : identify(event);
    before_ = is_replayed ? nullptr : &event.header();
    if (!is_replayed) {
      from_.learn(event, context);
      add_executable(event, context);
      add_container(event, context);
    }
    all_.push_back(context);
  }

  void finish() {
    events_.attach(std::move(all_), std::make_shared<const kept_texts>(std::move(kept_)));
  }

private:
  void add_executable(event_view event, event_context& context) {
    const auto kind = event.kind();
    const bool changed =
        kind == event_kind::sched_process_exec || kind == event_kind::task_begin;
    if (!all_.empty() && context.process == last_ && !changed) {
      context.executable = all_.back().executable;
    } else if (const auto path = from_.known(context.process)) {
      context.executable = *path;
      kept_.executables.push_back(path);
    }
    last_ = context.process;
  }

  void add_container(event_view event, event_context& context) {
    if (const auto told = container_told_of(event)) {
      context.container_id = *told;
      return;
    }
    const auto cgroup = event.header().cgroup_id;
    if (cgroup == 0)
      return;
    const auto* const owner = from_.cgroups_.find(cgroup);
    if (owner == nullptr)
      return;
    if (kept_.containers.empty() || kept_.containers.back() != owner->texts)
      kept_.containers.push_back(owner->texts);
    context.container = owner->texts.get();
    context.container_id = owner->texts->id;
    if (owner->started)
      events_.add_flags(event.index(), RECORD_CONTAINER_STARTED);
  }

  /// Of those events that are about a container, not from it.
  static std::optional<std::string_view> container_told_of(event_view event) {
    switch (event.kind()) {
    case event_kind::container_create:
      return event.get<events::container_create::container_id>();
    case event_kind::existing_container:
      return event.get<events::existing_container::container_id>();
    case event_kind::container_remove:
      return event.get<events::container_remove::container_id>();
    default:
      return {};
    }
  }

  enrichment& from_;
  batch& events_;
  std::vector<event_context> all_;
  kept_texts kept_;
  entity_id last_{};
  const record_header* before_ = nullptr; ///< Of the event before, if it was not replayed.
};

void enrichment::attach(batch& events) {
  contexts made{*this, events};
  for (const auto event : events.events())
    made.add(event);
  for (const auto process : std::exchange(gone_, {}))
    executables_.erase(process);
  for (const auto cgroup : std::exchange(gone_cgroups_, {})) {
    cgroups_.gone(cgroup);
    tell_(cgroup, std::nullopt);
  }
  made.finish();
}

void enrichment::learn_cgroup(event_view event) {
  namespace notice = events::cgroup_notice;
  const auto tell = [&](std::optional<std::uint64_t> id,
                        std::optional<std::string_view> path,
                        std::optional<std::uint32_t> hierarchy) {
    if (!id || !path || hierarchy.value_or(0) != 0)
      return; // Events name their cgroup by v2's ids.
    cgroups_.made(*id, *path);
    tell_(*id, cgroups_.find(*id) != nullptr);
  };
  switch (event.kind()) {
  case event_kind::cgroup_mkdir:
    return tell(event.get<events::cgroup_mkdir::cgroup_id>(),
                event.get<events::cgroup_mkdir::cgroup_path>(),
                event.get<events::cgroup_mkdir::hierarchy_id>());
  case event_kind::cgroup_rmdir:
    if (event.get<events::cgroup_rmdir::hierarchy_id>().value_or(0) == 0)
      gone_cgroups_.push_back(event.get<events::cgroup_rmdir::cgroup_id>().value_or(0));
    return;
  default:
    break;
  }
  const auto id = event.get<notice::cgroup_id>().value_or(0);
  switch (event.get<notice::change>().value_or(RECORD_CGROUP_MADE)) {
  case RECORD_CGROUP_GONE:
    gone_cgroups_.push_back(id);
    return;
  case RECORD_CGROUP_STARTED:
    cgroups_.started(id);
    return;
  default:
    tell(id, event.get<notice::cgroup_path>(), event.get<notice::hierarchy_id>());
  }
}

void enrichment::learn_names(event_view event) {
  namespace notice = events::container_notice;
  const auto told = []<class Argument>(event_view from, Argument) {
    return from.get<Argument>().value_or("");
  };
  cgroups_.named(told(event, notice::container_id{}),
                 {told(event, notice::container_name{}),
                  told(event, notice::container_image{}),
                  told(event, notice::container_image_digest{}),
                  told(event, notice::pod_name{}), told(event, notice::pod_namespace{}),
                  told(event, notice::pod_uid{}),
                  event.get<notice::pod_sandbox>().value_or(false)});
}

void enrichment::learn(event_view event, const event_context& context) {
  switch (event.kind()) {
  case event_kind::sched_process_exec:
    if (const auto path = event.get<exec::pathname>())
      remember(context.process, std::make_shared<const std::string>(*path));
    return;
  case event_kind::sched_process_fork: {
    const auto child =
        child_of<made::child_tid, made::child_pid, made::start_time>(event);
    if (child != entity_id{})
      remember(child, known(context.process));
    return;
  }
  case event_kind::task_begin: {
    const auto child =
        child_of<begun::child_tid, begun::child_pid, begun::start_time>(event);
    if (const auto path = event.get<begun::pathname>(); path && child != entity_id{})
      remember(child, std::make_shared<const std::string>(*path));
    return;
  }
  case event_kind::sched_process_exit:
    if (event.get<ended::process_group_exit>().value_or(false))
      gone_.push_back(context.process);
    return;
  case event_kind::cgroup_mkdir:
  case event_kind::cgroup_rmdir:
  case event_kind::cgroup_notice:
    return learn_cgroup(event);
  case event_kind::container_notice:
    return learn_names(event);
  default:
    return;
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
