#include "bpf/heartbeat.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

namespace vedette {

namespace {

/// Changes nothing, and is seen as this event.
struct canary {
  event_kind event;
  void (*act)();
};

void open_null() {
  if (const auto fd = open("/dev/null", O_RDONLY | O_CLOEXEC); fd >= 0)
    close(fd);
}

void make_memory() {
  if (const auto fd = memfd_create("vedette", MFD_CLOEXEC); fd >= 0)
    close(fd);
}

void trace_nobody() {
  ptrace(PTRACE_PEEKDATA, -1, nullptr, nullptr);
}

void keep_name() {
  std::array<char, 16> name{};
  if (prctl(PR_GET_NAME, name.data()) == 0)
    prctl(PR_SET_NAME, name.data());
}

constexpr std::array canaries{canary{event_kind::security_file_open, open_null},
                              canary{event_kind::memfd_create, make_memory},
                              canary{event_kind::ptrace, trace_nobody},
                              canary{event_kind::task_rename, keep_name}};

} // namespace

std::uint64_t heartbeat::seen(event_kind event) const {
  std::uint64_t sum = 0;
  for (unsigned shard = 0; shard < kernel_->shards(); ++shard)
    sum += kernel_->counts(event, shard).seen;
  return sum;
}

std::vector<std::string> heartbeat::beat() {
  auto wrong = kernel_->tampering();
  std::vector<event_kind> missed;
  for (const auto& [event, act] : canaries) {
    if (std::ranges::count(kernel_->probes(), event, &chosen_probe::event) == 0)
      continue;
    const auto before = seen(event);
    act();
    if (seen(event) != before)
      continue;
    missed.push_back(event);
    if (std::ranges::count(missed_, event) > 0)
      wrong.push_back(
          std::string{definition_of(event).name}
          + ": its programs do not see it any more: restart to attach them");
  }
  missed_ = std::move(missed);
  auto news = wrong;
  std::erase_if(news, [this](const std::string& one) {
    return std::ranges::count(known_, one) > 0;
  });
  known_ = std::move(wrong);
  return news;
}

} // namespace vedette
