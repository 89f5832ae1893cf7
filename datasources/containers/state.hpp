#pragma once

#include "datasources/change_log.hpp"
#include "datasources/containers/announcement_records.hpp"
#include "datasources/containers/cgroup_path.hpp"
#include "datasources/containers/config.hpp"
#include "datasources/containers/container_holes.hpp"
#include "datasources/containers/container_table.hpp"
#include "datasources/containers/runtime_answer.hpp"
#include "datasources/tombstones.hpp"
#include "events/batch.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

/// The containers of this host, now and in the recent past. Learns from cgroup events,
/// scans, runtimes' answers, and what replayed events say of the container they happened
/// in; in the order of (visible_at, position), late ones as well as possible. No actors,
/// no clock: time comes in.
///
/// A container is removed when the last of its own directories that were seen is gone,
/// over all hierarchies, or when a container_remove says so. A cgroup id in a question is
/// one of the v2 hierarchy, as events carry it; until a directory of that hierarchy has
/// been seen, any hierarchy's (a host without v2).
///
/// After lost cgroup events answers are incomplete until a scan that began after the loss
/// has ended: `cgroup_scan` records, one per container directory, then one without path.
class containers_state {
public:
  explicit containers_state(const containers_config& config);

  static bool learns_from(event_view event);
  /// Whether something is to be told because of it: that must not wait for other events.
  static bool is_urgent(event_view event);
  void apply(event_view event);
  /// Everything up to `now` has been applied; those who lag ask about times from `settled`
  /// on: forgets what was removed long ago, tells of those whose runtime has not answered.
  void advance(time_ns now, time_ns settled = end_of_time);

  /// When advance() has something to do, without any event; end_of_time: never.
  [[nodiscard]] time_ns due() const {
    return untold_.empty() ? end_of_time : std::get<time_ns>(*untold_.begin());
  }
  /// It is over: what has not been told yet is told now.
  void tell_rest();

  /// O(1). Errors: data_not_found, not yet or never there, or the host; expired, removed
  /// more than `grace` before, or dropped for room; key_not_supported, several have that
  /// prefix, or it is too short.
  get_result<container_info> get(const container_key& key, time_ns as_of);
  /// Which containers an ambiguous prefix may mean; what is wrong with a short one.
  [[nodiscard]] std::string explain(const container_key& key, time_ns as_of,
                                    ec why) const;

  void report(source_metrics& metrics) const;
  change_log<container_key>& changes() { return changes_; }
  [[nodiscard]] value show_key(const container_key& key) const;

  /// Containers whose runtime is to be asked, once each life, since the last call.
  std::vector<container_question> take_questions() {
    return std::exchange(questions_, {});
  }
  /// What is to be told since the last call. Only of containers that were found by their
  /// cgroups, and of which no event has told already.
  std::vector<container_announcement> take_announcements() {
    return std::exchange(announcements_, {});
  }
  /// Of whom a runtime has told names since the last call.
  std::vector<shared_record<container_info>> take_named() {
    return std::exchange(named_, {});
  }

private:
  using number = container_table::number;
  static constexpr auto none = container_table::none;

  // What events tell: learning.cpp; what scans do: scans.cpp.
  void apply_mkdir(event_view event);
  void apply_rmdir(event_view event);
  void apply_attach(event_view event);
  void apply_exec(event_view event);
  void apply_told(event_view event);
  void apply_answer(event_view event);
  void apply_scan(event_view event);
  number scanned_directory(number owner, const cgroup_directory& found);
  void end_scan(time_ns began, time_ns ended);
  void apply_lost(event_view event);

  // What replayed events say of their container: sightings.cpp.
  void apply_sighting(event_view event);
  void learn_texts(event_view event, number which);

  // How it begins and ends: lives.cpp.
  struct birth {
    std::string_view id;
    std::string_view runtime; ///< Static.
    time_ns at;               ///< From when on it is known.
    time_ns discovered;
    time_ns ctime{};
    container_state state = container_state::created;
    std::uint32_t pid = 0;
    bool existed = false;
    bool tell = false;
  };
  number begin(const birth& born);
  void begin_again(number which, const birth& born);
  void add_origin(number which, const birth& born);
  void ask(number which, std::string_view runtime);
  void remove(number which, time_ns at, time_ns happened);
  void end_directory(number which, time_ns at, time_ns happened);
  void release_id(std::uint64_t id, std::uint32_t hierarchy, time_ns at);
  void run(number which, time_ns at, std::uint32_t pid);
  void learn_facts(number which, time_ns at, container_facts facts);
  void expire(time_ns now);
  void leave(number which, time_ns at);
  void tell(number which, time_ns as_of);
  /// Ids are of a hierarchy.
  static std::uint64_t tombstone_of(std::uint64_t id, std::uint32_t hierarchy) {
    return id ^ std::uint64_t{hierarchy} << 52U;
  }
  void announce(event_kind kind, number which, time_ns at,
                const container_version& shown);
  void changed(number which) { changes_.add(table_[which].key); }

  // What it was like: answers.cpp.
  const cgroup_directory* resolve(std::uint64_t id, time_ns as_of, bool& was_there) const;
  [[nodiscard]] const cgroup_directory* resolve(std::uint64_t id, time_ns as_of) const {
    bool was_there = false;
    return resolve(id, as_of, was_there);
  }
  get_result<container_info> of_cgroup(std::uint64_t id, time_ns as_of) const;
  get_result<container_info> of_text(const container_key& key, time_ns as_of) const;
  get_result<container_info> show(number which, time_ns as_of) const;
  [[nodiscard]] get_result<container_info> missing(ec why, time_ns as_of) const;
  [[nodiscard]] static shared_record<container_info>
  answer(const container& whose, const container_version& shown);
  static bool is_meant(const container& one, const container_key& key);

  containers_config config_;
  container_table table_;
  container_holes holes_;
  change_log<container_key> changes_;
  std::vector<container_question> questions_;
  std::vector<container_announcement> announcements_;
  std::vector<shared_record<container_info>> named_;
  container_table::by_time untold_; ///< By when they are to be told.
  /// Directories that were removed: a scan that began before may tell of them after that.
  tombstones removed_{4096};
  time_ns v2_since_ = end_of_time; ///< The first sight of the v2 hierarchy.
  time_ns settled_ = beginning_of_time;
  std::uint64_t hits_ = 0, misses_ = 0, expired_ = 0, evicted_ = 0;
};

} // namespace vedette
