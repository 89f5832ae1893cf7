#pragma once

#include "actors/runner.hpp"
#include "actors/subscriptions.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <expected>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace vedette {

class batch_run;

/// An event of a batch that is to be handled.
struct delivery {
  event_view event;
  batch_run* run;
};

/// A signature in a runner: its instance, and what has become of it.
struct loaded_signature {
  std::unique_ptr<signature> code;
  std::shared_ptr<const signature_metadata> metadata;
  std::size_t number = 0; ///< Its place in the runner.
  bool serial = false;

  bool disabled = false;
  std::string reason = {}; ///< Why it is.
  unsigned failed_in_row = 0;

  std::uint64_t events = 0;
  std::uint64_t findings = 0;
  std::uint64_t errors = 0;
  /// In handlers up to their first await; one in `sample` is timed.
  std::chrono::nanoseconds sampled{0};
  get_tally gets = {};

  /// Serial ones: of every process with a suspended event, the later ones, which wait
  /// for its end. A list costs nothing while it is empty; a deque would.
  std::unordered_map<entity_id, std::list<delivery>> suspended = {};

  static constexpr auto sample = 64;

  /// Counts and logs; disables the signature when it happens too often in a row.
  void failed_on(event_view event, const std::exception_ptr& failure);
  [[nodiscard]] value status() const;
};

/// The signatures of a runner, and those that could not be loaded.
class runner_signatures {
public:
  /// Initialises them with `sources`, which must outlive them.
  void load(std::vector<runner_signature> signatures, source_set& sources);

  [[nodiscard]] std::size_t size() const { return loaded_.size(); }
  loaded_signature& operator[](std::size_t number) { return loaded_[number]; }

  /// Calls `deliver(loaded_signature&)` for each that is to be given the event.
  template <class Deliver>
  void for_each(event_view event, Deliver deliver) {
    subscriptions_.for_each(event, [&](std::uint32_t number) {
      if (auto& one = loaded_[number]; !one.disabled)
        deliver(one);
    });
  }

  /// The input has ended, if it has; there will be nothing more. Only the first call
  /// counts.
  void close(bool complete);
  [[nodiscard]] bool closed() const { return closed_; }

  /// Per id: what it has seen and found, whether it runs, and if not, why.
  [[nodiscard]] value::object status() const;

private:
  std::expected<void, error> load(runner_signature from, signature_metadata metadata,
                                  source_set& sources);

  std::deque<loaded_signature> loaded_; ///< In place: handles point to their tallies.
  value::object not_loaded_;
  subscriptions subscriptions_;
  bool closed_ = false;
};

} // namespace vedette
