// What a question to the containers' state costs, and what it costs to feed it. `per_key`
// and `per_event` are the time for one.

#include "datasources/containers/answer_records.hpp"
#include "datasources/containers/state.hpp"
#include "tests/support/events.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <thread>
#include <vector>

namespace vedette {

namespace {

constexpr std::size_t known = 1024;
constexpr std::int64_t start = 1'000'000'000;

/// 64 hex digits, the first 12 its own.
std::string id_of(std::size_t n) {
  std::string digits(12, '0');
  for (auto& digit : digits) {
    digit = "0123456789abcdef"[n % 16];
    n /= 16;
  }
  return digits + std::string(52, 'a');
}

event_builder made(std::size_t n, std::uint64_t cgroup, std::int64_t when) {
  namespace args = events::cgroup_mkdir;
  return event_builder{event_kind::cgroup_mkdir}
      .at(at_ns(when))
      .arg<args::cgroup_id>(cgroup)
      .arg<args::cgroup_path>("/docker/" + id_of(n))
      .arg<args::hierarchy_id>(0);
}

event_builder gone(std::size_t n, std::uint64_t cgroup, std::int64_t when) {
  namespace args = events::cgroup_rmdir;
  return event_builder{event_kind::cgroup_rmdir}
      .at(at_ns(when))
      .arg<args::cgroup_id>(cgroup)
      .arg<args::cgroup_path>("/docker/" + id_of(n))
      .arg<args::hierarchy_id>(0);
}

containers_state filled() {
  containers_state state{{}};
  for (std::size_t n = 0; n < known; ++n) {
    container_answer answer{id_of(n), container_facts{}};
    answer.facts->name = "name";
    answer.facts->image = "nginx:1.27";
    const auto batch = make_batch({made(n, 1 + n, start)});
    const auto told = to_batch({&answer, 1}, at_ns(start + 1000), 0);
    state.apply((*batch)[0]);
    state.apply((*told)[0]);
  }
  return state;
}

void ask(benchmark::State& bench, std::int64_t as_of,
         const std::vector<container_key>& keys, bool found) {
  std::thread{[] {}}.join(); // Else shared_ptrs are counted without atomics.
  auto state = filled();
  for (const auto& key : keys)
    if (state.get(key, at_ns(as_of)).has_value() != found)
      bench.SkipWithError("another answer was expected");
  for (auto _ : bench)
    for (const auto& key : keys)
      benchmark::DoNotOptimize(state.get(key, at_ns(as_of)));
  bench.counters["per_key"] = benchmark::Counter(
      static_cast<double>(bench.iterations()) * static_cast<double>(keys.size()),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Make>
std::vector<container_key> keys_of(Make make) {
  std::vector<container_key> keys;
  for (std::size_t n = 0; n < 512; ++n)
    keys.push_back(make(n * 7 % known));
  return keys;
}

std::vector<container_key> cgroups() {
  return keys_of([](std::size_t n) { return container_key::of(cgroup_id{1 + n}); });
}

void hit(benchmark::State& bench) { ask(bench, start + 5000, cgroups(), true); }
void past(benchmark::State& bench) { ask(bench, start + 500, cgroups(), true); }
void miss(benchmark::State& bench) {
  ask(bench, start + 5000, keys_of([](std::size_t n) {
        return container_key::of(cgroup_id{100'000 + n});
      }),
      false);
}
void full_id(benchmark::State& bench) {
  ask(bench, start + 5000,
      keys_of([](std::size_t n) { return container_key::of(id_of(n)); }), true);
}
void prefix(benchmark::State& bench) {
  ask(bench, start + 5000,
      keys_of([](std::size_t n) { return container_key::of(id_of(n).substr(0, 12)); }),
      true);
}

/// 256 containers come and go: 512 events, and as many are forgotten.
void feed(benchmark::State& bench) {
  std::thread{[] {}}.join();
  containers_state state{{.limit = 1024, .grace = std::chrono::microseconds{1}}};
  std::int64_t clock = start;
  std::size_t next = 0;
  for (auto _ : bench) {
    bench.PauseTiming();
    std::vector<event_builder> events;
    for (std::size_t i = 0; i < 256; ++i, ++next) {
      events.push_back(made(next, 1 + next, clock += 1000));
      events.push_back(gone(next, 1 + next, clock += 1000));
    }
    const auto batch = make_batch(events);
    bench.ResumeTiming();
    for (const auto event : batch->events())
      state.apply(event);
    state.advance(at_ns(clock));
    benchmark::DoNotOptimize(state.take_announcements());
  }
  bench.counters["per_event"] =
      benchmark::Counter(static_cast<double>(bench.iterations()) * 512,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// 512 execs in containers that are known: what a busy host feeds.
void feed_known(benchmark::State& bench) {
  std::thread{[] {}}.join();
  auto state = filled();
  std::vector<event_builder> events;
  for (std::size_t i = 0; i < 512; ++i)
    events.push_back(event_builder{event_kind::sched_process_exec}
                         .at(at_ns(start + 2000))
                         .by({static_cast<std::uint32_t>(1000 + i), 1})
                         .cgroup(1 + i * 7 % known));
  const auto batch = make_batch(events);
  for (auto _ : bench)
    for (const auto event : batch->events())
      state.apply(event);
  bench.counters["per_event"] =
      benchmark::Counter(static_cast<double>(bench.iterations()) * 512,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(hit);
BENCHMARK(past);
BENCHMARK(miss);
BENCHMARK(full_id);
BENCHMARK(prefix);
BENCHMARK(feed);
BENCHMARK(feed_known);

} // namespace

} // namespace vedette

BENCHMARK_MAIN();
