#pragma once

#include "events/text_pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace vedette {

/// What a value says about many filters: those that want it, and those that exclude it. A bit
/// for each filter.
struct filter_votes {
  std::vector<std::uint64_t> wanted, unwanted;

  void clear(std::size_t words) {
    wanted.assign(words, 0);
    unwanted.assign(words, 0);
  }
  void add(std::uint32_t filter, bool is_wanted) {
    auto& words = is_wanted ? wanted : unwanted;
    words[filter / 64] |= std::uint64_t{1} << filter % 64;
  }
};

/// Patterns of many filters, looked up all at once: what a text costs depends on how much of
/// it some pattern has in common with it, not on how many patterns there are.
class text_index {
public:
  text_index() : forward_(1), backward_(1) {}

  void add(const text_pattern& pattern, std::uint32_t filter, bool is_wanted);

  /// Adds what the text says.
  void look_up(std::string_view text, filter_votes& votes) const;

private:
  static constexpr auto none = std::numeric_limits<std::uint32_t>::max();

  struct entry {
    std::uint32_t filter;
    std::uint32_t pattern; ///< That the text must match, too; none: it is decided.
    std::uint32_t next;    ///< Of the same list.
    bool is_wanted;
  };
  /// A byte of texts that begin alike, or end alike. Small, as each shard has thousands
  /// of them, of which each event visits some.
  struct node {
    std::uint32_t child = none, sibling = none;
    std::uint32_t passed = none; ///< A list of entries, for texts that go on.
    std::uint32_t ended = none;  ///< For those that do not.
    char byte = 0;
  };
  using trie = std::vector<node>; ///< The first is its root.

  static std::uint32_t find(const trie& in, std::uint32_t from, char byte);
  static node& grow(trie& in, std::string_view text, bool backward);
  void enter(std::uint32_t& list, entry one);
  void walk(const trie& in, std::string_view text, bool backward, filter_votes& votes) const;
  void vote(std::uint32_t list, std::string_view text, filter_votes& votes) const;

  trie forward_, backward_;
  std::vector<entry> entries_;
  std::vector<text_pattern> patterns_;
};

} // namespace vedette
