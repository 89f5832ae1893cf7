#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette {

/// A text that is looked for: in it `*` stands for any text, `?` for any one byte; behind a
/// `\` they stand for themselves.
class text_pattern {
public:
  enum class shape : std::uint8_t {
    equal,    ///< `x`
    prefix,   ///< `x*`
    suffix,   ///< `*x`
    contains, ///< `*x*`
    glob,     ///< All others.
  };

  explicit text_pattern(std::string_view written);

  [[nodiscard]] bool matches(std::string_view text) const;
  [[nodiscard]] shape is() const { return shape_; }
  /// The x above. Of a glob: as it was written.
  [[nodiscard]] std::string_view text() const { return text_; }
  /// What everything that matches begins with; empty: it may begin with anything.
  [[nodiscard]] std::string_view beginning() const;
  /// What it ends with, likewise.
  [[nodiscard]] std::string_view ending() const;

  bool operator==(const text_pattern&) const = default;

private:
  shape shape_;
  std::string text_;
};

} // namespace vedette
