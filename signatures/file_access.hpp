#pragma once

#include "signatures/signature.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace vedette {

/// What is done to a file.
enum class file_act : std::uint8_t {
  read = 1,        ///< Opened O_RDONLY or O_RDWR.
  write = 2,       ///< Opened O_WRONLY or O_RDWR.
  rename_onto = 4, ///< Another file takes its name.
  rename_from = 8, ///< It gets another name.
};

constexpr file_act operator|(file_act a, file_act b) {
  return static_cast<file_act>(static_cast<std::uint8_t>(a)
                               | static_cast<std::uint8_t>(b));
}
constexpr bool has(file_act all, file_act one) {
  return (static_cast<std::uint8_t>(all) & static_cast<std::uint8_t>(one)) != 0;
}

/// What a signature looks for that is about files and nothing else, as data. It must
/// outlive the signature.
struct file_rule {
  file_act acts;
  /// Asked of paths that fit one of the patterns; null: those are meant.
  bool (*is_meant)(std::string_view path) = nullptr;
  /// Patterns of all paths that may be meant (`/etc/cron.d/*`): what fits none need not leave
  /// the kernel. None: any.
  std::span<const std::string_view> paths = {};
  event_origin origin = event_origin::any;
  /// Commands (comm) that have reason to do it.
  std::span<const std::string_view> except = {};
  /// Programs whose execution counts as well, by their base names.
  std::span<const std::string_view> programs = {};
};

/// A signature that finds what the rule says. Its findings have no data.
std::unique_ptr<signature> make_file_signature(signature_metadata about,
                                               const file_rule& rule);

} // namespace vedette
