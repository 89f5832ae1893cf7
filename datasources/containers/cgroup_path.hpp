#pragma once

#include <optional>
#include <string_view>

namespace vedette {

/// What a cgroup's path says about a container. Views point into the path.
struct cgroup_match {
  std::string_view runtime; ///< By the names of the spec; `unknown`.
  std::string_view id;
  /// Of the container's own directory; a directory below it has a longer path.
  std::string_view own_path;
  bool is_own = false; ///< Whether the path is that directory's.

  bool operator==(const cgroup_match&) const = default;
};

/// The container that a cgroup directory belongs to, by its path below the hierarchy's
/// root as cgroup events give it, of any cgroup version; nothing: none. The innermost
/// component that names a container decides. spec/data-sources.md section 2 has the rules.
std::optional<cgroup_match> match_cgroup(std::string_view path);

} // namespace vedette
