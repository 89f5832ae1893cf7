#include "events/own_events.hpp"

#include "events/definitions.hpp"
#include "events/record.h"

#include <cstring>

namespace vedette {

namespace {

namespace lost_args = events::lost_events;

class record_writer {
public:
  record_writer(event_kind kind, std::uint64_t time_ns) {
    const auto args = definition_of(kind).args.size();
    bytes_.resize(sizeof(record_header) + args * sizeof(record_slot));
    header().kind = static_cast<std::uint16_t>(kind);
    header().time_ns = time_ns;
    header().arg_count = static_cast<std::uint16_t>(args);
    header().syscall = -1;
  }

  template <class Argument>
  void number(std::uint64_t value) {
    slot<Argument>().value = value;
  }
  template <class Argument>
  void text(std::string_view value) {
    const auto offset = static_cast<std::uint32_t>(bytes_.size());
    bytes_.resize(bytes_.size() + value.size());
    std::memcpy(bytes_.data() + offset, value.data(), value.size());
    slot<Argument>().bytes = {offset, static_cast<std::uint32_t>(value.size())};
    header().references |= std::uint64_t{1} << Argument::slot;
  }

  std::vector<std::byte> take() {
    header().size = static_cast<std::uint32_t>(bytes_.size());
    return std::move(bytes_);
  }

private:
  record_header& header() { return *reinterpret_cast<record_header*>(bytes_.data()); }
  template <class Argument>
  record_slot& slot() {
    header().present |= std::uint64_t{1} << Argument::slot;
    return reinterpret_cast<record_slot*>(&header() + 1)[Argument::slot];
  }

  std::vector<std::byte> bytes_;
};

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
