#pragma once

#include "events/flow.hpp"
#include "runtime/reply.hpp"
#include "signatures/signature.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace vedette {

/// A flow on its way through a runner's signatures, and what they have found in it.
class batch_run final : public reporter::receiver {
public:
  batch_run(flow input, completion_ptr token)
      : input_{std::move(input)}, token_{std::move(token)} {}
  batch_run(const batch_run&) = delete;
  batch_run& operator=(const batch_run&) = delete;

  [[nodiscard]] const flow& input() const { return input_; }
  [[nodiscard]] const completion_ptr& token() const { return token_; }

  /// Handlers that are suspended or wait for one that is.
  std::size_t open = 0;

  /// Where the findings stand that signature number `signature` of `signatures` reports
  /// on the event.
  static std::size_t place(event_view event, std::size_t signature,
                           std::size_t signatures) {
    return event.index() * signatures + signature;
  }

  void found(std::size_t order, finding_data data) override {
    found_.push_back({order, std::move(data)});
  }

  /// Gives out what was found as `take(event index, signature number, data)`: in the
  /// order of events, of signatures, of reports.
  template <class Take>
  void take_findings(std::size_t signatures, Take take) {
    std::ranges::stable_sort(found_, {}, &place_and_data::place);
    for (auto& [order, data] : std::exchange(found_, {}))
      take(order / signatures, order % signatures, std::move(data));
  }

private:
  struct place_and_data {
    std::size_t place;
    finding_data data;
  };

  flow input_;
  completion_ptr token_;
  std::vector<place_and_data> found_;
};

} // namespace vedette
