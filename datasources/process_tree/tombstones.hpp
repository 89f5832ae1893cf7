#pragma once

#include "datasources/process_tree/flat_index.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vedette {

/// Ids of what was dropped lately, so that those who ask learn that it was there. The
/// latest `capacity` of them.
class tombstones {
public:
  explicit tombstones(std::size_t capacity) : capacity_{capacity} {}

  void add(std::uint64_t id) {
    if (id == 0)
      return;
    if (ids_.size() < capacity_) {
      index_.put(id, static_cast<std::uint32_t>(ids_.size()));
      ids_.push_back(id);
      return;
    }
    index_.erase(ids_[next_], static_cast<std::uint32_t>(next_));
    ids_[next_] = id;
    index_.put(id, static_cast<std::uint32_t>(next_));
    next_ = (next_ + 1) % capacity_;
  }

  [[nodiscard]] bool has(std::uint64_t id) const {
    return index_.find(id) != flat_index::none;
  }
  [[nodiscard]] std::size_t bytes() const {
    return index_.bytes() + ids_.capacity() * sizeof(std::uint64_t);
  }

private:
  std::size_t capacity_;
  std::vector<std::uint64_t> ids_;
  std::size_t next_ = 0; ///< To be overwritten.
  flat_index index_;
};

} // namespace vedette
