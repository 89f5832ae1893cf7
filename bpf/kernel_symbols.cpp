#include "bpf/kernel_symbols.hpp"

#include "events/syscall_names.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace vedette {

namespace {

constexpr int no_number = -1, shared_number = -2;

/// Calls `visit(line)` for each line of a file, from its beginning.
template <class Visit>
void for_each_line(const file_descriptor& file, Visit visit) {
  std::array<char, 64 * 1024> piece;
  std::string rest;
  off_t at = 0;
  while (true) {
    const auto got = pread(file.get(), piece.data(), piece.size(), at);
    if (got <= 0)
      return;
    at += got;
    rest.append(piece.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (auto end = rest.find('\n'); end != std::string::npos;
         end = rest.find('\n', begin)) {
      visit(std::string_view{rest}.substr(begin, end - begin));
      begin = end + 1;
    }
    rest.erase(0, begin);
  }
}

std::string_view take_word(std::string_view& line) {
  const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
  const auto end = std::min(line.find_first_of(" \t", begin), line.size());
  const auto word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

std::uint64_t hexadecimal(std::string_view digits) {
  std::uint64_t number = 0;
  if (digits.starts_with("0x"))
    digits.remove_prefix(2);
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

struct symbol {
  std::uint64_t address;
  char type;
  std::string_view name, module;
};

/// `ffffffff81000000 T _stext`, and behind a module's a tab and `[module]`.
symbol parse_symbol(std::string_view line) {
  symbol result{};
  result.address = hexadecimal(take_word(line));
  const auto type = take_word(line);
  result.type = type.empty() ? '?' : type.front();
  result.name = take_word(line);
  result.module = take_word(line);
  if (result.module.size() > 2)
    result.module = result.module.substr(1, result.module.size() - 2);
  return result;
}

struct module_range {
  std::string name;
  std::uint64_t begin, size;
};

/// `ext4 1130496 1 - Live 0xffffffffc0400000`
std::vector<module_range> read_modules(const file_descriptor& file) {
  std::vector<module_range> result;
  if (!file.is_open())
    return result;
  for_each_line(file, [&result](std::string_view line) {
    module_range one{std::string{take_word(line)}, 0, 0};
    const auto size = take_word(line);
    std::from_chars(size.data(), size.data() + size.size(), one.size);
    for (int skipped = 0; skipped < 3; ++skipped)
      take_word(line);
    one.begin = hexadecimal(take_word(line));
    result.push_back(std::move(one));
  });
  return result;
}

bool is_function(char type) {
  return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

/// `__x64_sys_read`, `__ia32_compat_sys_ioctl`, `sys_ni_syscall`, …
bool is_call_name(std::string_view name) {
  for (const std::string_view prefix : {"__x64_", "__ia32_", "__x32_"})
    if (name.starts_with(prefix))
      name.remove_prefix(prefix.size());
  if (name.starts_with("compat_"))
    name.remove_prefix(std::string_view{"compat_"}.size());
  return name.starts_with("sys_") || name.starts_with("stub_");
}

/// Best of a place in memory so far: what begins last before it.
struct found_symbol {
  std::uint64_t address = 0;
  std::string name, module;
};

code_owner judge(std::uint64_t address, const found_symbol& nearest, bool is_core,
                 std::span<const module_range> modules) {
  const auto exact = nearest.address == address;
  const auto inside = [address](const module_range& one) {
    return address >= one.begin && address - one.begin < one.size;
  };
  const auto home = std::ranges::find_if(modules, inside);
  const bool known =
      exact || (is_core && nearest.module.empty())
      || (home != modules.end() && !nearest.module.empty() && home->name == nearest.module);
  if (!known)
    return {"", home != modules.end() ? home->name : "hidden"};
  auto name = nearest.name;
  if (!exact) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                   address - nearest.address, 16);
    name += "+0x" + std::string{digits.data(), end.ptr};
  }
  return {std::move(name), nearest.module.empty() ? "system" : nearest.module};
}

} // namespace

std::expected<kernel_symbols, error> kernel_symbols::read(const char* symbols,
                                                          const char* modules) {
  kernel_symbols result;
  result.symbols_ = file_descriptor{open(symbols, O_RDONLY | O_CLOEXEC)};
  result.modules_ = file_descriptor{open(modules, O_RDONLY | O_CLOEXEC)};
  if (!result.symbols_.is_open())
    return std::unexpected{system_error(std::string{"cannot read "} + symbols, errno)};
  for_each_line(result.symbols_, [&result](std::string_view line) {
    const auto one = parse_symbol(line);
    if (one.module.empty())
      result.add(one.address, one.name, is_function(one.type));
  });
  if (result.begin_ == 0 || result.end_ <= result.begin_)
    return std::unexpected{
        error{ec::unavailable, std::string{symbols}
                                   + " shows no addresses (kernel.kptr_restrict): run as "
                                     "root, or grant CAP_SYSLOG"}};
  return result;
}

void kernel_symbols::add(std::uint64_t address, std::string_view name, bool function) {
  if (name == "_stext")
    begin_ = address;
  else if (name == "_etext")
    end_ = address;
  else if (name == "sys_call_table")
    native_ = address;
  else if (name == "ia32_sys_call_table")
    compat_ = address;
  else if (function && is_call_name(name))
    add_call(address, name);
}

void kernel_symbols::add_call(std::uint64_t address, std::string_view name) {
  constexpr std::string_view native = "__x64_sys_";
  const auto number =
      name.starts_with(native)
          ? syscall_number(name.substr(native.size()), false).value_or(no_number)
          : no_number;
  const auto [at, is_new] = calls_.emplace(address, number);
  if (!is_new)
    at->second = shared_number;
}

std::optional<int> kernel_symbols::number_of(std::uint64_t address) const {
  const auto found = calls_.find(address);
  if (found == calls_.end() || found->second < 0)
    return {};
  return found->second;
}

std::vector<code_owner>
kernel_symbols::owners_of(std::span<const std::uint64_t> addresses) const {
  std::vector<found_symbol> nearest(addresses.size());
  for_each_line(symbols_, [&](std::string_view line) {
    const auto one = parse_symbol(line);
    if (!is_function(one.type))
      return;
    for (std::size_t i = 0; i < addresses.size(); ++i)
      if (one.address <= addresses[i] && one.address > nearest[i].address)
        nearest[i] = {one.address, std::string{one.name}, std::string{one.module}};
  });
  const auto modules = read_modules(modules_);
  std::vector<code_owner> result;
  for (std::size_t i = 0; i < addresses.size(); ++i)
    result.push_back(judge(addresses[i], nearest[i], is_core(addresses[i]), modules));
  return result;
}

} // namespace vedette
