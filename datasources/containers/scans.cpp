#include "datasources/containers/state.hpp"

#include <algorithm>
#include <array>
#include <tuple>

// What a scan of the cgroups tells, and that events were lost which it makes up for.
namespace vedette {

void containers_state::apply_scan(event_view event) {
  namespace scan = events::cgroup_scan;
  const auto at = event.visible_at();
  const auto path = event.get<scan::cgroup_path>().value_or("");
  if (path.empty())
    return end_scan(event.get<scan::since>().value_or(at), at);
  const auto hierarchy = event.get<scan::hierarchy_id>().value_or(0);
  const auto id = event.get<scan::cgroup_id>().value_or(0);
  if (hierarchy == 0)
    v2_since_ = std::min(v2_since_, at);
  const auto match = match_cgroup(path);
  const bool is_gone = table_.live_directory(id, hierarchy) == none
                       && removed_.has(tombstone_of(id, hierarchy));
  if (!match || is_gone)
    return;
  const auto pid = event.get<scan::pid>().value_or(0);
  const auto ctime = event.get<scan::ctime>().value_or(time_ns{});
  const auto owner = begin({.id = match->id,
                            .runtime = match->runtime,
                            .at = at,
                            .discovered = event.time(),
                            .ctime = match->is_own ? ctime : time_ns{},
                            .existed = true,
                            .tell = true});
  if (owner == none || table_[owner].is_removed())
    return;
  if (pid > 0)
    run(owner, at, static_cast<std::uint32_t>(pid));
  if (id == 0)
    return;
  const auto known = scanned_directory(owner, {.id = id,
                                               .hierarchy = hierarchy,
                                               .is_own = match->is_own,
                                               .since = at});
  if (known != none)
    table_.directory(known).verified = at;
}

/// The directory that a scan has found, new or known; or none: its owner has too many.
containers_state::number
containers_state::scanned_directory(number owner, const cgroup_directory& found) {
  const auto known = table_.live_directory(found.id, found.hierarchy);
  if (known != none && table_.directory(known).owner == owner)
    return known;
  if (known != none)
    release_id(found.id, found.hierarchy, found.since);
  const auto added = table_.add_directory(owner, found);
  if (added != none && found.is_own)
    ++table_[owner].own_live;
  return added;
}

/// What was there before the scan and was not found by it has gone: its rmdir was lost.
void containers_state::end_scan(time_ns began, time_ns ended) {
  holes_.scanned(began, ended);
  std::vector<number> gone;
  table_.for_each([&](number which) {
    for (const auto place : table_[which].directories) {
      const auto& one = table_.directory(place);
      if (one.until == end_of_time && one.since < began && one.verified < began
          && one.hierarchy != cgroup_directory::of_events)
        gone.push_back(place);
    }
  });
  std::ranges::sort(gone, {}, [&](number place) { // Numbers depend on who lags.
    const auto& one = table_.directory(place);
    return std::tuple{table_[one.owner].serial, one.since, one.hierarchy, one.id};
  });
  for (const auto one : gone)
    if (table_.directory(one).until == end_of_time)
      end_directory(one, ended, ended);
}

void containers_state::apply_lost(event_view event) {
  namespace lost = events::lost_events;
  constexpr std::array<std::string_view, 5> matter{
      "cgroup_mkdir", "cgroup_rmdir", "cgroup_attach_task", "cgroup_scan", ""};
  if (std::ranges::find(matter, event.get<lost::event>().value_or("")) == matter.end())
    return;
  holes_.add(event.get<lost::since>().value_or(event.time()),
             event.get<lost::until>().value_or(event.time()));
}

} // namespace vedette
