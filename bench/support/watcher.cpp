#include "bench/support/watcher.hpp"

#include "bench/support/measure.hpp"

#include <algorithm>
#include <simdjson.h>
#include <utility>

namespace vedette::bench {

namespace {

std::pair<double, double> read_counts(const std::string& path) {
  simdjson::dom::parser parser;
  const auto counts = parser.load(path);
  std::uint64_t delivered = 0, lost = 0;
  if (counts["events_delivered"].get(delivered) != simdjson::SUCCESS
      || counts["events_lost"].get(lost) != simdjson::SUCCESS)
    give_up("no counts in " + path);
  return {static_cast<double>(delivered), static_cast<double>(lost)};
}

} // namespace

void watch_load(const watcher& with, const load& what, watched_load& into) {
  constexpr double to_settle = 0.2;
  const auto per_call = 1e9 / static_cast<double>(calls_of(what));
  if (with.words.empty()) {
    into.load_ns.push_back(run_load(what) * per_call);
    return;
  }
  started_program program{with.words, {}};
  program.await(with.ready);
  const auto before = program.cpu_s();
  into.load_ns.push_back(run_load(what) * per_call);
  let_pass(to_settle); // It may be behind.
  const auto used = program.cpu_s() - before;
  into.megabytes.push_back(static_cast<double>(program.own_rss_bytes()) / 1e6);
  program.interrupt();
  program.wait();
  if (with.counts.empty())
    return;
  const auto [delivered, lost] = read_counts(with.counts);
  into.event_ns.push_back(used * 1e9 / std::max(delivered, 1.0));
  into.delivered.push_back(delivered);
  into.lost.push_back(lost);
}

std::vector<std::string> with_tracefs(const std::vector<std::string>& words) {
  std::vector<std::string> all{"/usr/bin/unshare", "--mount", "sh", "-c",
                               "mountpoint -q /sys/kernel/tracing"
                               " || mount -t tracefs tracefs /sys/kernel/tracing;"
                               "exec \"$@\" >&2",
                               "with_tracefs"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

watcher counting_bpftrace() {
  return {
      .name = "bpftrace, counting",
      .words = with_tracefs(
          {"bpftrace", "-B", "none", "-e",
           "BEGIN { printf(\"counting\\n\"); }"
           " tracepoint:raw_syscalls:sys_exit { @[args->id] = count(); }"}),
      .ready = "counting",
      .counts = ""};
}

} // namespace vedette::bench
