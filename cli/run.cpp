#include "bpf/kernel_side.hpp"
#include "cli/commands.hpp"
#include "cli/host_facts.hpp"
#include "cli/privileges.hpp"
#include "cli/session.hpp"

#include <algorithm>
#include <iostream>
#include <malloc.h>
#include <time.h>
#include <unistd.h>

namespace vedette {

namespace {

/// From CLOCK_BOOTTIME to the epoch. Of several readings the one between whose two halves
/// least time went by.
std::chrono::nanoseconds clock_offset() {
  const auto read = [](clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
  };
  auto best = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds offset{0};
  for (auto tries = 0; tries < 16; ++tries) {
    const auto before = read(CLOCK_BOOTTIME);
    const auto epoch = read(CLOCK_REALTIME);
    const auto after = read(CLOCK_BOOTTIME);
    if (after - before < best) {
      best = after - before;
      offset = epoch - before - best / 2;
    }
  }
  return offset;
}

std::expected<std::shared_ptr<kernel_side>, error> load_kernel_side(const plan& what) {
  kernel_config config;
  config.shards = what.graph.shards;
  config.ring_bytes = what.settings.ring_bytes();
  config.events = kinds_of(what.graph.collected);
  config.filters = what.graph.filters;
  config.dns_ports = what.settings.data_sources.dns.ports;
  config.waives_compat_calls = what.settings.waives_compat_calls();
  config.ignored_tgid = static_cast<std::uint32_t>(getpid());
  auto loaded = kernel_side::load(config);
  if (!loaded)
    return std::unexpected{loaded.error()};
  return std::make_shared<kernel_side>(std::move(*loaded));
}

std::string_view where_decided(kernel_rules::share kernel) {
  switch (kernel) {
  case kernel_rules::share::all:
    return "in the kernel";
  case kernel_rules::share::some:
    return "in the kernel as far as it can tell, the rest here";
  case kernel_rules::share::nothing:
    break;
  }
  return "here: the kernel's side cannot tell";
}

void print_filters(const event_selection& filters, const chosen_probe& probe) {
  const auto of_event = filters.filters(probe.event);
  if (of_event.empty())
    return;
  std::cerr << "  only";
  for (const auto& one : of_event)
    std::cerr << (&one == of_event.data() ? " " : " or ") << one.text();
  std::cerr << ", decided " << where_decided(probe.filtered) << '\n';
}

void print_probes(const kernel_side& kernel, const topology& graph) {
  for (const auto& probe : kernel.probes()) {
    const auto& event = definition_of(probe.event);
    if (event.made_by == event_class::internal)
      continue;
    std::cerr << event.name << ": " << probe.chosen->name;
    if (!probe.blind_to().empty())
      std::cerr << ", blind to " << probe.blind_to();
    std::cerr << '\n';
    for (const auto& reason : probe.refused)
      std::cerr << "  not " << reason << '\n';
    print_filters(graph.filters, probe);
  }
  if (const auto how = how_calls_are_seen(kernel.probes()); !how.empty())
    std::cerr << "system calls are seen " << how << '\n';
  for (const auto& event : kernel.unseen()) {
    std::cerr << definition_of(event.event).name << ": cannot be seen here\n";
    for (const auto& reason : event.refused)
      std::cerr << "  not " << reason << '\n';
  }
  for (const auto kind : kinds_of(graph.unseen))
    std::cerr << definition_of(kind).name
              << ": wanted, but this version has no probe for it\n";
}

} // namespace

int run_live(const run_options& options) {
  stop_watch watch;
  const auto what = make_plan(options, run_mode::live);
  if (!what)
    return complain(what.error());
  const auto limit = duration_of(options);
  if (!limit)
    return complain({limit.error()});
  const auto fail = [](const error& why) {
    complain({why});
    return exit_failed;
  };
  auto kernel = load_kernel_side(*what);
  if (!kernel)
    return fail(kernel.error());
  print_probes(**kernel, what->graph);

  pipeline_environment where;
  where.host_name = host_name();
  where.strict = options.strict;
  where.kernel = *kernel;
  where.clock_offset = clock_offset();
  where.facts = host_facts(what->graph.shards, where.clock_offset);
  auto scanned = read_world(**kernel, where.clock_offset, {});
  if (!scanned)
    return fail(scanned.error());
  where.start_state = std::move(*scanned);
  malloc_trim(0); // Loading took megabytes for BTF and relocations that nobody needs again.
  // What is needed from here on all threads get from this one.
  if (auto dropped = drop_privileges(!options.words.empty()); !dropped)
    return fail(dropped.error());
  auto running = session::start(*what, std::move(where));
  if (!running)
    return fail(running.error());
  (*running)->actors().begin();

  std::optional<child_command> command;
  if (!options.words.empty()) {
    auto started = child_command::start(options.words);
    if (!started) {
      (*running)->run(watch, std::chrono::nanoseconds{1}, nullptr);
      return fail(started.error());
    }
    command.emplace(std::move(*started));
  } else {
    std::cerr << "watching " << where.host_name << " with " << what->graph.shards
              << " shards; Ctrl-C ends it\n";
  }
  (*running)->run(watch, *limit, command ? &*command : nullptr);
  const auto code = (*running)->finish(options, true);
  if (code != exit_done || !command)
    return code;
  return command->collect();
}

} // namespace vedette
