#pragma once

#include "datasources/containers/config.hpp"
#include "datasources/containers/container.hpp"
#include "datasources/flat_index.hpp"
#include "datasources/leaving_line.hpp"
#include "datasources/tombstones.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

namespace vedette {

/// Containers by id and by directory, within a limit. Numbers name them while they are
/// kept.
class container_table {
public:
  using number = std::uint32_t;
  static constexpr auto none = container::none;
  /// In the order of time; of two at one time the one that became known first. Which
  /// number it has depends on who lags.
  using by_time = std::set<std::tuple<time_ns, std::uint64_t, number>>;
  /// Of one container, of all hierarchies: nobody inside can make it larger by mkdir.
  static constexpr std::size_t most_directories = 256;

  explicit container_table(std::size_t limit);

  container& operator[](number which) { return containers_[which]; }
  const container& operator[](number which) const { return containers_[which]; }
  cgroup_directory& directory(number which) { return directories_[which]; }
  const cgroup_directory& directory(number which) const { return directories_[which]; }

  /// By full id; not those that have left, as with all that is not said to find those.
  [[nodiscard]] number find(std::string_view id) const;
  /// The first of those that begin with the same 12 bytes; their `next` leads on, also to
  /// those that have left.
  [[nodiscard]] number with_head(std::uint32_t head) const {
    return heads_.find(place_of(head));
  }
  /// The first directory with this id, also of those that have left.
  [[nodiscard]] number with_cgroup(std::uint64_t id) const {
    return id == 0 ? none : cgroups_.find(id);
  }
  /// That is there, in this hierarchy; or none.
  [[nodiscard]] number live_directory(std::uint64_t id, std::uint32_t hierarchy) const;

  /// The container that must leave before another is added; or none: there is room. The
  /// longest removed goes first, then what was found first.
  [[nodiscard]] number to_evict() const;
  number add(std::string_view id, container_version first, time_ns born);
  /// Or none: it has too many.
  number add_directory(number owner, cgroup_directory made);
  /// It stays for those who ask about times before `since`, until drop_left().
  void leave(number which, time_ns since);
  /// Nobody asks about times before that any more.
  void drop_left(time_ns settled);
  void drop(number which);
  void drop_directory(number which);

  /// It begins anew, or has ended.
  void set_removed(number which, time_ns at);
  void end_directory(number which, time_ns at);

  /// The first that was removed before `until`, or none; and the same of directories.
  [[nodiscard]] number removed_before(time_ns until) const;
  [[nodiscard]] number directory_ended_before(time_ns until) const;

  /// Whether something was dropped that had this id.
  [[nodiscard]] bool had_text(const container_key& key) const;
  [[nodiscard]] bool had_cgroup(std::uint64_t id) const { return gone_cgroups_.has(id); }

  template <class Visitor>
  void for_each(Visitor visit) {
    for (number which = 0; which < containers_.size(); ++which)
      if (!containers_[which].id.empty() && is_there(which))
        visit(which);
  }

  [[nodiscard]] std::size_t size() const { return live_.size() + dead_.size(); }
  [[nodiscard]] std::size_t directories() const {
    return directories_.size() - free_directories_.size();
  }
  [[nodiscard]] std::size_t bytes() const;

private:
  [[nodiscard]] bool is_there(number which) const {
    return containers_[which].left == end_of_time;
  }
  /// Never 0, which indexes take for "none".
  static std::uint64_t place_of(std::uint32_t head) {
    return std::uint64_t{head} | std::uint64_t{1} << 32U;
  }
  void unlink_directory(number which);

  std::size_t limit_;
  std::deque<container> containers_; ///< Without id: free.
  std::vector<number> free_containers_;
  std::deque<cgroup_directory> directories_;
  std::vector<number> free_directories_;
  flat_index heads_, cgroups_;
  by_time live_, dead_, dead_directories_;
  leaving_line<number> leaving_;
  std::uint64_t added_ = 0;
  tombstones gone_, gone_cgroups_;
};

} // namespace vedette
