#include "bpf/rule_maps.hpp"

#include "bpf/skeleton.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace vedette {

namespace {

constexpr std::array whole_events{
    event_kind::sched_process_fork,     event_kind::sched_process_exit,
    event_kind::task_begin,             event_kind::cgroup_mkdir,
    event_kind::cgroup_rmdir,           event_kind::cgroup_notice,
    event_kind::net_packet_dns,         event_kind::net_packet_dns_request,
    event_kind::net_packet_dns_response, event_kind::hooked_syscall,
    event_kind::hooked_seq_ops,         event_kind::hooked_proc_fops};

template <class Key, class Value>
std::expected<void, error> put(const bpf_map* map, const Key& key, const Value& value) {
  if (bpf_map_update_elem(bpf_map__fd(map), &key, &value, BPF_ANY) == 0)
    return {};
  return std::unexpected{
      system_error("cannot hand over the filters of events to the kernel", errno)};
}

filter_text beginning_key(const kernel_rules::text_key& text) {
  const auto& [field, beginning] = text;
  filter_text key{};
  key.field = field;
  key.bits = static_cast<__u32>(8 * (sizeof(field) + beginning.size()));
  std::memcpy(key.text, beginning.data(), beginning.size());
  return key;
}

filter_end end_key(const kernel_rules::text_key& text) {
  const auto& [field, end] = text;
  filter_end key{};
  key.field = field;
  key.length = static_cast<__u32>(end.size());
  std::memcpy(key.text, end.data(), end.size());
  return key;
}

filter_name name_key(const kernel_rules::text_key& text) {
  filter_name key{};
  key.field = text.first;
  std::memcpy(key.name, text.second.data(), text.second.size());
  return key;
}

} // namespace

rule_maps::rule_maps(std::span<chosen_probe> probes, const event_selection& filters) {
  for (auto& probe : probes) {
    kernel_rules::added made;
    if (std::ranges::find(whole_events, probe.event) == whole_events.end())
      made = rules_.add(filters.filters(probe.event));
    probe.filtered = made.decided;
    events_.push_back({probe.event, made.number});
  }
}

void rule_maps::size(vedette_bpf& skeleton) const {
  const auto make = [](bpf_map* map, std::size_t entries) {
    bpf_map__set_max_entries(map, static_cast<__u32>(std::max<std::size_t>(entries, 1)));
  };
  make(skeleton.maps.rules, rules_.rules().size());
  make(skeleton.maps.rule_texts, rules_.texts().size());
  make(skeleton.maps.rule_ends, rules_.ends().size());
  make(skeleton.maps.rule_names, rules_.names().size());
  make(skeleton.maps.rule_numbers, rules_.numbers().size());
}

std::expected<void, error> rule_maps::fill(vedette_bpf& skeleton) const {
  auto syscall = std::size_t{WATCHED_HOOKS};
  for (const auto& [event, number] : events_) {
    const auto hook = watched_hook(event);
    skeleton.bss->filter.rules[hook ? *hook : syscall++] = static_cast<__u16>(number);
  }
  const auto& maps = skeleton.maps;
  std::expected<void, error> done;
  for (__u32 number = 0; number < rules_.rules().size() && done; ++number)
    done = put(maps.rules, number, rules_.rules()[number]);
  for (const auto& [text, verdict] : rules_.texts())
    if (done)
      done = put(maps.rule_texts, beginning_key(text), verdict);
  for (const auto& [end, verdict] : rules_.ends())
    if (done)
      done = put(maps.rule_ends, end_key(end), verdict);
  for (const auto& [name, verdict] : rules_.names())
    if (done)
      done = put(maps.rule_names, name_key(name), verdict);
  for (const auto& [number, verdict] : rules_.numbers())
    if (done)
      done = put(maps.rule_numbers, filter_number{number.second, number.first, 0}, verdict);
  return done;
}

} // namespace vedette
