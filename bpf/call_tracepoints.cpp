#include "bpf/call_tracepoints.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>
#include <utility>

namespace vedette {

namespace {

constexpr std::array roots{"/sys/kernel/tracing/events/syscalls",
                           "/sys/kernel/debug/tracing/events/syscalls"};

/// What the kernel calls otherwise than everybody else does.
constexpr std::array<std::pair<event_kind, const char*>, 6> other_names{
    {{event_kind::stat, "newstat"},
     {event_kind::lstat, "newlstat"},
     {event_kind::fstat, "newfstat"},
     {event_kind::uname, "newuname"},
     {event_kind::sendfile, "sendfile64"},
     {event_kind::umount2, "umount"}}};

std::string tracepoint_of(event_kind call) {
  const auto* other =
      std::ranges::find(other_names, call, &decltype(other_names)::value_type::first);
  return "sys_exit_"
         + (other == other_names.end() ? std::string{definition_of(call).name}
                                       : std::string{other->second});
}

} // namespace

std::vector<std::string> call_tracepoints(event_kind event, const probe& seen_by) {
  if (seen_by.has("open_by_tracepoint"))
    return {"sys_exit_open", "sys_exit_creat", "sys_exit_openat", "sys_exit_openat2",
            "sys_exit_open_by_handle_at"};
  if (seen_by.has("call_by_tracepoint"))
    return {tracepoint_of(event)};
  return {};
}

bool has_call_tracepoint(const std::string& name) {
  return std::ranges::any_of(roots, [&](const std::string& root) {
    return access((root + "/" + name).c_str(), F_OK) == 0;
  });
}

bool is_tracefs_mounted() {
  return std::ranges::any_of(roots,
                             [](const char* root) { return access(root, F_OK) == 0; });
}

} // namespace vedette
