#include "actors/replay/captured_notices.hpp"

#include "events/record_arguments.hpp"
#include "events/record_writer.hpp"

namespace vedette {

namespace {

template <class Id, class Path, class Hierarchy>
std::optional<std::vector<std::byte>> tell(std::span<const std::byte> record,
                                           record_cgroup_change change) {
  namespace notice = events::cgroup_notice;
  if (number_in<Hierarchy>(record) != 0)
    return {}; // Events name their cgroup by v2's ids.
  record_writer told{event_kind::cgroup_notice, header_of(record).time_ns};
  told.number<notice::cgroup_id>(number_in<Id>(record));
  told.text<notice::cgroup_path>(text_in<Path>(record).value_or(""));
  told.number<notice::hierarchy_id>(0);
  told.number<notice::change>(change);
  return told.take();
}

} // namespace

bool is_notice(std::span<const std::byte> record) {
  const event_kind kind{header_of(record).kind};
  return kind == event_kind::cgroup_notice || kind == event_kind::container_notice;
}

std::optional<std::vector<std::byte>> notice_of(std::span<const std::byte> record) {
  namespace made = events::cgroup_mkdir;
  namespace gone = events::cgroup_rmdir;
  switch (event_kind{header_of(record).kind}) {
  case event_kind::cgroup_mkdir:
    return tell<made::cgroup_id, made::cgroup_path, made::hierarchy_id>(
        record, RECORD_CGROUP_MADE);
  case event_kind::cgroup_rmdir:
    return tell<gone::cgroup_id, gone::cgroup_path, gone::hierarchy_id>(
        record, RECORD_CGROUP_GONE);
  default:
    return {};
  }
}

} // namespace vedette
