#pragma once

#include "signatures/finding.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace vedette {

/// Makes events of findings, for those who select them and for sinks. Cold: writes the
/// finding as JSON and reads that, so that what signatures are given is what users see.
class finding_events {
public:
  finding_events();
  finding_events(const finding_events&) = delete;
  finding_events& operator=(const finding_events&) = delete;
  ~finding_events();

  /// A batch of one event with the name, the data and the causal event's context and time.
  /// Null: it cannot be read, which is logged.
  batch_ptr of(const finding& found);

private:
  class reader;
  std::unique_ptr<reader> reader_;
};

/// The same event at another time, as a batch of one.
batch_ptr moved_to(time_ns time, const event_ref& event);

/// Tells that a signature will not be called again, with the time and the place of `cause`.
batch_ptr signature_disabled_event(std::string_view signature, std::string_view reason,
                                   event_view cause);

/// What a finding, or any other event, says under this name, as in JSON; null: nothing.
/// Cold: arguments of events in the table are had faster by event_view::get().
value argument_named(event_view event, std::string_view name);

} // namespace vedette
