#pragma once

#include <gtest/gtest.h>

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace vedette {

/// tracefs, for this process alone where it is not mounted.
inline void need_tracefs() {
  if (access("/sys/kernel/tracing/events", F_OK) == 0)
    return;
  ASSERT_EQ(unshare(CLONE_NEWNS), 0);
  ASSERT_EQ(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  ASSERT_EQ(mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, nullptr), 0);
}

} // namespace vedette
