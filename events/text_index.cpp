#include "events/text_index.hpp"

namespace vedette {

void text_index::add(const text_pattern& pattern, std::uint32_t filter, bool is_wanted) {
  using enum text_pattern::shape;
  const entry decided{filter, none, none, is_wanted};
  switch (pattern.is()) {
  case equal:
    return enter(grow(forward_, pattern.text(), false).ended, decided);
  case prefix:
    return enter(grow(forward_, pattern.text(), false).passed, decided);
  case suffix:
    return enter(grow(backward_, pattern.text(), true).passed, decided);
  case contains:
  case glob:
    break;
  }
  const entry open{filter, static_cast<std::uint32_t>(patterns_.size()), none,
                   is_wanted};
  patterns_.push_back(pattern);
  enter(grow(forward_, pattern.beginning(), false).passed, open);
}

void text_index::enter(std::uint32_t& list, entry one) {
  one.next = list;
  list = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back(one);
}

void text_index::look_up(std::string_view text, filter_votes& votes) const {
  walk(forward_, text, false, votes);
  walk(backward_, text, true, votes);
}

std::uint32_t text_index::find(const trie& in, std::uint32_t from, char byte) {
  auto child = in[from].child;
  while (child != none && in[child].byte != byte)
    child = in[child].sibling;
  return child;
}

text_index::node& text_index::grow(trie& in, std::string_view text, bool backward) {
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = backward ? text[text.size() - 1 - i] : text[i];
    auto child = find(in, at, byte);
    if (child == none) {
      child = static_cast<std::uint32_t>(in.size());
      in.push_back({.sibling = in[at].child, .byte = byte});
      in[at].child = child;
    }
    at = child;
  }
  return in[at];
}

void text_index::walk(const trie& in, std::string_view text, bool backward,
                      filter_votes& votes) const {
  std::uint32_t at = 0;
  vote(in[at].passed, text, votes);
  for (std::size_t i = 0; i < text.size(); ++i) {
    at = find(in, at, backward ? text[text.size() - 1 - i] : text[i]);
    if (at == none)
      return;
    vote(in[at].passed, text, votes);
  }
  vote(in[at].ended, text, votes);
}

void text_index::vote(std::uint32_t list, std::string_view text,
                      filter_votes& votes) const {
  for (; list != none; list = entries_[list].next) {
    const auto& one = entries_[list];
    if (one.pattern == none || patterns_[one.pattern].matches(text))
      votes.add(one.filter, one.is_wanted);
  }
}

} // namespace vedette
