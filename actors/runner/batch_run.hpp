#pragma once

#include "events/flow.hpp"
#include "runtime/reply.hpp"
#include "signatures/signature.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <utility>
#include <vector>

namespace vedette {

class batch_run;

/// An event that was made of what a signature found or what became of it, while those who
/// select it look at it. What they find stands where the event behind it stands.
struct derived_event final : reporter::receiver {
  derived_event(batch_run& in, batch_ptr made, std::uint32_t how_deep)
      : run{in}, events{std::move(made)}, depth{how_deep} {}

  void found(std::size_t order, finding_data data) override;

  batch_run& run;
  batch_ptr events; ///< It alone.
  std::uint32_t depth; ///< 1: of an event that was not derived.
};

/// A flow on its way through a runner's signatures, and what they have found in it.
class batch_run final : public reporter::receiver {
public:
  struct place_and_data {
    std::size_t place;
    finding_data data;
    derived_event* in = nullptr; ///< Null: found in the flow's own event.
    bool is_kept = true;
  };

  batch_run(flow input, completion_ptr token)
      : input_{std::move(input)}, token_{std::move(token)} {}
  batch_run(const batch_run&) = delete;
  batch_run& operator=(const batch_run&) = delete;

  [[nodiscard]] const flow& input() const { return input_; }
  [[nodiscard]] const completion_ptr& token() const { return token_; }

  /// Handlers that are suspended or wait for one that is, and events that wait for others.
  std::size_t open = 0;
  /// How often coroutines went on while this was the oldest run.
  std::size_t rounds = 0;

  /// Where the findings stand that a signature reports on an event, both by number.
  static constexpr std::size_t place(std::uint32_t event, std::uint32_t signature) {
    return std::size_t{event} << 32U | signature;
  }
  static constexpr std::uint32_t event_at(std::size_t place) {
    return static_cast<std::uint32_t>(place >> 32U);
  }
  static constexpr std::uint32_t signature_at(std::size_t place) {
    return static_cast<std::uint32_t>(place);
  }

  void found(std::size_t order, finding_data data) override {
    found_.push_back({order, std::move(data)});
    ++news_;
  }
  void found(std::size_t order, finding_data data, derived_event& in) {
    found_.push_back({order, std::move(data), &in});
    ++news_;
  }

  /// Whether something was found that nobody has looked at yet.
  [[nodiscard]] bool has_news() const { return news_ != 0; }
  /// The first of it, which counts as looked at from now on: a place for operator[].
  std::size_t next_news() { return found_.size() - news_--; }
  place_and_data& operator[](std::size_t news) { return found_[news]; }

  derived_event& derive(batch_ptr made, std::uint32_t depth) {
    return derived_.emplace_back(*this, std::move(made), depth);
  }

  /// What the event behind a finding is, to be kept.
  [[nodiscard]] event_ref cause_of(const place_and_data& one) const {
    if (one.in != nullptr)
      return {one.in->events, 0};
    return {input_.events, event_at(one.place)};
  }

  /// Of signatures, as events, for sinks: in the order of their causes.
  std::vector<batch_ptr> notices;

  /// Gives out what was found and is kept as `take(signature number, cause, data)`: in the
  /// order of events, of signatures, of reports.
  template <class Take>
  void take_findings(Take take) {
    std::ranges::stable_sort(found_, {}, &place_and_data::place);
    for (auto& one : found_)
      if (one.is_kept)
        take(signature_at(one.place), cause_of(one), std::move(one.data));
    found_.clear();
    news_ = 0;
  }

private:
  flow input_;
  completion_ptr token_;
  std::vector<place_and_data> found_;
  std::size_t news_ = 0; ///< The last so many of it.
  std::list<derived_event> derived_; ///< Handlers report to them.
};

inline void derived_event::found(std::size_t order, finding_data data) {
  run.found(order, std::move(data), *this);
}

} // namespace vedette
