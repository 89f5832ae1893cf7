#pragma once

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Keeps the few members that are wanted of a JSON object that comes in pieces and may
/// be of any size, and lets the rest through: memory is what it keeps. What is kept is
/// as it stood; whoever parses that finds what is wrong with it.
///
/// Members have paths as `State/Pid`, three names at most; none lies within a list.
class json_sieve {
public:
  /// Of the members of `open`, such as `Config/Labels`, all are wanted that together
  /// have at most `limit` bytes, and those in `wanted` in any case.
  json_sieve(std::set<std::string, std::less<>> wanted, std::string open,
             std::size_t limit)
      : wanted_{std::move(wanted)}, open_{std::move(open)}, limit_{limit} {}

  void feed(std::string_view piece) {
    for (const char c : piece)
      step(c);
  }

  /// One whole object has passed.
  [[nodiscard]] bool complete() const { return complete_ && !broken_; }
  /// Not all members of `open` are there.
  [[nodiscard]] bool over() const { return over_; }
  /// What was kept, as one flat object: `{"State/Pid":7,"Config/Labels/a":"b"}`.
  [[nodiscard]] std::string json() const { return "{" + kept_ + "}"; }

private:
  static constexpr std::size_t deepest = 3;
  /// Bytes of a name, and of what is wanted in any case: nothing honest comes near.
  static constexpr std::size_t longest = 64U << 10U;

  void step(char c);
  void step_in_string(char c);
  void enter(char c);
  void leave();
  void end_key();
  void begin_value();
  void end_value();
  void keep(char c);
  [[nodiscard]] bool at_key() const { return key_expected_ && copying_ == 0; }

  std::set<std::string, std::less<>> wanted_;
  std::string open_;
  std::size_t limit_;

  std::size_t depth_ = 0;
  bool in_string_ = false, escaped_ = false, in_key_ = false;
  bool key_expected_ = false, key_too_long_ = false;
  std::array<bool, deepest + 1> is_object_{};
  std::array<std::size_t, deepest + 1> path_end_{}; ///< Of the path down to each depth.
  std::string path_, key_;

  std::string kept_;
  std::size_t kept_before_ = 0; ///< Of kept_, without the member that is being copied.
  std::size_t copying_ = 0;     ///< The depth of the member that is being copied.
  bool in_open_ = false;        ///< That counts towards the limit.
  std::size_t open_bytes_ = 0, sure_bytes_ = 0;
  bool over_ = false, complete_ = false, broken_ = false;
};

} // namespace vedette
