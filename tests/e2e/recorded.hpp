#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

// Recorded events, as short as they may be: a line each, with its end.
namespace vedette::e2e {

inline std::string event_line(std::string_view name, std::int64_t time, int pid,
                              std::string_view arguments) {
  const auto id = std::to_string(pid);
  std::string line = R"({"timestamp":)" + std::to_string(time);
  for (const auto* const field :
       {"processId", "threadId", "hostProcessId", "hostThreadId"})
    line.append(",\"").append(field).append("\":").append(id);
  line.append(R"(,"threadStartTime":1000000,"processName":"p","eventName":")")
      .append(name)
      .append(R"(","args":[)")
      .append(arguments)
      .append("]}\n");
  return line;
}

/// A finding's cause, where the path is one.
inline std::string exec_line(std::int64_t time, int pid,
                             std::string_view path = "memfd:x") {
  return event_line("sched_process_exec", time, pid,
                    R"({"name":"pathname","type":"string","value":")"
                        + std::string{path} + R"("})");
}

inline std::string exit_line(std::int64_t time, int pid, int code = 0) {
  return event_line(
      "sched_process_exit", time, pid,
      R"({"name":"exit_code","type":"int32","value":)" + std::to_string(code)
          + R"(},{"name":"process_group_exit","type":"bool","value":true})");
}

inline void write_file(const std::string& path, std::string_view text) {
  std::ofstream{path} << text << std::flush;
}

} // namespace vedette::e2e
