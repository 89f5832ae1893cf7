#include "events/own_events.hpp"

#include "events/record_writer.hpp"

namespace vedette {

namespace {

namespace lost_args = events::lost_events;

} // namespace

std::vector<std::byte> make_record(const loss& lost, std::uint64_t now_ns) {
  record_writer record{event_kind::lost_events, now_ns};
  record.text<lost_args::event>(lost.event);
  record.number<lost_args::count>(lost.count);
  record.number<lost_args::since>(lost.since_ns);
  record.number<lost_args::until>(lost.until_ns);
  record.text<lost_args::where>(lost.where);
  return record.take();
}

std::vector<std::byte> make_record(const state_change& change, std::uint64_t now_ns) {
  namespace args = events::data_source_state;
  record_writer record{event_kind::data_source_state, now_ns};
  record.text<args::data_source>(change.whose);
  record.text<args::state>(change.state);
  record.text<args::reason>(change.reason);
  return record.take();
}

} // namespace vedette
