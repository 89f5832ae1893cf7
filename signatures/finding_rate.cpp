#include "signatures/finding_rate.hpp"

#include "signatures/finding_event.hpp"

namespace vedette {

namespace {

/// Recordings need not say when a process started: then its pid must do.
entity_id process_of(event_view event) {
  return event.process() != entity_id{} ? event.process()
                                        : entity_id{event.header().host_tgid};
}

} // namespace

bool finding_rate::admits(std::size_t by, const finding& found) {
  if (limit_.max == 0)
    return true;
  const auto event = found.cause.view();
  const auto at = event.visible_at();
  const key of{by, process_of(event)};
  auto [place, is_new] = windows_.try_emplace(of);
  auto& own = place->second;
  if (is_new)
    ends_.push({at + limit_.per, of});
  if (++own.findings <= limit_.max)
    return true;
  own.since = own.suppressed == 0 ? at : own.since;
  own.until = at;
  own.last = {found.signature, found.cause, {}};
  ++own.suppressed;
  ++suppressed_;
  return false;
}

finding finding_rate::summary_of(const window& over, time_ns end) {
  const auto ns = [](time_ns time) { return time.time_since_epoch().count(); };
  finding_data data;
  data.emplace_back("suppressed", over.suppressed);
  data.emplace_back("since", ns(over.since));
  data.emplace_back("until", ns(over.until));
  return {over.last.signature, {moved_to(end, over.last.cause), 0}, std::move(data)};
}

} // namespace vedette
