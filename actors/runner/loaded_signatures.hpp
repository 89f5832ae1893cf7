#pragma once

#include "actors/runner/runner.hpp"
#include "actors/runner/subscriptions.hpp"
#include "actors/runner/time_histogram.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <expected>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vedette {

class batch_run;
struct derived_event;

/// An event that is to be handled.
struct delivery {
  event_view event;
  batch_run* run;
  derived_event* in = nullptr; ///< The event was derived; null: it is the batch's own.
  std::uint32_t cause = 0;     ///< Derived: index in the batch of the event behind it.
};

/// What the next event of a process waits for in a signature, and what waits.
struct waiting_for {
  std::size_t own = 0;    ///< Suspended handlers of the signature, if it is serial.
  std::size_t before = 0; ///< Of signatures whose findings it selects.
  std::list<delivery> later = {}; ///< Costs nothing while it is empty; a deque would.

  [[nodiscard]] std::size_t any() const { return own + before; }
};

struct loaded_signature;

/// What is known of a signature and has become of it, besides what each event needs.
struct signature_record {
  std::shared_ptr<const signature_metadata> metadata = {};
  std::vector<selector> selectors = {};
  std::vector<finding_exception> exceptions = {};
  /// Signatures that select what it finds, in the order of their numbers.
  std::vector<loaded_signature*> selected_by = {};
  std::string reason = {}; ///< Why it is disabled.

  std::uint64_t findings = 0;
  std::uint64_t excepted = 0; ///< Found, but covered by an exception.
  std::uint64_t too_deep = 0; ///< Found in findings of findings of …: not given on.
  std::uint64_t errors = 0;
  time_histogram handler_time = {}; ///< Up to the first await; some are timed.
  std::uint64_t timed = 0;          ///< The number of the last event that was.
  get_tally gets = {};

  /// By process; kept while something is suspended there.
  std::unordered_map<entity_id, waiting_for> suspended = {};

  [[nodiscard]] bool is_excepted(event_view event) const;
  [[nodiscard]] bool selects_findings() const;
  /// Any of its selectors wants findings of this name, with the event's origin.
  [[nodiscard]] bool selects_finding(std::string_view name, event_view event) const;
  [[nodiscard]] bool selects_finding(std::string_view name) const;
};

/// A signature in a runner. What each event needs is one line of the cache; those of many
/// signatures lie side by side.
struct alignas(64) loaded_signature {
  std::unique_ptr<signature> code;
  std::unique_ptr<signature_record> record = std::make_unique<signature_record>();
  std::uint64_t events = 0;
  std::uint64_t next_timed = 1; ///< The number of the next event that is timed.
  std::uint32_t number = 0; ///< Its place in the runner.
  std::uint32_t failed_in_row = 0;
  bool is_serial = false;
  bool waits = false; ///< It is serial, or selects findings.
  bool disabled = false;

  /// Of the first events many are timed, then one in so many: clocks are slow.
  static constexpr std::uint64_t sample = 256;

  /// Counts and logs. True: it has happened too often in a row, and the signature is
  /// disabled from now on.
  bool failed_on(event_view event, const std::exception_ptr& failure);
  [[nodiscard]] value status() const;
};

/// The signatures of a runner, and those that could not be loaded.
class loaded_signatures {
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
  void connect();

  std::vector<loaded_signature> loaded_; ///< In place: others point to them.
  value::object not_loaded_;
  subscriptions subscriptions_;
  bool closed_ = false;
};

} // namespace vedette
