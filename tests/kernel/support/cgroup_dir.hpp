#pragma once

#include "tests/kernel/support/child.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace vedette {

/// A mounted cgroup hierarchy.
struct cgroup_hierarchy {
  std::string mount;
  std::uint32_t id;

  static cgroup_hierarchy v2() { return {mounted("cgroup2", "rw"), 0}; }
  /// The v1 hierarchy of a controller.
  static cgroup_hierarchy v1(const std::string& controller) {
    std::ifstream file{"/proc/self/cgroup"};
    for (std::string line; std::getline(file, line);)
      if (line.find(":" + controller + ":") != std::string::npos)
        return {mounted("cgroup", controller),
                static_cast<std::uint32_t>(std::stoul(line))};
    ADD_FAILURE() << "no hierarchy of " << controller;
    return {};
  }

private:
  static std::string mounted(const std::string& type, const std::string& option) {
    std::ifstream mounts{"/proc/mounts"};
    for (std::string line; std::getline(mounts, line);) {
      std::istringstream fields{line};
      std::string device, where, kind, options;
      fields >> device >> where >> kind >> options;
      if (kind == type && ("," + options + ",").find("," + option + ",") != options.npos)
        return where;
    }
    ADD_FAILURE() << "no " << type << " with " << option << " is mounted";
    return {};
  }
};

/// A cgroup that is there as long as this.
class cgroup_dir {
public:
  explicit cgroup_dir(const cgroup_hierarchy& in, std::string path)
      : full_{in.mount + path}, path_{std::move(path)} {
    // Parents, too, that are not there.
    for (auto slash = path_.find('/', 1);; slash = path_.find('/', slash + 1)) {
      const auto one = in.mount + path_.substr(0, slash);
      if (mkdir(one.c_str(), 0755) == 0)
        made_.push_back(one);
      if (slash == path_.npos)
        break;
    }
    EXPECT_FALSE(made_.empty()) << full_ << " was there";
  }
  ~cgroup_dir() { remove(); }
  cgroup_dir(const cgroup_dir&) = delete;
  cgroup_dir& operator=(const cgroup_dir&) = delete;

  void remove() {
    for (; !made_.empty(); made_.pop_back())
      EXPECT_EQ(rmdir(made_.back().c_str()), 0) << made_.back();
  }

  /// Moves a process to it.
  void attach(pid_t process) const {
    std::ofstream file{full_ + "/cgroup.procs"};
    file << process << std::flush;
    EXPECT_TRUE(file) << full_;
  }

  /// From the hierarchy's root on.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t id() const { return stat_of(full_).st_ino; }

private:
  std::string full_, path_;
  std::vector<std::string> made_;
};

} // namespace vedette
