#include "bpf/integrity_check.hpp"

#include "events/record_writer.hpp"
#include "events/value.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace vedette {

namespace {

using records = std::vector<std::vector<std::byte>>;

std::string hexadecimal(std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return {digits.data(), end.ptr};
}

std::vector<std::byte> call_record(const kernel_pointer& pointer, const code_owner& owner,
                                   std::uint64_t now_ns) {
  namespace args = events::hooked_syscall;
  record_writer record{event_kind::hooked_syscall, now_ns};
  record.text<args::syscall>(pointer.name);
  record.text<args::address>(hexadecimal(pointer.address));
  record.text<args::function>(owner.function);
  record.text<args::owner>(owner.module);
  if (pointer.compat)
    record.header().flags |= RECORD_COMPAT;
  return record.take();
}

/// Keys as Tracee's HookedSymbolData.
value as_value(const code_owner& owner) {
  return value::object{{"SymbolName", owner.function}, {"ModuleOwner", owner.module}};
}

template <class Hooks>
std::vector<std::byte> seq_record(const Hooks& hooks, std::uint64_t now_ns) {
  value::object all;
  for (const auto& [pointer, owner] : hooks)
    all.emplace_back(pointer.name, as_value(owner));
  record_writer record{event_kind::hooked_seq_ops, now_ns};
  record.text<events::hooked_seq_ops::hooked_seq_ops>(to_json(std::move(all)));
  return record.take();
}

template <class Hooks>
std::vector<std::byte> proc_record(const Hooks& hooks, std::uint64_t now_ns) {
  std::map<std::uint64_t, value> by_address; // Files share tables.
  for (const auto& [pointer, owner] : hooks)
    by_address.emplace(pointer.address, as_value(owner));
  value::list all;
  for (auto& [address, owner] : by_address)
    all.push_back(std::move(owner));
  record_writer record{event_kind::hooked_proc_fops, now_ns};
  record.text<events::hooked_proc_fops::hooked_fops_pointers>(to_json(std::move(all)));
  return record.take();
}

} // namespace

std::vector<kernel_pointer> strays_among(std::span<const kernel_pointer> pointers,
                                         event_kind event,
                                         const kernel_symbols& symbols) {
  const bool calls = event == event_kind::hooked_syscall;
  std::vector<kernel_pointer> result;
  for (const auto& pointer : pointers)
    if (!symbols.is_core(pointer.address)
        || (calls && !symbols.is_system_call(pointer.address)))
      result.push_back(pointer);
  return result;
}

integrity_check::owners
integrity_check::owners_of(std::span<const kernel_pointer> strays,
                           const owners& known_ones) const {
  owners result;
  std::vector<std::uint64_t> asked;
  for (const auto& stray : strays) {
    const auto found = known_ones.find(stray.address);
    if (found != known_ones.end())
      result.insert(*found);
    else
      asked.push_back(stray.address);
  }
  if (asked.empty())
    return result;
  auto answers = tables_->symbols().owners_of(asked);
  for (std::size_t i = 0; i < asked.size(); ++i)
    result.emplace(asked[i], std::move(answers[i]));
  return result;
}

records integrity_check::compare(event_kind event,
                                 std::span<const kernel_pointer> pointers,
                                 std::uint64_t now_ns) {
  auto& known = known_[event];
  auto strays = strays_among(pointers, event, tables_->symbols());
  known.of = owners_of(strays, known.of);
  std::erase_if(strays, [&known](const kernel_pointer& one) {
    return !one.home.empty() && known.of.at(one.address).module == one.home;
  });
  const auto told = std::exchange(known.told, strays);
  const auto is_new = [&told](const kernel_pointer& one) {
    return std::ranges::count(told, one) == 0;
  };
  std::vector<std::pair<kernel_pointer, code_owner>> hooks;
  for (const auto& stray : strays)
    if (event != event_kind::hooked_syscall || is_new(stray))
      hooks.emplace_back(stray, known.of.at(stray.address));
  if (std::ranges::none_of(strays, is_new))
    return {};
  if (event == event_kind::hooked_seq_ops)
    return {seq_record(hooks, now_ns)};
  if (event == event_kind::hooked_proc_fops)
    return {proc_record(hooks, now_ns)};
  records result;
  for (const auto& [pointer, owner] : hooks)
    result.push_back(call_record(pointer, owner, now_ns));
  return result;
}

records integrity_check::check(std::uint64_t now_ns) {
  records result;
  for (const auto event : events_)
    std::ranges::move(compare(event, tables_->pointers_of(event), now_ns),
                      std::back_inserter(result));
  return result;
}

} // namespace vedette
