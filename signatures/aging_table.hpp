#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <unordered_map>
#include <utility>

namespace vedette {

/// What a signature remembers: by key, and so many at most. What was put longest ago
/// goes first; what is put again is as new.
template <class Key, class Value, class Hash = std::hash<Key>>
class aging_table {
public:
  explicit aging_table(std::size_t most) : most_{most} {}

  /// Null: it is not there, or not any more.
  [[nodiscard]] Value* find(const Key& key) {
    const auto found = places_.find(key);
    return found == places_.end() ? nullptr : &found->second->second;
  }

  /// The value of this key, which is the youngest from now on; a new one if there was
  /// none.
  Value& put(const Key& key) {
    const auto [found, is_new] = places_.try_emplace(key);
    if (!is_new) {
      by_age_.splice(by_age_.end(), by_age_, found->second);
      return found->second->second;
    }
    found->second = by_age_.emplace(by_age_.end(), key, Value{});
    if (places_.size() > most_)
      erase(Key{by_age_.front().first});
    return by_age_.back().second;
  }

  void erase(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end())
      return;
    by_age_.erase(found->second);
    places_.erase(found);
  }

  /// The oldest ones, as long as `is_over(const Value&)`.
  template <class Predicate>
  void drop_while(Predicate is_over) {
    while (!by_age_.empty() && is_over(std::as_const(by_age_.front().second)))
      erase(Key{by_age_.front().first});
  }

  [[nodiscard]] std::size_t size() const { return places_.size(); }

private:
  using ages = std::list<std::pair<Key, Value>>;

  std::size_t most_;
  ages by_age_; ///< The oldest first.
  std::unordered_map<Key, typename ages::iterator, Hash> places_;
};

} // namespace vedette
