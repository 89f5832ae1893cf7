// What a question to the process tree costs: asked in bulk through its actor, on one
// thread and across two; of the state alone; and what it costs to feed it. Time is per
// batch of questions or events; `per_key` and `per_event` are the time for one.

#include "datasources/process_tree/actor.hpp"
#include "datasources/process_tree/state.hpp"
#include "runtime/ask.hpp"
#include "runtime/scope.hpp"
#include "runtime/system_config.hpp"
#include "tests/support/task_events.hpp"

#include <benchmark/benchmark.h>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <cstdlib>
#include <malloc.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

CAF_ADD_ATOM(vedette_bench, vedette, rounds_atom, "rounds")

namespace vedette {

namespace {

constexpr std::uint32_t known = 1024;
constexpr std::uint64_t first_start = 1'000'000;
constexpr task init{1, 5};

task nth(std::size_t n) {
  return {static_cast<std::uint32_t>(1000 + n), first_start + 1000 * n};
}

/// Processes that all run something.
batch_ptr living() {
  std::vector<event_builder> events{begun({}, init, true)};
  for (std::size_t n = 0; n < known; ++n) {
    events.push_back(forked(init, nth(n)));
    events.push_back(executed(nth(n), "/usr/bin/python3", {"python3", "-m", "module"})
                         .at(nth(n).start + 10)
                         .parent(init));
  }
  return make_batch(events);
}

constexpr time_ns now = at_ns(1'000'000'000'000);

std::vector<question<tree_key>> ask_about(std::size_t keys) {
  std::vector<question<tree_key>> questions;
  questions.reserve(keys);
  for (std::size_t n = 0; n < keys; ++n) {
    const auto id = static_cast<std::uint64_t>(nth(n * 7 % known).id());
    questions.push_back({{id}, now});
  }
  return questions;
}

/// Asks so many times, as many keys each, one request after the other → found.
using asker_actor =
    interface<result<std::size_t>(rounds_atom, std::size_t, std::size_t)>;

struct asker_state {
  co::scope coroutines;
};

co::task<std::expected<get_page<tree_answer>, caf::error>>
fetch(asker_actor::pointer self, const process_tree_actor& tree,
      const std::vector<question<tree_key>>& questions) {
  co_return co_await co::ask(self, tree, get_many<process_tree>{questions});
}

co::task<> ask_rounds(asker_actor::pointer self, process_tree_actor tree,
                      std::size_t rounds, std::size_t keys,
                      caf::typed_response_promise<std::size_t> done) {
  std::size_t found = 0;
  const auto questions = ask_about(keys);
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto page = co_await fetch(self, tree, questions);
    for (const auto& one : *page)
      found += one ? 1 : 0;
  }
  done.deliver(found);
}

asker_actor::behavior_type asker(asker_actor::stateful_pointer<asker_state> self,
                                 const process_tree_actor& tree) {
  return {[self, tree](rounds_atom, std::size_t rounds, std::size_t keys) {
    auto promise = self->make_response_promise<std::size_t>();
    self->state.coroutines.start(ask_rounds(self, tree, rounds, keys, promise));
    return promise;
  }};
}

void count_per(benchmark::State& bench, const char* name, double each) {
  bench.counters[name] =
      benchmark::Counter(static_cast<double>(bench.iterations()) * each,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Run>
void through_actor(benchmark::State& bench, system_config config, Run run_all) {
  // A process that never had a second thread counts shared_ptrs without atomics.
  std::thread{[] {}}.join();
  caf::actor_system system{config};
  const caf::scoped_actor self{system};
  const auto tree = spawn_process_tree(system, {}, {}).value();
  self->send(tree, flow{0, living(), end_of_time, true, {}});
  const auto keys = static_cast<std::size_t>(bench.range(0));
  const auto actor = system.spawn(asker, tree);
  constexpr std::size_t rounds = 64; // Waking up a thread is not what is measured.
  for (auto _ : bench) {
    auto found = self->request(actor, caf::infinite, rounds_atom_v, rounds, keys);
    run_all(system);
    found.receive(
        [&](std::size_t count) {
          if (count != rounds * keys)
            bench.SkipWithError("unknown processes");
        },
        [&](const caf::error& error) { bench.SkipWithError(render(error).c_str()); });
  }
  count_per(bench, "per_key", static_cast<double>(rounds * keys));
  count_per(bench, "per_request", static_cast<double>(rounds));
}

void one_thread(benchmark::State& bench) {
  through_actor(bench, system_config::deterministic(), [](caf::actor_system& system) {
    dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler()).run();
  });
}

void two_threads(benchmark::State& bench) {
  through_actor(bench, system_config{2}, [](caf::actor_system&) {});
}

process_tree_state filled() {
  process_tree_state state{{}};
  const auto events = living();
  for (const auto event : events->events())
    state.apply(event);
  return state;
}

void state_alone(benchmark::State& bench) {
  std::thread{[] {}}.join();
  auto state = filled();
  const auto questions = ask_about(static_cast<std::size_t>(bench.range(0)));
  for (auto _ : bench)
    for (const auto& [key, as_of] : questions)
      benchmark::DoNotOptimize(state.get(key, as_of));
  count_per(bench, "per_key", static_cast<double>(questions.size()));
}

template <class MakeKey>
void ask_state(benchmark::State& bench, time_ns as_of, MakeKey make_key) {
  std::thread{[] {}}.join();
  auto state = filled();
  std::vector<tree_key> keys;
  for (std::size_t n = 0; n < 512; ++n)
    keys.push_back(make_key(nth(n * 7 % known)));
  for (auto _ : bench)
    for (const auto& key : keys)
      benchmark::DoNotOptimize(state.get(key, as_of));
  count_per(bench, "per_key", static_cast<double>(keys.size()));
}

void state_miss(benchmark::State& bench) {
  ask_state(bench, now, [](task who) {
    return tree_key{static_cast<std::uint64_t>(who.id()) + 1};
  });
}

/// Between fork and exec of the last: of all others a version before the latest.
void state_in_the_past(benchmark::State& bench) {
  ask_state(bench, at_ns(static_cast<std::int64_t>(first_start + 5)), [](task) {
    return tree_key{static_cast<std::uint64_t>(nth(0).id())};
  });
}

/// A chain of processes, each forked by the one before; eight ancestors of the last.
void state_lineage(benchmark::State& bench) {
  std::thread{[] {}}.join();
  process_tree_state state{{}};
  std::vector<event_builder> events{begun({}, init, true)};
  for (std::size_t n = 0; n < 9; ++n) {
    const auto parent = n == 0 ? init : nth(n - 1);
    events.push_back(forked(parent, nth(n)));
    events.push_back(executed(nth(n), "/usr/bin/python3", {"python3", "-m", "module"})
                         .at(nth(n).start + 10)
                         .parent(parent));
  }
  const auto batch = make_batch(events);
  for (const auto event : batch->events())
    state.apply(event);
  const tree_key key{static_cast<std::uint64_t>(nth(8).id()), tree_question::lineage,
                     tree_parts::plain, 8};
  for (auto _ : bench)
    benchmark::DoNotOptimize(state.get(key, now));
}

/// A shell that forks, whose children run something and end: three events each, and the
/// tree is full, so each birth drops one that ended, which is in no cache any more.
void feed(benchmark::State& bench) {
  std::thread{[] {}}.join();
  constexpr std::size_t lives = 171; // A batch of 512 events or so.
  process_tree_state state{{.processes = static_cast<std::size_t>(bench.range(1))}};
  const auto start = living();
  for (const auto event : start->events())
    state.apply(event);
  std::uint64_t clock = 10'000'000'000;
  std::uint32_t pid = 10'000;
  const bool same = bench.range(0) == 1;
  for (auto _ : bench) {
    bench.PauseTiming();
    std::vector<event_builder> events;
    for (std::size_t i = 0; i < lives; ++i) {
      const task child{pid = 10'000 + (pid + 1) % 1'000'000, clock += 1000};
      const auto argument = same ? std::string{"x"} : std::to_string(pid);
      events.push_back(forked(nth(0), child));
      events.push_back(executed(child, "/usr/bin/python3", {"python3", "-m", argument})
                           .at(clock += 100)
                           .parent(nth(0)));
      events.push_back(exited(child).at(clock += 100).parent(nth(0)));
    }
    const auto batch = make_batch(events);
    bench.ResumeTiming();
    for (const auto event : batch->events())
      state.apply(event);
    state.advance(at_ns(static_cast<std::int64_t>(clock)));
  }
  count_per(bench, "per_event", 3.0 * lives);
}

/// What a living process costs in memory: before it is asked for, and after.
void memory(benchmark::State& bench) {
  for (auto _ : bench) {
    constexpr std::uint32_t count = 16'000;
    const auto before = mallinfo2().uordblks;
    process_tree_state state{{}};
    std::uint64_t clock = 10'000'000'000;
    for (std::uint32_t i = 0; i < count; ++i) {
      const task child{10'000 + i, clock += 1000};
      const auto batch = make_batch(
          {forked(init, child),
           executed(child, "/usr/lib/jvm/java-17-openjdk-amd64/jre/lib/server/bin/java-1",
                    {"java", "-jar", "service-" + std::to_string(i)})
               .at(clock += 100)
               .parent(init)});
      for (const auto event : batch->events())
        state.apply(event);
    }
    const auto after = mallinfo2().uordblks;
    for (std::uint32_t i = 0; i < count; ++i)
      benchmark::DoNotOptimize(
          state.get({10'000 + i, tree_question::pid, tree_parts::plain, 0}, now));
    const auto asked = mallinfo2().uordblks;
    bench.counters["bytes"] = static_cast<double>(after - before) / count;
    bench.counters["asked"] = static_cast<double>(asked - before) / count;
    source_metrics metrics;
    state.report(metrics);
    bench.counters["reported"] = static_cast<double>(metrics.bytes) / count;
  }
}

void sizes(benchmark::internal::Benchmark* bench) {
  for (const auto keys : {1, 64, 512})
    bench->Arg(keys);
}

BENCHMARK(one_thread)->Apply(sizes);
BENCHMARK(two_threads)->Apply(sizes)->UseRealTime();
BENCHMARK(state_alone)->Apply(sizes);
BENCHMARK(state_miss);
BENCHMARK(state_in_the_past);
BENCHMARK(state_lineage);
BENCHMARK(feed)
    ->ArgNames({"same_argv", "processes"})
    ->ArgsProduct({{1, 0}, {2048, 16384}});
BENCHMARK(memory)->Iterations(1);

} // namespace

} // namespace vedette

BENCHMARK_MAIN();
