#include "cli/host_facts.hpp"

#include "actors/replay/input_source.hpp"
#include "events/capture/capture_reader.hpp"

#include <sys/stat.h>
#include <sys/utsname.h>

#include <fstream>
#include <unistd.h>

namespace vedette {

namespace {

std::uint64_t namespace_of(const char* file) {
  struct stat about {};
  return stat(file, &about) == 0 ? about.st_ino : 0;
}

/// Reads no further than the facts, which are what a capture begins with.
std::optional<capture_facts> facts_in(input_source& file) {
  capture_reader reader;
  constexpr std::size_t step = 64U << 10U, most = 1U << 20U;
  for (std::size_t total = 0; total < most && !reader.facts(); total += step) {
    const auto into = reader.prepare(step);
    const auto bytes = file.read(into);
    if (!bytes || *bytes == 0 || (total == 0 && !is_capture(into.first(*bytes))))
      return {};
    reader.commit(*bytes);
    reader.next();
  }
  return reader.facts();
}

} // namespace

capture_facts host_facts(unsigned shards, std::chrono::nanoseconds clock_offset) {
  capture_facts facts;
  utsname names{};
  if (uname(&names) == 0) {
    facts.host_name = names.nodename;
    facts.kernel_release = names.release;
  }
  std::ifstream{"/proc/sys/kernel/random/boot_id"} >> facts.boot_id;
  facts.boot_time_ns = clock_offset.count();
  facts.clock_tick = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  facts.pid_ns = namespace_of("/proc/self/ns/pid");
  facts.mnt_ns = namespace_of("/proc/self/ns/mnt");
  facts.shards = shards;
  facts.events = known_event_names();
  return facts;
}

std::string recorded_host(const std::vector<std::string>& files) {
  for (const auto& file : files) {
    const auto input = file == "-" ? std::expected<std::unique_ptr<input_source>, error>{}
                                   : open_input(file);
    if (!input || !*input || (*input)->fd() >= 0)
      continue;
    if (const auto facts = facts_in(**input))
      return facts->host_name;
  }
  return {};
}

} // namespace vedette
