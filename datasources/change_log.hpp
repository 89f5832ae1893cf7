#pragma once

#include <utility>
#include <vector>

namespace vedette {

/// What a state has changed since it was asked last: the keys that it would now answer
/// differently. Nobody listens: costs a test of a flag.
template <class Key>
class change_log {
public:
  /// Listens, or stops to.
  void listen(bool on) {
    on_ = on;
    keys_.clear();
  }
  [[nodiscard]] bool on() const { return on_; }

  void add(const Key& key) {
    if (on_)
      keys_.push_back(key);
  }

  /// In the order in which they changed; one may come more than once.
  [[nodiscard]] std::vector<Key> take() { return std::exchange(keys_, {}); }

private:
  bool on_ = false;
  std::vector<Key> keys_;
};

} // namespace vedette
