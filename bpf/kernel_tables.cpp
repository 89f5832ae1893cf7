#include "bpf/kernel_tables.hpp"

#include "events/syscall_names.hpp"

#include <array>
#include <fcntl.h>
#include <unordered_map>

namespace vedette {

namespace {

constexpr std::uint64_t kernel_half = 0xffff'8000'0000'0000;

struct seq_table {
  const char* path;
  std::string_view name, home;
};

constexpr seq_table seq_tables[]{
    {"/proc/self/net/tcp", "tcp4_seq_ops", ""},
    {"/proc/self/net/tcp6", "tcp6_seq_ops", "ipv6"},
    {"/proc/self/net/udp", "udp_seq_ops", ""},
    {"/proc/self/net/udp6", "udp6_seq_ops", "ipv6"},
    {"/proc/self/net/raw", "raw_seq_ops", ""},
    {"/proc/self/net/raw6", "raw6_seq_ops", "ipv6"},
    {"/proc/self/net/unix", "unix_seq_ops", "unix"},
};

/// By their order in struct seq_operations.
constexpr std::string_view seq_functions[]{"start", "stop", "next", "show"};

struct proc_table {
  const char* path;
  kernel_table_of what;
};

/// What lists processes, threads, descriptors, modules, symbols and sockets.
constexpr proc_table proc_tables[]{
    {"/proc", TABLE_OF_FILE},
    {"/proc", TABLE_OF_INODE},
    {"/proc/self", TABLE_OF_FILE},
    {"/proc/self", TABLE_OF_INODE},
    {"/proc/self/task", TABLE_OF_FILE},
    {"/proc/self/task", TABLE_OF_INODE},
    {"/proc/self/fd", TABLE_OF_FILE},
    {"/proc/self/net", TABLE_OF_FILE},
    {"/proc/self/net", TABLE_OF_INODE},
    {"/proc/modules", TABLE_OF_FILE},
    {"/proc/modules", TABLE_OF_PROC_ENTRY},
    {"/proc/kallsyms", TABLE_OF_FILE},
    {"/proc/kallsyms", TABLE_OF_PROC_ENTRY},
    {"/proc/self/net/tcp", TABLE_OF_FILE},
    {"/proc/self/net/tcp", TABLE_OF_PROC_ENTRY},
    {"/proc/self/net/tcp6", TABLE_OF_PROC_ENTRY},
    {"/proc/self/net/udp", TABLE_OF_PROC_ENTRY},
    {"/proc/self/net/udp6", TABLE_OF_PROC_ENTRY},
    {"/proc/self/net/raw", TABLE_OF_PROC_ENTRY},
    {"/proc/self/net/raw6", TABLE_OF_PROC_ENTRY},
    {"/proc/self/net/unix", TABLE_OF_PROC_ENTRY},
};

std::string call_name(std::size_t number, bool compat) {
  const auto known = syscall_name(static_cast<std::int32_t>(number), compat);
  return known.empty() ? std::to_string(number) : std::string{known};
}

} // namespace

kernel_tables::kernel_tables(table_reader reader, kernel_symbols symbols)
    : reader_{std::move(reader)}, symbols_{std::move(symbols)} {
  native_ = symbols_.native_table();
  if (!native_)
    native_ = search_native();
  if (native_)
    native_count_ = count_calls(*native_);
  compat_ = symbols_.compat_table();
  if (compat_)
    compat_count_ = count_calls(*compat_);
}

std::vector<std::uint64_t> kernel_tables::read_at(std::uint64_t address,
                                                  std::size_t words) const {
  return reader_({.of = TABLE_AT_ADDRESS,
                  .descriptor = -1,
                  .address = address,
                  .words = static_cast<__u32>(words),
                  .unused = 0})
      .value_or(std::vector<std::uint64_t>{});
}

std::vector<std::uint64_t> kernel_tables::read_of(const char* path,
                                                  kernel_table_of what) const {
  // Each time anew: what an open file has may be older than what was put there.
  const file_descriptor file{open(path, O_RDONLY | O_CLOEXEC)};
  if (!file.is_open())
    return {};
  return reader_({.of = static_cast<__u32>(what),
                  .descriptor = file.get(),
                  .address = 0,
                  .words = 0,
                  .unused = 0})
      .value_or(std::vector<std::uint64_t>{});
}

/// Read-only data begins behind the code, and the table is where many pointers to functions
/// of system calls are as far apart as their numbers. So it is found although some of them
/// lead elsewhere.
std::optional<std::uint64_t> kernel_tables::search_native() const {
  constexpr std::uint64_t page = 4096, reach = 64U << 20U;
  constexpr std::size_t enough = 128;
  std::unordered_map<std::uint64_t, std::size_t> votes;
  const auto begin = symbols_.core_end() & ~(page - 1);
  for (auto at = begin; at < begin + reach; at += page) {
    const auto words = read_at(at, page / sizeof(std::uint64_t));
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!symbols_.is_core(words[i]))
        continue;
      const auto number = symbols_.number_of(words[i]);
      if (!number)
        continue;
      const auto table =
          at + sizeof(std::uint64_t) * i
          - sizeof(std::uint64_t) * static_cast<std::uint64_t>(*number);
      if (++votes[table] >= enough)
        return table;
    }
  }
  return {};
}

/// Up to the last pointer to a system call: what is behind it is no part of the table.
std::size_t kernel_tables::count_calls(std::uint64_t table) const {
  const auto words = read_at(table, TABLE_WORDS_MAX);
  auto count = words.size();
  while (count > 0 && !symbols_.is_system_call(words[count - 1]))
    --count;
  return count;
}

std::vector<kernel_pointer> kernel_tables::system_calls() const {
  std::vector<kernel_pointer> result;
  const auto add = [&](std::optional<std::uint64_t> table, std::size_t count,
                       bool compat) {
    if (!table)
      return;
    const auto words = read_at(*table, count);
    for (std::size_t number = 0; number < words.size(); ++number)
      result.push_back({call_name(number, compat), words[number], "", compat});
  };
  add(native_, native_count_, false);
  add(compat_, compat_count_, true);
  return result;
}

std::vector<kernel_pointer> kernel_tables::seq_operations() const {
  std::vector<kernel_pointer> result;
  for (const auto& table : seq_tables) {
    const auto words = read_of(table.path, TABLE_OF_SEQ_FILE);
    if (words.size() != std::size(seq_functions))
      continue; // No IPv6, say.
    for (std::size_t i = 0; i < words.size(); ++i)
      result.push_back({std::string{table.name} + '_' + std::string{seq_functions[i]},
                        words[i], table.home});
  }
  return result;
}

std::vector<kernel_pointer> kernel_tables::proc_operations() const {
  std::vector<kernel_pointer> result;
  for (const auto& table : proc_tables)
    for (const auto word : read_of(table.path, table.what))
      if (word >= kernel_half) // Else flags, or no function.
        result.push_back({table.path, word});
  return result;
}

std::vector<kernel_pointer> kernel_tables::pointers_of(event_kind event) const {
  switch (event) {
  case event_kind::hooked_syscall:
    return system_calls();
  case event_kind::hooked_seq_ops:
    return seq_operations();
  case event_kind::hooked_proc_fops:
    return proc_operations();
  default:
    return {};
  }
}

} // namespace vedette
