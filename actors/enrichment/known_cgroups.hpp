#pragma once

#include "events/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace vedette {

/// What is shown of a container besides its id. What is not known is empty.
struct container_names {
  std::string_view name, image, image_digest, pod_name, pod_namespace, pod_uid;
  bool pod_sandbox = false;
};

/// Which cgroup of the v2 hierarchy belongs to which container, as far as one shard has been
/// told: what its events carry is the cgroup's id.
class known_cgroups {
public:
  /// `capacity`: cgroups that are remembered.
  explicit known_cgroups(std::size_t capacity = 65536) : capacity_{capacity} {}

  /// A container as its events show it; replaced, not changed, when more is known of it.
  struct container {
    std::shared_ptr<const container_texts> texts;
    bool started = false; ///< Its own program runs.
    std::size_t cgroups = 0;
  };

  /// It is there. The path tells whose it is.
  void made(std::uint64_t id, std::string_view path);
  void gone(std::uint64_t id);
  void started(std::uint64_t id);
  /// What its runtime says of a container.
  void named(std::string_view id, const container_names& names);

  /// Null: the host's. One that was never told of counts as the host's from now on, and is
  /// noted for take_unknown().
  const container* find(std::uint64_t id) {
    if (id == last_id_) // Most events are from where the one before was.
      return last_;
    const auto known = cgroups_.find(id);
    last_ = known != cgroups_.end() ? known->second : first_seen(id);
    last_id_ = id;
    return last_;
  }

  /// Whether there were unknown ones since the last call: somebody should look.
  bool take_unknown() { return std::exchange(unknown_, false); }

private:
  const container* first_seen(std::uint64_t id);
  void set(std::uint64_t id, container* owner);
  void let_go(container* owner);
  void make_room();

  std::size_t capacity_;
  std::unordered_map<std::uint64_t, container*> cgroups_; ///< Null: the host's.
  std::unordered_map<std::string, container> containers_; ///< By id.
  std::uint64_t last_id_ = 0; ///< Of the last answer, until something changes.
  const container* last_ = nullptr;
  bool unknown_ = false;
};

} // namespace vedette
