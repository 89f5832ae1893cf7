#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Where a cgroup hierarchy is mounted.
struct cgroup_mount {
  std::uint32_t hierarchy = 0; ///< The kernel's number; 0: v2.
  std::string where;
  std::string root; ///< Of what is mounted, in the hierarchy; "": all of it.

  bool operator==(const cgroup_mount&) const = default;
};

/// Each hierarchy once: where most of it is mounted, or else where it was first. From the
/// texts of /proc/self/mountinfo and /proc/self/cgroup, which has v1's numbers.
std::vector<cgroup_mount> find_cgroup_mounts(std::string_view mountinfo,
                                             std::string_view cgroups);

/// This host's.
std::vector<cgroup_mount> find_cgroup_mounts();

} // namespace vedette
