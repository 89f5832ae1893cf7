#include "events/text_pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace vedette {

namespace {

/// One place of a pattern, and how many bytes it was written with.
struct place {
  enum class kind : std::uint8_t { text, one, any } is;
  char byte;
  std::size_t width;
};

place place_at(std::string_view written, std::size_t at) {
  const auto byte = written[at];
  if (byte == '\\' && at + 1 < written.size())
    return {place::kind::text, written[at + 1], 2};
  return {byte == '*'   ? place::kind::any
          : byte == '?' ? place::kind::one
                        : place::kind::text,
          byte, 1};
}

/// The text between the stars at its ends. Nothing, if there are others in it.
std::optional<std::string> literal_of(std::string_view written) {
  std::string text;
  for (std::size_t at = 0; at < written.size();) {
    const auto next = place_at(written, at);
    if (next.is != place::kind::text)
      return {};
    text += next.byte;
    at += next.width;
  }
  return text;
}

bool ends_with_star(std::string_view written) {
  std::size_t at = 0;
  bool is_star = false;
  while (at < written.size()) {
    const auto next = place_at(written, at);
    is_star = next.is == place::kind::any;
    at += next.width;
  }
  return is_star;
}

/// What a star was tried with last is all that needs to be tried again.
bool matches_glob(std::string_view pattern, std::string_view text) {
  constexpr auto none = std::string_view::npos;
  std::size_t at = 0, in_text = 0, star = none, star_text = 0;
  while (in_text < text.size() || at < pattern.size()) {
    if (at < pattern.size()) {
      const auto next = place_at(pattern, at);
      if (next.is == place::kind::any) {
        star = at += next.width;
        star_text = in_text;
        continue;
      }
      if (in_text < text.size()
          && (next.is == place::kind::one || next.byte == text[in_text])) {
        at += next.width;
        ++in_text;
        continue;
      }
    }
    if (star == none || star_text == text.size())
      return false;
    at = star;
    in_text = ++star_text;
  }
  return true;
}

} // namespace

text_pattern::text_pattern(std::string_view written)
    : shape_{shape::glob}, text_{written} {
  const bool begins = written.starts_with('*');
  const bool ends = ends_with_star(written) && (written.size() > 1 || !begins);
  auto inner = written;
  inner.remove_prefix(begins ? 1 : 0);
  inner.remove_suffix(ends ? 1 : 0);
  const auto plain = literal_of(inner);
  if (!plain)
    return;
  text_ = *plain;
  shape_ = begins && ends ? shape::contains
           : begins       ? shape::suffix
           : ends         ? shape::prefix
                          : shape::equal;
  if (text_.empty() && shape_ != shape::equal)
    shape_ = shape::prefix; // `*`, `**`: of any text.
}

std::string_view text_pattern::beginning() const {
  const std::string_view all{text_};
  switch (shape_) {
  case shape::equal:
  case shape::prefix:
    return all;
  case shape::glob:
    return all.substr(0, all.find_first_of("*?\\"));
  case shape::suffix:
  case shape::contains:
    break;
  }
  return {};
}

std::string_view text_pattern::ending() const {
  const std::string_view all{text_};
  switch (shape_) {
  case shape::equal:
  case shape::suffix:
    return all;
  case shape::glob:
    return all.substr(all.find_last_of("*?\\") + 1);
  case shape::prefix:
  case shape::contains:
    break;
  }
  return {};
}

bool text_pattern::matches(std::string_view text) const {
  switch (shape_) {
  case shape::equal:
    return text == text_;
  case shape::prefix:
    return text.starts_with(text_);
  case shape::suffix:
    return text.ends_with(text_);
  case shape::contains:
    return text.find(text_) != text.npos;
  case shape::glob:
    break;
  }
  return matches_glob(text_, text);
}

} // namespace vedette
