#pragma once

#include "datasources/flat_index.hpp"
#include "events/entity.hpp"
#include "runtime/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vedette {

/// Queries that were seen lately, so that their answers are told from those that nobody
/// asked for. Keeps the latest `capacity`, each for `age` (a resolver has given up long
/// before, and ids and ports are used again). An answered one stays: what a resolver
/// sends twice answers it, too.
class outstanding_queries {
public:
  static constexpr std::size_t capacity = 8192;
  static constexpr auto age = std::chrono::seconds{60};

  struct query {
    std::uint64_t id = 0; ///< Hash of id, name, type and ports.
    time_ns time{};
    entity_id asked_by{};
    std::shared_ptr<const std::string> container;
  };

  void add(query one) {
    if (queries_.size() < capacity)
      queries_.emplace_back();
    auto& place = queries_[next_];
    if (place.id != 0)
      index_.erase(place.id, static_cast<std::uint32_t>(next_));
    index_.put(one.id, static_cast<std::uint32_t>(next_));
    place = std::move(one);
    next_ = (next_ + 1) % capacity;
  }

  /// The last one that was seen at or before `time`, or null.
  [[nodiscard]] const query* find(std::uint64_t id, time_ns time) const {
    const auto found = index_.find(id);
    if (found == flat_index::none)
      return nullptr;
    const auto& one = queries_[found];
    return one.time <= time && time - one.time <= age ? &one : nullptr;
  }

  /// Whether it was seen just before: then it is the same, that a server on this host gets
  /// from a client here, or that was sent again; and the first one asked.
  [[nodiscard]] bool is_again(std::uint64_t id, time_ns time) const {
    const auto* before = find(id, time);
    return before != nullptr && time - before->time < std::chrono::seconds{1};
  }

  [[nodiscard]] std::size_t bytes() const {
    return queries_.capacity() * sizeof(query) + index_.bytes();
  }

private:
  std::vector<query> queries_; ///< A ring.
  std::size_t next_ = 0;
  flat_index index_;
};

} // namespace vedette
