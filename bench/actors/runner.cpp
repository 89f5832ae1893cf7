// What a runner costs per event: with no signature, with the built-in ones on a mix of
// events as a host gives them, and with one that asks a data source on a share of all
// events. One thread, as a shard's runner has at most one. `per_event` is the time for
// one.

#include "actors/runner.hpp"

#include "datasources/process_tree/process_tree.hpp"
#include "events/batch_builder.hpp"
#include "runtime/system_config.hpp"
#include "signatures/builtin.hpp"
#include "tests/support/events.hpp"

#include <benchmark/benchmark.h>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace vedette {

namespace {

constexpr std::size_t events_per_batch = 512;

/// Opens, mostly, and an exec in a hundred events.
event_builder sample(std::uint32_t n) {
  const auto at = 1000 + std::uint64_t{n};
  const task who{100 + n % 50, 1};
  if (n % 100 == 0)
    return event_builder{event_kind::sched_process_exec}
        .at(at)
        .by(who)
        .arg<events::sched_process_exec::pathname>("/usr/bin/cat")
        .arg<events::sched_process_exec::env>(
            {"HOME=/root", "PATH=/usr/bin", "LANG=C"});
  if (n % 2 == 0)
    return event_builder{event_kind::security_file_open}
        .at(at)
        .by(who)
        .arg<events::security_file_open::pathname>(
            "/usr/lib/x86_64-linux-gnu/libc.so.6")
        .arg<events::security_file_open::flags>(0);
  return event_builder{event_kind::read}.at(at).by(who).arg<events::read::fd>(3);
}

batch_ptr sample_batch() {
  std::vector<event_builder> events;
  for (std::uint32_t n = 0; n < events_per_batch; ++n)
    events.push_back(sample(n));
  return make_batch(events);
}

/// Asks for the lineage of the process in one of so many events.
class asker final : public signature {
public:
  explicit asker(std::uint32_t one_in) : one_in_{one_in} {}

  [[nodiscard]] signature_metadata metadata() const override {
    signature_metadata about;
    about.id = "asker";
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
    if (event.index() % one_in_ != 0)
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

/// Answers every question with the same lineage: what is measured is the asking.
source_actor<process_tree>::behavior_type prepared_source() {
  const auto answer = std::make_shared<const tree_answer>(process_lineage{});
  return {
      [](describe_atom) { return process_tree::description(); },
      [answer](const get_many<process_tree>& request) {
        return get_page<tree_answer>(request.questions.size(), answer);
      },
      [](const get_many_dynamic&) { return dynamic_page{}; },
      [](const watch_request&) {},
      [](const flow&) {},
      [](status_atom) { return source_status{}; },
  };
}

void measure(benchmark::State& bench, std::vector<runner_signature> signatures) {
  // A process that never had a second thread counts shared_ptrs without atomics.
  std::thread{[] {}}.join();
  auto config = system_config::deterministic();
  caf::actor_system system{config};
  auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  caf::scoped_actor self{system};
  const source_actor<process_tree> source = system.spawn(prepared_source);
  runner_setup setup;
  setup.name = "runner bench";
  setup.signatures = std::move(signatures);
  setup.sources.push_back(registered<process_tree>(source));
  const auto runner = spawn_runner(system, std::move(setup));
  const flow next{0, sample_batch(), at_ns(2000), false, {}};
  for (auto _ : bench) {
    auto done = self->request(runner, caf::infinite, next);
    scheduler.run();
    done.receive(
        [] {},
        [&](const caf::error& error) { bench.SkipWithError(render(error).c_str()); });
  }
  const auto events = static_cast<double>(bench.iterations()) * events_per_batch;
  bench.counters["events"] = benchmark::Counter(events, benchmark::Counter::kIsRate);
  bench.counters["per_event"] = benchmark::Counter(
      events, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void no_signature(benchmark::State& bench) {
  measure(bench, {});
}

void builtin(benchmark::State& bench) {
  std::vector<runner_signature> signatures;
  for (const auto& factory : builtin_signatures())
    signatures.push_back({factory.make(), {}});
  measure(bench, std::move(signatures));
}

void asking_percent(benchmark::State& bench) {
  std::vector<runner_signature> signatures;
  signatures.push_back(
      {std::make_unique<asker>(static_cast<std::uint32_t>(100 / bench.range(0))), {}});
  measure(bench, std::move(signatures));
}

BENCHMARK(no_signature);
BENCHMARK(builtin);
BENCHMARK(asking_percent)->Arg(1)->Arg(10)->Arg(100);

} // namespace

} // namespace vedette

BENCHMARK_MAIN();
