#pragma once

#include "runtime/errors.hpp"

#include <cstddef>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vedette {

/// Bytes to replay.
class input_source {
public:
  input_source() = default;
  input_source(const input_source&) = delete;
  input_source& operator=(const input_source&) = delete;
  virtual ~input_source() = default;

  /// As messages name it: the path as given, `-` for stdin.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// A file descriptor that may have to be waited for; -1: read() never waits.
  [[nodiscard]] virtual int fd() const { return -1; }

  /// Some of what is next; 0: there is no more. Errors: system.
  virtual std::expected<std::size_t, error> read(std::span<char> into) = 0;
};

/// A file, or stdin for "-". Errors: bad_input, it cannot be opened.
std::expected<std::unique_ptr<input_source>, error> open_input(const std::string& path);

/// Text that is there already.
std::unique_ptr<input_source> text_input(std::string name, std::string text);

} // namespace vedette
