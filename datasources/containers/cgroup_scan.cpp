#include "datasources/containers/cgroup_scan.hpp"

#include "datasources/containers/cgroup_path.hpp"
#include "events/record_writer.hpp"
#include "runtime/boottime.hpp"

#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <limits>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace vedette {

namespace {

namespace args = events::cgroup_scan;
namespace noticed = events::cgroup_notice;

/// Field 22 of /proc/PID/stat, proc(5); the largest number: it has ended.
std::uint64_t start_of(std::int32_t pid) {
  constexpr auto none = std::numeric_limits<std::uint64_t>::max();
  constexpr auto fields_between = 20;
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string line;
  std::getline(file, line);
  auto at = line.rfind(')');
  for (auto skipped = 0; skipped < fields_between && at != line.npos; ++skipped)
    at = line.find(' ', at + 1);
  std::uint64_t start = none;
  if (at != line.npos)
    std::from_chars(line.data() + at + 1, line.data() + line.size(), start);
  return start;
}

std::int32_t oldest_process(const std::string& directory) {
  std::ifstream file{directory + "/cgroup.procs"};
  std::int32_t oldest = 0;
  auto began = std::numeric_limits<std::uint64_t>::max();
  for (std::int32_t pid = 0; file >> pid;)
    if (const auto start = start_of(pid); start < began) {
      began = start;
      oldest = pid;
    }
  return oldest;
}

struct closing {
  void operator()(DIR* directory) const { closedir(directory); }
};

class scan {
public:
  explicit scan(cgroup_scan_result& to) : to_{to} {}

  void read(const cgroup_mount& mount) {
    struct stat top {};
    const auto now = boottime_ns();
    if (stat(mount.where.c_str(), &top) == 0)
      add(mount, "", top, now);
    // Not recursive: a stack of ours bears any depth.
    for (std::vector<std::string> left{""}; !left.empty();) {
      const auto below = std::exchange(left.back(), {});
      left.pop_back();
      list(mount, below, left);
    }
  }

private:
  void list(const cgroup_mount& mount, const std::string& below,
            std::vector<std::string>& left) {
    const std::unique_ptr<DIR, closing> directory{
        opendir((mount.where + below).c_str())};
    while (const auto* entry = directory ? readdir(directory.get()) : nullptr) {
      const std::string name = entry->d_name;
      if (entry->d_type != DT_DIR || name == "." || name == "..")
        continue;
      struct stat facts {};
      const auto now = boottime_ns();
      if (fstatat(dirfd(directory.get()), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
        continue; // Removed meanwhile.
      const auto path = below + "/" + name;
      add(mount, path, facts, now);
      left.push_back(path);
    }
  }

  void add(const cgroup_mount& mount, const std::string& below, const struct stat& facts,
           std::uint64_t now) {
    scanned_cgroup found;
    found.path = mount.root + below;
    if (found.path.empty())
      found.path = "/";
    const bool in_container = match_cgroup(found.path).has_value();
    if (mount.hierarchy != 0 && !in_container)
      return;
    found.id = facts.st_ino;
    found.hierarchy = mount.hierarchy;
    found.ctime = std::chrono::seconds{facts.st_ctim.tv_sec}
                  + std::chrono::nanoseconds{facts.st_ctim.tv_nsec};
    found.seen_ns = now;
    if (in_container)
      found.pid = oldest_process(mount.where + below);
    to_.directories.push_back(std::move(found));
  }

  cgroup_scan_result& to_;
};

void tell_source(const scanned_cgroup& one, batch_builder& to,
                 std::chrono::nanoseconds clock_offset, std::uint64_t time) {
  record_writer record{event_kind::cgroup_scan, time};
  record.number<args::cgroup_id>(one.id);
  record.text<args::cgroup_path>(one.path);
  record.number<args::hierarchy_id>(one.hierarchy);
  record.number<args::ctime>(
      static_cast<std::uint64_t>((one.ctime - clock_offset).count()));
  if (one.pid > 0)
    record.number<args::pid>(static_cast<std::uint64_t>(one.pid));
  to.add(record.take());
}

void tell_enricher(const scanned_cgroup& one, batch_builder& to, std::uint64_t time) {
  record_writer record{event_kind::cgroup_notice, time};
  record.number<noticed::cgroup_id>(one.id);
  record.text<noticed::cgroup_path>(one.path);
  record.number<noticed::hierarchy_id>(one.hierarchy);
  record.number<noticed::change>(RECORD_CGROUP_MADE);
  to.add(record.take());
  if (one.pid <= 0)
    return;
  record_writer started{event_kind::cgroup_notice, time};
  started.number<noticed::cgroup_id>(one.id);
  started.number<noticed::change>(RECORD_CGROUP_STARTED);
  to.add(started.take());
}

} // namespace

cgroup_scan_result scan_cgroups(std::span<const cgroup_mount> mounts) {
  cgroup_scan_result result;
  result.began_ns = boottime_ns();
  scan all{result};
  for (const auto& mount : mounts)
    all.read(mount);
  result.ended_ns = boottime_ns();
  return result;
}

void tell_scan(const cgroup_scan_result& found, std::span<batch_builder> to,
               std::chrono::nanoseconds clock_offset, bool at_start) {
  for (const auto& one : found.directories) {
    const auto time = at_start ? one.seen_ns : 0;
    tell_source(one, to[0], clock_offset, time);
    if (one.hierarchy == 0)
      for (auto& other : to)
        tell_enricher(one, other, time);
  }
  record_writer end{event_kind::cgroup_scan, at_start ? found.ended_ns : 0};
  end.number<args::since>(found.began_ns);
  to[0].add(end.take());
}

} // namespace vedette
