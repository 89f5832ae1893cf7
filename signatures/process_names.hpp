#pragma once

#include "datasources/process_tree/records.hpp"
#include "signatures/paths.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Processes by what they are called, in the terms of a configuration.
namespace vedette {

/// Of those that serve others, as long as the configuration names no others.
inline constexpr std::array<std::string_view, 10> usual_servers{
    "nginx", "httpd", "apache2",  "lighttpd", "php-fpm",
    "java",  "node",  "postgres", "mysqld",   "redis-server"};

/// Of those whose work is to start shells for people who have logged in.
inline constexpr std::array<std::string_view, 5> usual_logins{
    "sshd", "sshd-session", "dropbear", "in.telnetd", "mosh-server"};

template <std::size_t Count>
std::vector<std::string> texts_of(const std::array<std::string_view, Count>& names) {
  return {names.begin(), names.end()};
}

/// By the name that the kernel keeps, of which that is all there is.
inline bool is_called(const process_info& process, std::string_view name) {
  return process.name == name.substr(0, task_name::longest);
}
inline bool is_called_one_of(const process_info& process,
                             std::span<const std::string> names) {
  return std::ranges::any_of(
      names, [&process](std::string_view one) { return is_called(process, one); });
}

/// By the file that it runs, or its name: a script's is the script's own, while it runs
/// its interpreter. Some put what they do behind it (`npm install`).
inline bool runs_one_of(const process_info& process,
                        std::span<const std::string> names) {
  const auto file = basename_of(process.path());
  const auto name = process.name.view();
  const auto first_word = name.substr(0, name.find(' '));
  return std::ranges::any_of(names, [&](std::string_view one) {
    return file == one || is_called(process, one) || first_word == one;
  });
}

} // namespace vedette
