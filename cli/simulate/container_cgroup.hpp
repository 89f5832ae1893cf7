#pragma once

#include "bpf/file_descriptor.hpp"
#include "runtime/errors.hpp"

#include <expected>
#include <string>
#include <vector>

namespace vedette::simulation {

/// A cgroup that is named like one of Docker's containers, there as long as this is.
class container_cgroup {
public:
  /// Errors: system, unavailable.
  static std::expected<container_cgroup, error> make();

  container_cgroup(container_cgroup&&) = default;
  container_cgroup& operator=(container_cgroup&&) = delete;
  /// Whoever was in it must have ended.
  ~container_cgroup();

  /// cgroup.procs, open for writing.
  [[nodiscard]] int processes() const { return processes_.get(); }

private:
  container_cgroup() = default;

  std::vector<std::string> made_; ///< Directories, the outer one first.
  file_descriptor processes_;
};

} // namespace vedette::simulation
