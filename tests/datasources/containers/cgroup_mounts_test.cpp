#include "datasources/containers/cgroup_mounts.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto numbers = "4:memory:/x\n3:cpu,cpuacct:/\n9:name=systemd:/\n0::/\n";

TEST(cgroup_mounts, of_a_host_with_both_versions) {
  EXPECT_THAT(
      find_cgroup_mounts(
          "20 1 0:1 / / rw - ext4 /dev/a rw\n"
          "31 20 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"
          "32 20 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
          "33 20 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
          "34 20 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
          numbers),
      ElementsAre(cgroup_mount{0, "/sys/fs/cgroup/unified", ""},
                  cgroup_mount{9, "/sys/fs/cgroup/systemd", ""},
                  cgroup_mount{3, "/sys/fs/cgroup/cpu,cpuacct", ""},
                  cgroup_mount{4, "/sys/fs/cgroup/memory", ""}));
}

TEST(cgroup_mounts, prefers_the_whole_hierarchy_to_a_part) {
  EXPECT_THAT(find_cgroup_mounts("1 1 0:1 /docker/a /in rw - cgroup2 c rw\n"
                                 "2 1 0:1 / /all rw - cgroup2 c rw\n"
                                 "3 1 0:1 / /again rw - cgroup2 c rw\n"
                                 "4 1 0:2 /x /part rw - cgroup c rw,memory\n",
                                 numbers),
              ElementsAre(cgroup_mount{0, "/all", ""}, cgroup_mount{4, "/part", "/x"}));
}

TEST(cgroup_mounts, reads_escaped_paths) {
  EXPECT_THAT(find_cgroup_mounts("1 1 0:1 / /a\\040b\\134 rw - cgroup2 c rw\n", ""),
              ElementsAre(cgroup_mount{0, "/a b\\", ""}));
}

TEST(cgroup_mounts, passes_over_what_it_cannot_read) {
  EXPECT_THAT(find_cgroup_mounts("", ""), IsEmpty());
  EXPECT_THAT(find_cgroup_mounts("1 1 0:1 / /a rw - cgroup c rw,unheard-of\n"
                                 "1 1 / - cgroup2\n"
                                 "garbage - \n - cgroup2 c rw\n",
                                 "x:y\n:memory:/\n"),
              IsEmpty());
}

TEST(cgroup_mounts, finds_this_hosts) {
  EXPECT_FALSE(find_cgroup_mounts().empty());
}

} // namespace

} // namespace vedette
