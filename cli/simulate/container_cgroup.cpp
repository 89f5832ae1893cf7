#include "cli/simulate/container_cgroup.hpp"

#include "datasources/containers/cgroup_mounts.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>

namespace vedette::simulation {

namespace {

/// As Docker makes them: 64 hexadecimal digits.
std::string random_id() {
  std::array<std::uint8_t, 32> bytes{};
  while (getrandom(bytes.data(), bytes.size(), 0) < 0) {
  }
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

} // namespace

std::expected<container_cgroup, error> container_cgroup::make() {
  const auto mounts = find_cgroup_mounts();
  const auto v2 = std::ranges::find(mounts, 0U, &cgroup_mount::hierarchy);
  if (v2 == mounts.end())
    return std::unexpected{
        error{ec::unavailable, "no cgroups of version 2 are mounted"}};
  container_cgroup made;
  const auto parent = v2->where + "/docker";
  const auto own = parent + "/" + random_id();
  if (mkdir(parent.c_str(), 0755) == 0)
    made.made_.push_back(parent);
  if (mkdir(own.c_str(), 0755) != 0)
    return std::unexpected{system_error("cannot make the cgroup " + own, errno)};
  made.made_.push_back(own);
  made.processes_ =
      file_descriptor{open((own + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC)};
  if (!made.processes_.is_open())
    return std::unexpected{system_error("cannot use the cgroup " + own, errno)};
  return made;
}

container_cgroup::~container_cgroup() {
  for (; !made_.empty(); made_.pop_back())
    rmdir(made_.back().c_str());
}

} // namespace vedette::simulation
