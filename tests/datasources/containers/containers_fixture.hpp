#pragma once

#include "datasources/containers/answer_records.hpp"
#include "datasources/containers/state.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// 64 hex digits that begin with `head`.
inline std::string full_id(std::string_view head) {
  std::string id{head};
  id.resize(64, '0');
  return id;
}

inline event_builder mkdir_at(std::uint64_t ns, std::uint64_t id, std::string_view path,
                              std::uint32_t hierarchy = 0) {
  namespace made = events::cgroup_mkdir;
  return event_builder{event_kind::cgroup_mkdir}
      .at(ns)
      .arg<made::cgroup_id>(id)
      .arg<made::cgroup_path>(path)
      .arg<made::hierarchy_id>(hierarchy);
}

inline event_builder rmdir_at(std::uint64_t ns, std::uint64_t id, std::string_view path,
                              std::uint32_t hierarchy = 0) {
  namespace gone = events::cgroup_rmdir;
  return event_builder{event_kind::cgroup_rmdir}
      .at(ns)
      .arg<gone::cgroup_id>(id)
      .arg<gone::cgroup_path>(path)
      .arg<gone::hierarchy_id>(hierarchy);
}

inline event_builder attach_at(std::uint64_t ns, std::string_view path, int pid) {
  namespace attached = events::cgroup_attach_task;
  return event_builder{event_kind::cgroup_attach_task}
      .at(ns)
      .arg<attached::cgroup_path>(path)
      .arg<attached::pid>(pid);
}

inline event_builder scan_at(std::uint64_t ns, std::uint64_t id, std::string_view path,
                             std::uint64_t ctime, int pid, std::uint32_t hierarchy = 0) {
  namespace scan = events::cgroup_scan;
  return event_builder{event_kind::cgroup_scan}
      .at(ns)
      .arg<scan::cgroup_id>(id)
      .arg<scan::cgroup_path>(path)
      .arg<scan::hierarchy_id>(hierarchy)
      .arg<scan::ctime>(ctime)
      .arg<scan::pid>(pid);
}

inline event_builder scan_ended_at(std::uint64_t ns, std::uint64_t since) {
  return event_builder{event_kind::cgroup_scan}.at(ns).arg<events::cgroup_scan::since>(
      since);
}

inline event_builder lost_at(std::uint64_t ns, std::string_view event, std::uint64_t since,
                             std::uint64_t until) {
  namespace lost = events::lost_events;
  return event_builder{event_kind::lost_events}
      .at(ns)
      .arg<lost::event>(event)
      .arg<lost::count>(1)
      .arg<lost::since>(since)
      .arg<lost::until>(until);
}

/// The state of the source without an actor.
class containers_test : public testing::Test {
protected:
  static constexpr std::uint64_t second = 1'000'000'000;

  static containers_config asking_docker() {
    containers_config config;
    config.enrich.docker = true;
    return config;
  }

  void see(const std::vector<event_builder>& events) {
    const auto batch = make_batch(events);
    for (const auto event : batch->events())
      state_.apply(event);
  }
  void see(const container_answer& answer, std::uint64_t ns) {
    const auto batch = to_batch({&answer, 1}, at_ns(static_cast<std::int64_t>(ns)), 0);
    for (const auto event : batch->events())
      state_.apply(event);
  }
  void advance(std::uint64_t ns) {
    state_.advance(at_ns(static_cast<std::int64_t>(ns)));
  }

  get_result<container_info> ask(std::string_view id, std::uint64_t as_of) {
    return state_.get(container_key::of(id), at_ns(static_cast<std::int64_t>(as_of)));
  }
  get_result<container_info> ask(std::uint64_t cgroup, std::uint64_t as_of) {
    return state_.get(container_key::of(cgroup_id{cgroup}),
                      at_ns(static_cast<std::int64_t>(as_of)));
  }
  /// Of a container that must be known.
  template <class Key>
  container_info info(Key key, std::uint64_t as_of) {
    const auto found = ask(key, as_of);
    if (found)
      return *found;
    ADD_FAILURE() << key << ": " << to_string(found.error()) << " as of " << as_of;
    return {};
  }
  template <class Key>
  ec error_at(Key key, std::uint64_t as_of) {
    const auto found = ask(key, as_of);
    EXPECT_FALSE(found) << key << " as of " << as_of;
    return found ? ec{} : found.error();
  }
  [[nodiscard]] source_metrics metrics() const {
    source_metrics result;
    state_.report(result);
    return result;
  }

  std::string web_ = full_id("0f3c1d9e7a2b"), web_path_ = "/docker/" + web_;
  containers_state state_{asking_docker()};
};

} // namespace vedette
