// What signatures cost per event: none, one, the built-in ones, 128; those that ask a data
// source on a share of the events; one process with most of the events; an event that nobody
// selects. One thread, as a shard's runner has at most one, on the mix of
// bench/support/event_mix.hpp. `events` is the rate, `per_event` the time for one.

#include "actors/runner/runner.hpp"

#include "bench/support/event_mix.hpp"
#include "datasources/containers/containers.hpp"
#include "datasources/dns/dns.hpp"
#include "datasources/process_tree/process_tree.hpp"
#include "runtime/system_config.hpp"
#include "signatures/builtin.hpp"
#include "tests/support/events.hpp"

#include <benchmark/benchmark.h>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include <cstdint>
#include <fcntl.h>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace vedette {

namespace {

using batches = std::vector<batch_ptr>;
using signatures = std::vector<runner_signature>;

constexpr std::size_t events_of_mix = 16 * 512;

/// One of very many: looks at the path of every open and exec.
class path_watcher : public signature {
public:
  explicit path_watcher(unsigned number)
      : id_{"watcher-" + std::to_string(number)},
        path_{"/srv/application-" + std::to_string(number) + "/secret"} {}

  [[nodiscard]] signature_metadata metadata() const override {
    signature_metadata about;
    about.id = about.event_name = id_;
    return about;
  }
  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "security_file_open"}, {.name = "sched_process_exec"}};
  }
  handled on_event(event_view event, reporter report) override {
    const auto path = event.kind() == event_kind::security_file_open
                          ? event.get<events::security_file_open::pathname>()
                          : event.get<events::sched_process_exec::pathname>();
    if (path && path->starts_with(path_))
      report.found();
    return {};
  }

protected:
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string id_, path_;
};

/// As the built-in ones that watch files: it looks whether one is opened to be written,
/// then which.
class write_watcher final : public path_watcher {
public:
  using path_watcher::path_watcher;

  handled on_event(event_view event, reporter report) override {
    const auto flags = event.get<events::security_file_open::flags>();
    if (flags && (*flags & O_ACCMODE) == O_RDONLY)
      return {};
    return path_watcher::on_event(event, report);
  }
};

/// The same, where the runner is told which paths: it looks for all of them at once.
class selective_path_watcher final : public path_watcher {
public:
  using path_watcher::path_watcher;

  [[nodiscard]] std::vector<selector> selected_events() const override {
    auto selected = path_watcher::selected_events();
    for (auto& one : selected)
      one.filters = {"pathname=" + path() + "*"};
    return selected;
  }
};

/// A signature once more, by another name.
class copy_of final : public signature {
public:
  copy_of(std::unique_ptr<signature> original, unsigned number)
      : original_{std::move(original)}, suffix_{"-" + std::to_string(number)} {}

  [[nodiscard]] signature_metadata metadata() const override {
    auto about = original_->metadata();
    about.id += suffix_;
    about.event_name += suffix_;
    return about;
  }
  [[nodiscard]] std::vector<selector> selected_events() const override {
    return original_->selected_events();
  }
  [[nodiscard]] bool serial() const override { return original_->serial(); }
  [[nodiscard]] signature_scope scope() const override { return original_->scope(); }
  std::expected<void, error> init(signature_context& context) override {
    return original_->init(context);
  }
  handled on_event(event_view event, reporter report) override {
    return original_->on_event(event, report);
  }

private:
  std::unique_ptr<signature> original_;
  std::string suffix_;
};

/// Asks for the lineage of the process in one of so many events.
class asker final : public signature {
public:
  explicit asker(std::uint32_t one_in) : one_in_{one_in} {}

  [[nodiscard]] signature_metadata metadata() const override {
    signature_metadata about;
    about.id = about.event_name = "asker";
    return about;
  }
  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {selector{}};
  }
  std::expected<void, error> init(signature_context& context) override {
    tree_ = context.data_source<process_tree>("tracee", "process_tree").value();
    return {};
  }
  handled on_event(event_view event, reporter report) override {
    if (one_in_ == 0 || event.index() % one_in_ != 0)
      return {};
    return ask(event, report);
  }

private:
  handled ask(event_view event, reporter report) {
    const auto lineage = co_await tree_.lineage(event.process(), event.time(), 16);
    if (!lineage)
      report.found();
  }

  std::uint32_t one_in_;
  process_tree_handle tree_;
};

/// Gives every question the same answer: what is measured is the asking.
template <data_source Source>
typename source_actor<Source>::behavior_type
prepared_source(get_result<typename Source::record> answer) {
  return {
      [](describe_atom) { return Source::description(); },
      [answer](const get_many<Source>& request) {
        return get_page<typename Source::record>(request.questions.size(), answer);
      },
      [](const get_many_dynamic&) { return dynamic_page{}; },
      [](const watch_request&) {},
      [](const flow&) {},
      [](status_atom) { return source_status{}; },
  };
}

template <data_source Source>
registered_source prepared(caf::actor_system& system,
                           get_result<typename Source::record> answer) {
  return registered<Source>(source_actor<Source>{
      system.spawn([answer] { return prepared_source<Source>(answer); })});
}

void measure(benchmark::State& bench, signatures all, const batches& events) {
  // A process that never had a second thread counts shared_ptrs without atomics.
  std::thread{[] {}}.join();
  auto config = system_config::deterministic();
  caf::actor_system system{config};
  auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  caf::scoped_actor self{system};
  runner_setup setup;
  setup.name = "runner bench";
  setup.signatures = std::move(all);
  setup.sources.push_back(
      prepared<process_tree>(system, share(tree_answer{process_lineage{}})));
  setup.sources.push_back(
      prepared<containers>(system, std::unexpected{ec::data_not_found}));
  setup.sources.push_back(prepared<dns>(system, std::unexpected{ec::data_not_found}));
  const auto runner = spawn_runner(system, std::move(setup));
  std::size_t count = 0;
  for (auto _ : bench)
    for (const auto& one : events) {
      count += one->size();
      auto done = self->request(runner, caf::infinite, flow{0, one, at_ns(1), false, {}});
      scheduler.run();
      done.receive(
          [] {},
          [&](const caf::error& error) { bench.SkipWithError(render(error).c_str()); });
    }
  bench.counters["events"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsRate);
  bench.counters["per_event"] =
      benchmark::Counter(static_cast<double>(count),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

signatures builtin_ones() {
  signatures all;
  for (const auto& factory : builtin_signatures())
    all.push_back({factory.make()});
  return all;
}

/// All the built-in ones, again and again.
signatures copies(unsigned count) {
  signatures all;
  while (all.size() < count)
    for (auto& one : builtin_ones())
      if (const auto number = static_cast<unsigned>(all.size()); number < count)
        all.push_back({std::make_unique<copy_of>(std::move(one.code), number)});
  return all;
}

template <class Watcher = path_watcher>
signatures watchers(unsigned count) {
  signatures all;
  for (unsigned n = 0; n < count; ++n)
    all.push_back({std::make_unique<Watcher>(n)});
  return all;
}

void none(benchmark::State& bench) {
  measure(bench, {}, bench::compile_mix(events_of_mix));
}
void one(benchmark::State& bench) {
  measure(bench, watchers(1), bench::compile_mix(events_of_mix));
}
void builtin(benchmark::State& bench) {
  measure(bench, builtin_ones(), bench::compile_mix(events_of_mix));
}
void very_many_copies(benchmark::State& bench) {
  measure(bench, copies(128), bench::compile_mix(events_of_mix));
}
/// Each is given 96 % of all events, and compares their paths: what it would be without
/// filters.
void very_many_that_look_themselves(benchmark::State& bench) {
  measure(bench, watchers(128), bench::compile_mix(events_of_mix));
}
/// Each is given as many, and compares the paths of those that are written.
void very_many_that_watch_writes(benchmark::State& bench) {
  measure(bench, watchers<write_watcher>(128), bench::compile_mix(events_of_mix));
}
void very_many_by_filters(benchmark::State& bench) {
  measure(bench, watchers<selective_path_watcher>(128),
          bench::compile_mix(events_of_mix));
}
/// The built-in signatures are there, and none of them wants such an event.
void unselected(benchmark::State& bench) {
  std::vector<event_builder> reads;
  for (std::uint32_t n = 0; n < 512; ++n)
    reads.push_back(event_builder{event_kind::read}.at(n).by({n % 50, 1}).arg<events::read::fd>(3));
  measure(bench, builtin_ones(), {make_batch(reads)});
}
void builtin_where_one_process_has_90_percent(benchmark::State& bench) {
  measure(bench, builtin_ones(), bench::compile_mix(events_of_mix, 64, 90));
}
void asking_percent(benchmark::State& bench) {
  const auto percent = static_cast<std::uint32_t>(bench.range(0));
  signatures all;
  all.push_back({std::make_unique<asker>(percent == 0 ? 0 : 100 / percent)});
  measure(bench, std::move(all), bench::compile_mix(events_of_mix));
}

BENCHMARK(none);
BENCHMARK(one);
BENCHMARK(builtin);
BENCHMARK(very_many_copies);
BENCHMARK(very_many_by_filters);
BENCHMARK(very_many_that_watch_writes);
BENCHMARK(very_many_that_look_themselves);
BENCHMARK(unselected);
BENCHMARK(builtin_where_one_process_has_90_percent);
BENCHMARK(asking_percent)->Arg(0)->Arg(1)->Arg(10)->Arg(100);

} // namespace

} // namespace vedette

BENCHMARK_MAIN();
