#include "bpf/probes.hpp"
#include "bpf/uring_operations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <linux/io_uring.h>

namespace vedette {

namespace {

static_assert(static_cast<int>(URING_ACCEPT) == IORING_OP_ACCEPT);
static_assert(static_cast<int>(URING_CONNECT) == IORING_OP_CONNECT);
static_assert(static_cast<int>(URING_OPENAT) == IORING_OP_OPENAT);
static_assert(static_cast<int>(URING_OPENAT2) == IORING_OP_OPENAT2);
static_assert(static_cast<int>(URING_RENAMEAT) == IORING_OP_RENAMEAT);
static_assert(static_cast<int>(URING_UNLINKAT) == IORING_OP_UNLINKAT);
static_assert(static_cast<int>(URING_MKDIRAT) == IORING_OP_MKDIRAT);
static_assert(static_cast<int>(URING_SYMLINKAT) == IORING_OP_SYMLINKAT);
static_assert(static_cast<int>(URING_LINKAT) == IORING_OP_LINKAT);
static_assert(static_cast<int>(URING_SOCKET) == IORING_OP_SOCKET);

bool is_by_uring(const probe& one) {
  return std::ranges::count(one.programs, "uring_complete") > 0;
}

TEST(uring_operations, are_known_of_exactly_the_events_that_have_a_probe_for_them) {
  for (const auto event : watchable_events())
    EXPECT_EQ(std::ranges::any_of(probes_of(event), is_by_uring),
              uring_operations_of(event) != 0)
        << definition_of(event).name;
}

/// Nothing is attached to io_urings, or kept of requests, for what they cannot do.
TEST(uring_operations, are_none_of_what_is_not_asked_of_io_urings) {
  EXPECT_EQ(uring_operations_of(event_kind::sched_process_exec), 0U);
  EXPECT_EQ(uring_operations_of(event_kind::security_socket_connect),
            std::uint64_t{1} << IORING_OP_CONNECT);
}

/// Where the kernel's own hooks and io_uring's tracepoints are not to be had, that is
/// said.
TEST(uring_operations, that_a_probe_does_not_see_are_what_it_is_blind_to) {
  for (const auto event : watchable_events())
    for (const auto& one : probes_of(event)) {
      const bool is_hook =
          one.name.starts_with("lsm/") || one.name.starts_with("fentry/");
      if (uring_operations_of(event) != 0 && !is_by_uring(one) && !is_hook) {
        EXPECT_NE(one.blind_to.find("io_uring"), std::string_view::npos)
            << definition_of(event).name << ": " << one.name;
      }
    }
}

} // namespace

} // namespace vedette
