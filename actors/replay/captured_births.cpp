#include "actors/replay/captured_births.hpp"

#include "bpf/task_record.hpp"
#include "events/record_arguments.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace vedette {

namespace {

namespace exec = events::sched_process_exec;
namespace forked = events::sched_process_fork;
namespace begun = events::task_begin;
namespace exited = events::sched_process_exit;

// The arguments of a fork are the first ones of a task_begin.
constexpr std::size_t fork_slots = forked::leader_start_time::slot + 1;
static_assert(begun::child_tid::slot == forked::child_tid::slot);
static_assert(begun::leader_start_time::slot == forked::leader_start_time::slot);

template <class Argument>
std::shared_ptr<const std::string> text_of(std::span<const std::byte> record) {
  const auto text = text_in<Argument>(record);
  return text ? std::make_shared<const std::string>(*text) : nullptr;
}

entity_id process_of(std::span<const std::byte> record) {
  const auto& header = header_of(record);
  return entity_of(header.host_tgid, header.leader_start_ns);
}

/// Who is born, if it is a process.
template <class Tid, class Pid, class Start>
std::optional<entity_id> child_of(std::span<const std::byte> record) {
  const auto tid = static_cast<std::uint32_t>(number_in<Tid>(record));
  const auto start = number_in<Start>(record);
  if (tid == 0 || start == 0 || tid != static_cast<std::uint32_t>(number_in<Pid>(record)))
    return {};
  return entity_of(tid, start);
}

} // namespace

std::optional<std::vector<std::byte>>
captured_births::next(std::span<const std::byte> record, std::size_t live_shards) {
  if (live_shards == shards_)
    return {}; // The kernel has told those that there are.
  switch (event_kind{header_of(record).kind}) {
  case event_kind::sched_process_exec:
    remember(process_of(record), text_of<exec::pathname>(record));
    return {};
  case event_kind::task_begin:
    if (const auto child =
            child_of<begun::child_tid, begun::child_pid, begun::start_time>(record))
      remember(*child, text_of<begun::pathname>(record));
    return {};
  case event_kind::sched_process_exit:
    if (number_in<exited::process_group_exit>(record) != 0)
      executables_.erase(process_of(record));
    return {};
  case event_kind::sched_process_fork:
    break;
  default:
    return {};
  }
  const auto child =
      child_of<forked::child_tid, forked::child_pid, forked::start_time>(record);
  if (!child)
    return {};
  const auto path = known(process_of(record));
  remember(*child, path);
  const std::size_t parent = header_of(record).host_tgid;
  const std::size_t pid = number_in<forked::child_pid>(record);
  const bool told = parent % live_shards != pid % live_shards;
  if (told || parent % shards_ == pid % shards_)
    return {};
  return tell(record, path);
}

std::vector<std::byte> captured_births::tell(std::span<const std::byte> fork,
                                             const text& path) const {
  task_record child;
  auto& header = child.header();
  const auto size = header.size;
  const auto arguments = header.arg_count;
  const auto mask = (std::uint64_t{1} << fork_slots) - 1;
  header = header_of(fork);
  header.size = size;
  header.arg_count = arguments;
  header.kind = static_cast<__u16>(event_kind::task_begin);
  header.present &= mask;
  header.references = header.truncated = header.unresolved = 0;
  header.detail[0] = header.detail[1] = 0;
  header.syscall = -1;
  header.host_tid = static_cast<__u32>(number_in<forked::child_tid>(fork));
  header.host_tgid = static_cast<__u32>(number_in<forked::child_pid>(fork));
  header.host_ppid = static_cast<__u32>(number_in<forked::parent_process_pid>(fork));
  header.ns_tid = static_cast<__u32>(number_in<forked::child_ns_tid>(fork));
  header.ns_tgid = static_cast<__u32>(number_in<forked::child_ns_pid>(fork));
  header.ns_ppid = static_cast<__u32>(number_in<forked::parent_process_ns_pid>(fork));
  header.thread_start_ns = header.leader_start_ns = number_in<forked::start_time>(fork);
  header.parent_start_ns = number_in<forked::parent_process_start_time>(fork);
  const auto& from = header_of(fork);
  std::memcpy(&header + 1, &from + 1, fork_slots * sizeof(record_slot));
  if (path)
    child.put<begun::pathname>(std::string_view{*path});
  return {child.bytes().begin(), child.bytes().end()};
}

void captured_births::remember(entity_id process, text path) {
  if (!path)
    return;
  if (executables_.size() >= capacity_ && !executables_.contains(process))
    executables_.erase(executables_.begin());
  executables_[process] = std::move(path);
}

captured_births::text captured_births::known(entity_id process) const {
  const auto found = executables_.find(process);
  return found == executables_.end() ? nullptr : found->second;
}

} // namespace vedette
