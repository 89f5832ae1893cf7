#include "events/flag_names.hpp"

#include "events/syscall_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace vedette {

namespace {

struct flag_name {
  std::string_view name;
  std::int64_t value;
};

constexpr flag_name unsorted_names[]{
#define FLAG(name, value) {#name, value},
#include "events/flag_names.def"
#undef FLAG
};

constexpr auto flag_names = [] {
  std::array<flag_name, std::size(unsorted_names)> flags;
  std::ranges::copy(unsorted_names, flags.begin());
  std::ranges::sort(flags, {}, &flag_name::name);
  return flags;
}();

/// Which names belong into an argument: their beginnings, separated by blanks.
struct flag_rule {
  std::string_view events; ///< Separated by blanks; empty: all others.
  std::string_view argument;
  std::string_view prefixes;
};

/// The first that fits counts.
constexpr flag_rule flag_rules[]{
    {"open openat open_by_handle_at security_file_open pipe2 dup3 mq_open", "flags",
     "O_"},
    {"mmap mmap2", "flags", "MAP_"},
    {"memfd_create", "flags", "MFD_"},
    {"clone clone3 unshare", "flags", "CLONE_"},
    {"mount security_sb_mount", "flags", "MS_"},
    {"umount umount2", "flags", "MNT_ UMOUNT_"},
    {"mremap", "flags", "MREMAP_"},
    {"renameat2", "flags", "RENAME_"},
    {"accept4", "flags", "SOCK_"},
    {"", "flags",
     "O_ FASYNC MAP_ MFD_ CLONE_ MS_ MNT_ UMOUNT_ AT_ SOCK_ MSG_ RENAME_ GRND_ "
     "MODULE_INIT_ "
     "EPOLL_CLOEXEC EFD_ IN_ SFD_ TFD_"},
    {"", "flag", "AT_"},
    {"", "oflag", "O_"},
    {"", "event_f_flags", "O_"},
    {"", "mmap_flags", "MAP_"},
    {"", "mountflags", "MS_"},
    {"", "ms_flags", "MS_"},
    {"", "nstype", "CLONE_"},
    {"", "prot", "PROT_"},
    {"", "prev_prot", "PROT_"},
    {"", "request", "PTRACE_"},
    {"", "family", "AF_"},
    {"", "domain", "AF_"},
    {"", "type", "SOCK_ S_IF"},
    {"", "stdin_type", "S_IF"},
    {"", "protocol", "IPPROTO_"},
    {"", "sig", "SIG"},
    {"", "signum", "SIG"},
    {"access faccessat faccessat2", "mode", "F_OK R_OK W_OK X_OK"},
    {"", "mode", "S_ F_OK R_OK W_OK X_OK"},
    {"", "inode_mode", "S_"},
    {"", "dirfd", "AT_FDCWD"},
    {"", "dfd", "AT_FDCWD"},
    {"", "olddirfd", "AT_FDCWD"},
    {"", "newdirfd", "AT_FDCWD"},
    {"", "oldfd", "AT_FDCWD"},
    {"", "newfd", "AT_FDCWD"},
    {"", "whence", "SEEK_"},
    {"fcntl fcntl64", "cmd", "F_"},
    {"", "cmd", "BPF_ F_"},
    {"prctl security_task_prctl", "option", "PR_"},
    {"", "option", "PR_ ARCH_"},
    {"", "code", "ARCH_"},
    {"", "resource", "RLIMIT_"},
    {"", "level", "SOL_ IPPROTO_"},
    {"", "optname", "SO_"},
    {"", "op", "EPOLL_CTL_"},
    {"", "advice", "MADV_"},
    {"", "how", "SIG_ SHUT_"},
    {"", "alert", ""},
    {"", "syscall", ""},
};

/// What Tracee says for the numbers of mem_prot_alert, from 1 on. The last one has
/// changed.
constexpr flag_name alerts[]{
    {"Mmaped region with W+E permissions!", 1},
    {"Protection changed to Executable!", 2},
    {"Protection changed from E to W+E!", 3},
    {"Protection changed from W+E to E!", 4},
    {"Protection changed from W to E!", 4},
};

template <class Predicate>
bool any_word(std::string_view words, Predicate predicate) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (predicate(words.substr(0, end)))
      return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

const flag_rule* find_rule(std::string_view event, std::string_view argument) {
  const auto* const found =
      std::ranges::find_if(flag_rules, [&](const flag_rule& rule) {
        return rule.argument == argument
               && (rule.events.empty()
                   || any_word(rule.events, [&](auto name) { return name == event; }));
      });
  return found != std::end(flag_rules) ? found : nullptr;
}

std::optional<std::int64_t> parse_term(const flag_rule& rule, std::string_view term) {
  if (const auto number = parse_number(term))
    return number;
  if (!any_word(rule.prefixes, [&](auto prefix) { return term.starts_with(prefix); }))
    return {};
  const auto* const found =
      std::ranges::lower_bound(flag_names, term, {}, &flag_name::name);
  if (found == flag_names.end() || found->name != term)
    return {};
  return found->value;
}

} // namespace

bool takes_flag_names(std::string_view argument) {
  return std::ranges::find(flag_rules, argument, &flag_rule::argument)
         != std::end(flag_rules);
}

std::optional<std::int64_t> parse_flag_names(std::string_view event,
                                             std::string_view argument,
                                             std::string_view text) {
  const auto* rule = find_rule(event, argument);
  if (rule == nullptr)
    return {};
  if (argument == "alert") {
    const auto* const found = std::ranges::find(alerts, text, &flag_name::name);
    return found != std::end(alerts) ? std::optional{found->value} : parse_number(text);
  }
  if (argument == "syscall")
    if (const auto number = syscall_number(text, false))
      return *number;
  std::int64_t whole = 0;
  for (auto rest = text;;) {
    const auto end = std::min(rest.find('|'), rest.size());
    const auto value = parse_term(*rule, rest.substr(0, end));
    if (!value)
      return {};
    whole |= *value;
    if (end == rest.size())
      return whole;
    rest.remove_prefix(end + 1);
  }
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  const auto hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  text.remove_prefix(hexadecimal ? 2 : 0);
  std::uint64_t number{};
  const auto* const begin = text.data();
  const auto* const end = begin + text.size();
  const auto [stop, failure] =
      std::from_chars(begin, end, number, hexadecimal ? 16 : 10);
  if (failure != std::errc{} || stop != end)
    return {};
  return number;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  const auto negative = text.starts_with('-');
  const auto number = parse_unsigned(text.substr(negative ? 1 : 0));
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (!number || *number > most)
    return {};
  const auto magnitude = static_cast<std::int64_t>(*number);
  return negative ? -magnitude : magnitude;
}

std::string_view flag_name_of(std::string_view prefix, std::int64_t number) {
  for (const auto& flag : unsorted_names)
    if (flag.value == number && flag.name.starts_with(prefix))
      return flag.name;
  return {};
}

} // namespace vedette
