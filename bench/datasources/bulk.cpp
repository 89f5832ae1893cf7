// Each source with its state alone and through its actor, on one thread: Gets in bulks of
// 512, and being fed batches of 512 events. `per_key` and `per_event` are the time for one.

#include "bench/datasources/samples.hpp"
#include "runtime/system_config.hpp"

#include <benchmark/benchmark.h>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace vedette {

namespace {

void count_per(benchmark::State& bench, const char* name, std::size_t each) {
  bench.counters[name] = benchmark::Counter(
      static_cast<double>(bench.iterations()) * static_cast<double>(each),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// A process that never had a second thread counts shared_ptrs without atomics.
void have_threads() {
  std::thread{[] {}}.join();
}

void run(caf::actor_system& system) {
  dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler()).run();
}

template <class Source>
auto filled() {
  typename sample<Source>::state state{{}};
  const auto events = living<Source>();
  for (const auto event : events->events())
    state.apply(event);
  return state;
}

template <class Source>
void get_state(benchmark::State& bench) {
  have_threads();
  auto state = filled<Source>();
  const auto asked = questions<Source>();
  for (auto _ : bench)
    for (const auto& [key, as_of] : asked)
      benchmark::DoNotOptimize(state.get(key, as_of));
  count_per(bench, "per_key", asked.size());
}

template <class Source>
void get_actor(benchmark::State& bench) {
  have_threads();
  auto config = system_config::deterministic();
  caf::actor_system system{config};
  const caf::scoped_actor self{system};
  const source_actor<Source> source = sample<Source>::spawn(system);
  self->send(source, flow{0, living<Source>(), end_of_time, true, {}});
  const auto actor = system.spawn(asker<Source>, source);
  for (auto _ : bench) {
    self->send(actor, ask_rounds_atom_v);
    run(system);
    self->receive([&](std::size_t found) {
      if (found != rounds * keys_in_bulk)
        bench.SkipWithError("not all are known");
    });
  }
  count_per(bench, "per_key", rounds * keys_in_bulk);
}

/// What comes next: 512 events or so, later than all before.
template <class Source>
class stream {
public:
  batch_ptr next() {
    std::vector<event_builder> events;
    while (events.size() < 512)
      sample<Source>::live(events, lives_++, clock_ += 1000);
    return make_batch(events);
  }
  [[nodiscard]] time_ns now() const {
    return at_ns(static_cast<std::int64_t>(clock_ + 999));
  }

private:
  std::size_t lives_ = 0;
  std::uint64_t clock_ = 10'000'000'000;
};

template <class Source>
void feed_state(benchmark::State& bench) {
  have_threads();
  auto state = filled<Source>();
  stream<Source> coming;
  std::size_t events = 0;
  for (auto _ : bench) {
    bench.PauseTiming();
    const auto batch = coming.next();
    events = batch->size();
    bench.ResumeTiming();
    for (const auto event : batch->events())
      state.apply(event);
    state.advance(coming.now());
  }
  count_per(bench, "per_event", events);
}

template <class Source>
void feed_actor(benchmark::State& bench) {
  have_threads();
  auto config = system_config::deterministic();
  caf::actor_system system{config};
  const caf::scoped_actor self{system};
  const source_actor<Source> source = sample<Source>::spawn(system);
  self->send(source, flow{0, living<Source>(), at_ns(9'000'000'000), false, {}});
  run(system);
  stream<Source> coming;
  std::size_t events = 0;
  for (auto _ : bench) {
    bench.PauseTiming();
    const auto batch = coming.next();
    events = batch->size();
    bench.ResumeTiming();
    self->send(source, flow{0, batch, coming.now(), false, {}});
    run(system);
  }
  count_per(bench, "per_event", events);
}

#define EACH_WAY(source)                                                                  \
  BENCHMARK_TEMPLATE(get_state, source);                                                  \
  BENCHMARK_TEMPLATE(get_actor, source);                                                  \
  BENCHMARK_TEMPLATE(feed_state, source);                                                 \
  BENCHMARK_TEMPLATE(feed_actor, source)

EACH_WAY(process_tree);
EACH_WAY(containers);
EACH_WAY(dns);

} // namespace

} // namespace vedette

BENCHMARK_MAIN();
