#pragma once

#include "events/batch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Events for tests: records put together by hand, made into batches with the contexts
// that the enricher would attach.
//
//     const auto events = make_batch({
//         forked({100, 1000}, {101, 2000}).at(2000),
//         executed({101, 2000}, "/bin/sh", {"sh", "-c", "id"}).at(2100),
//         event_builder{event_kind::kill}.at(2200).by({101, 2000})
//             .arg<events::kill::pid>(1),
//     });
namespace vedette {

/// Nanoseconds after the epoch.
constexpr time_ns at_ns(std::int64_t ns) {
  return time_ns{std::chrono::nanoseconds{ns}};
}

/// A task of a test: a process's leader unless it says which process it is a thread of.
struct task {
  std::uint32_t tid = 0;
  std::uint64_t start = 0; ///< As in the record: without the batch's clock offset.
  std::uint32_t pid = 0;   ///< Of its process; 0: tid.
  std::uint64_t leader_start = 0; ///< Of its process; 0: start.

  [[nodiscard]] std::uint32_t tgid() const { return pid == 0 ? tid : pid; }
  [[nodiscard]] std::uint64_t born() const {
    return leader_start == 0 ? start : leader_start;
  }
  [[nodiscard]] entity_id id() const { return entity_of(tid, start); }
  [[nodiscard]] entity_id process() const { return entity_of(tgid(), born()); }
  [[nodiscard]] task thread(std::uint32_t its_tid, std::uint64_t its_start) const {
    return {its_tid, its_start, tgid(), born()};
  }
};

/// One event. What is not said is 0, absent or "".
class event_builder {
public:
  explicit event_builder(event_kind kind) {
    header_.kind = static_cast<std::uint16_t>(kind);
    header_.syscall = -1;
    if (kind != event_kind::unknown)
      header_.arg_count = static_cast<std::uint16_t>(definition_of(kind).args.size());
    slots_.resize(header_.arg_count);
    texts_.resize(header_.arg_count);
    comm("test");
  }

  /// Without the batch's clock offset.
  event_builder& at(std::uint64_t ns) { return header_.time_ns = ns, *this; }
  event_builder& at(time_ns when) {
    return at(static_cast<std::uint64_t>(when.time_since_epoch().count()));
  }

  /// Who did it. Pids are the same in its namespace, until `in_pid_ns`.
  event_builder& by(task who) {
    header_.host_tid = header_.ns_tid = who.tid;
    header_.host_tgid = header_.ns_tgid = who.tgid();
    header_.thread_start_ns = who.start;
    header_.leader_start_ns = who.born();
    return *this;
  }
  event_builder& process(std::uint32_t pid, std::uint32_t tid, std::uint64_t start) {
    return by({tid, start, pid, pid == tid ? start : 0});
  }
  /// Whose child its process is.
  event_builder& parent(task who) {
    header_.host_ppid = header_.ns_ppid = who.tgid();
    header_.parent_start_ns = who.born();
    return *this;
  }
  event_builder& comm(std::string_view name) {
    std::memset(header_.comm, 0, sizeof(header_.comm));
    std::memcpy(header_.comm, name.data(), std::min(name.size(), std::size_t{15}));
    name_ = name;
    return *this;
  }
  event_builder& user(std::uint32_t uid, std::uint32_t gid, std::uint32_t loginuid) {
    header_.uid = uid;
    header_.gid = gid;
    header_.loginuid = loginuid;
    return *this;
  }
  event_builder& in_pid_ns(std::uint32_t ns, std::uint32_t pid, std::uint32_t tid,
                           std::uint32_t ppid) {
    header_.pid_ns = ns;
    header_.ns_tgid = pid;
    header_.ns_tid = tid;
    header_.ns_ppid = ppid;
    return *this;
  }
  event_builder& cgroup(std::uint64_t id) { return header_.cgroup_id = id, *this; }
  event_builder& detail(std::uint32_t first, std::uint32_t second = 0) {
    header_.detail[0] = first;
    header_.detail[1] = second;
    return *this;
  }
  event_builder& returned(std::int64_t value) {
    return header_.return_value = value, *this;
  }
  event_builder& syscall(std::int32_t number) {
    return header_.syscall = number, *this;
  }
  /// Anything else of the header.
  template <class Change>
  event_builder& with(Change change) {
    change(header_);
    return *this;
  }
  /// What the enricher knows.
  event_builder& container(std::string_view id) { return container_ = id, *this; }
  /// By a task of a container that has started.
  event_builder& in_container(std::string_view id) {
    header_.flags |= RECORD_CONTAINER_STARTED;
    return container(id);
  }
  event_builder& executable(std::string_view path) { return executable_ = path, *this; }
  /// Makes it one that was read from JSON, at this place of the input.
  event_builder& replayed(std::uint64_t position) {
    extended_ = true;
    extension_.position = position;
    return *this;
  }
  /// Ids that the input carries; 0: none.
  event_builder& ids(std::uint64_t thread, std::uint64_t process,
                     std::uint64_t parent) {
    extended_ = true;
    extension_.thread_entity = thread;
    extension_.process_entity = process;
    extension_.parent_entity = parent;
    return *this;
  }
  /// It came too late, and counts as of this time.
  event_builder& visible_at(time_ns when) {
    extended_ = true;
    header_.flags |= RECORD_LATE;
    extension_.visible_ns = static_cast<std::uint64_t>(when.time_since_epoch().count());
    return *this;
  }
  /// What only findings have: JSON.
  event_builder& metadata(std::string_view json) {
    extended_ = true;
    metadata_ = json;
    return *this;
  }
  /// Of an event that is not in the table.
  event_builder& named(std::string_view event) {
    extended_ = true;
    event_name_ = event;
    return *this;
  }

  /// A scalar, in the record's own terms: times without the batch's clock offset.
  template <class Argument, class Number>
  requires(storage_of(Argument::stored_as) == arg_storage::scalar
           && (std::is_arithmetic_v<Number> || std::is_enum_v<Number>))
      event_builder& arg(Number number) {
    header_.present |= std::uint64_t{1} << Argument::slot;
    if constexpr (std::is_floating_point_v<Number>)
      slots_[Argument::slot].value = __builtin_bit_cast(std::uint64_t, double{number});
    else
      slots_[Argument::slot].value = static_cast<std::uint64_t>(number);
    return *this;
  }
  /// Text, JSON or bytes.
  template <class Argument>
  requires(storage_of(Argument::stored_as) != arg_storage::scalar
           && storage_of(Argument::stored_as)
                  != arg_storage::list) event_builder& arg(std::string_view text) {
    return put(Argument::slot, std::string{text});
  }
  template <class Argument>
  requires(storage_of(Argument::stored_as) == arg_storage::list)
      event_builder& arg(const std::vector<std::string>& texts) {
    std::string block;
    for (const auto& one : texts)
      block.append(one).push_back('\0');
    return put(Argument::slot, std::move(block));
  }

  /// A scalar by the argument's name, which must be one of the event's.
  event_builder& number(std::string_view argument, std::uint64_t value) {
    const auto slot = definition_of(event_kind{header_.kind}).find(argument).value();
    header_.present |= std::uint64_t{1} << slot;
    slots_[slot].value = value;
    return *this;
  }

  /// The record, as check_record() accepts it.
  [[nodiscard]] std::vector<std::byte> record() const {
    auto header = header_;
    auto extension = extension_;
    auto slots = slots_;
    const auto fixed = sizeof(header) + slots.size() * sizeof(record_slot);
    if (extended_)
      header.extension = static_cast<std::uint32_t>(fixed);
    std::string bytes;
    const auto begin = fixed + (extended_ ? sizeof(extension) : 0);
    const auto append = [&](const std::string& text) {
      const auto offset = static_cast<std::uint32_t>(begin + bytes.size());
      bytes += text;
      return record_bytes{offset, static_cast<std::uint32_t>(text.size())};
    };
    for (std::size_t i = 0; i < slots.size(); ++i)
      if ((header.references >> i & 1U) != 0)
        slots[i].bytes = append(texts_[i]);
    extension.process_name = append(extended_ ? name_ : "");
    extension.executable = append(extended_ ? executable_ : "");
    extension.container_id = append(extended_ ? container_ : "");
    extension.name = append(event_name_);
    extension.metadata = append(metadata_);
    header.size = static_cast<std::uint32_t>(begin + bytes.size());
    std::vector<std::byte> result(header.size);
    std::memcpy(result.data(), &header, sizeof(header));
    if (!slots.empty())
      std::memcpy(result.data() + sizeof(header), slots.data(), fixed - sizeof(header));
    if (extended_)
      std::memcpy(result.data() + fixed, &extension, sizeof(extension));
    if (!bytes.empty())
      std::memcpy(result.data() + begin, bytes.data(), bytes.size());
    return result;
  }

  /// What the enricher would attach. `texts` keeps what it points to.
  [[nodiscard]] event_context context(std::deque<std::string>& texts) const {
    const auto chosen = [](std::uint64_t given, std::uint32_t tid,
                           std::uint64_t start) {
      if (given != 0)
        return entity_id{given};
      return start == 0 ? entity_id{} : entity_of(tid, start);
    };
    const auto thread =
        chosen(extension_.thread_entity, header_.host_tid, header_.thread_start_ns);
    const auto process =
        chosen(extension_.process_entity, header_.host_tgid, header_.leader_start_ns);
    const bool leads = header_.host_tid == header_.host_tgid;
    return {
        thread, process == entity_id{} && leads ? thread : process,
        chosen(extension_.parent_entity, header_.host_ppid, header_.parent_start_ns),
        texts.emplace_back(executable_), texts.emplace_back(container_)};
  }

private:
  event_builder& put(std::size_t slot, std::string text) {
    header_.present |= std::uint64_t{1} << slot;
    header_.references |= std::uint64_t{1} << slot;
    texts_[slot] = std::move(text);
    return *this;
  }

  record_header header_{};
  record_extension extension_{};
  std::vector<record_slot> slots_;
  std::vector<std::string> texts_; ///< By slot.
  std::string name_, executable_, container_, event_name_, metadata_;
  bool extended_ = false;
};

struct batch_options {
  std::uint32_t shard = 0;
  std::chrono::nanoseconds clock_offset{0};
  std::uint64_t first_position = 0;
};

/// A frozen batch with contexts.
inline batch_ptr make_batch(const std::vector<event_builder>& events,
                            batch_options options = {}) {
  std::vector<std::vector<std::byte>> records;
  std::vector<std::uint32_t> offsets;
  std::size_t size = 0;
  for (const auto& event : events) {
    records.push_back(event.record());
    offsets.push_back(static_cast<std::uint32_t>(size));
    size += (records.back().size() + 7) / 8 * 8;
  }
  auto memory = std::make_unique<std::byte[]>(size);
  for (std::size_t i = 0; i < records.size(); ++i)
    std::memcpy(memory.get() + offsets[i], records[i].data(), records[i].size());
  auto result = std::make_shared<batch>(std::move(memory), size, std::move(offsets),
                                        options.clock_offset, options.shard);
  result->place_at(options.first_position);
  const auto texts = std::make_shared<std::deque<std::string>>();
  std::vector<event_context> contexts;
  for (const auto& event : events)
    contexts.push_back(event.context(*texts));
  result->attach(std::move(contexts), texts);
  return result;
}

} // namespace vedette
