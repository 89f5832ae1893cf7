// Many who ask a data source at once: through its actor, as runners do, in bulks of 512;
// beside it the same answers in a map behind a std::shared_mutex, read by as many threads.
// `total` is the number of answers a second of all of them together.

#include "bench/datasources/samples.hpp"
#include "runtime/system_config.hpp"

#include <benchmark/benchmark.h>
#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace vedette {

namespace {

void count_total(benchmark::State& bench, std::size_t askers) {
  bench.counters["total"] = benchmark::Counter(
      static_cast<double>(bench.iterations() * askers * rounds * keys_in_bulk),
      benchmark::Counter::kIsRate);
}

template <class Source>
void through_actor(benchmark::State& bench) {
  const auto askers = static_cast<std::size_t>(bench.range(0));
  system_config config{std::max(2U, std::thread::hardware_concurrency())};
  caf::actor_system system{config};
  const caf::scoped_actor self{system};
  const source_actor<Source> source = sample<Source>::spawn(system);
  self->send(source, flow{0, living<Source>(), end_of_time, true, {}});
  std::vector<asker_actor> all;
  for (std::size_t i = 0; i < askers; ++i)
    all.push_back(system.spawn(asker<Source>, source));
  for (auto _ : bench) {
    for (const auto& one : all)
      self->send(one, ask_rounds_atom_v);
    for (std::size_t i = 0; i < askers; ++i)
      self->receive([&](std::size_t found) {
        if (found != rounds * keys_in_bulk)
          bench.SkipWithError("not all are known");
      });
  }
  count_total(bench, askers);
}

/// What others do: a map that all threads read, and the answers' owners are counted.
template <class Source>
struct locked_map {
  using answer = shared_record<typename Source::record>;

  locked_map() {
    typename sample<Source>::state state{{}};
    const auto events = living<Source>();
    for (const auto event : events->events())
      state.apply(event);
    for (const auto& [key, as_of] : questions<Source>())
      answers.emplace(key, state.get(key, as_of).shared());
  }

  answer get(const typename Source::key& key) {
    const std::shared_lock guard{lock};
    const auto found = answers.find(key);
    return found == answers.end() ? answer{} : found->second;
  }

  std::shared_mutex lock;
  std::unordered_map<typename Source::key, answer> answers;
};

template <class Source>
void behind_mutex(benchmark::State& bench) {
  const auto askers = static_cast<std::size_t>(bench.range(0));
  locked_map<Source> map;
  const auto asked = questions<Source>();
  const auto read = [&] {
    for (std::size_t i = 0; i < rounds; ++i) {
      std::vector<typename locked_map<Source>::answer> page;
      page.reserve(asked.size());
      for (const auto& [key, as_of] : asked)
        page.push_back(map.get(key));
      benchmark::DoNotOptimize(page.data());
    }
  };
  for (auto _ : bench) {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < askers; ++i)
      threads.emplace_back(read);
    threads.clear();
  }
  count_total(bench, askers);
}

#define ASKED(source)                                                                     \
  BENCHMARK_TEMPLATE(through_actor, source)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->UseRealTime(); \
  BENCHMARK_TEMPLATE(behind_mutex, source)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->UseRealTime()

ASKED(process_tree);
ASKED(containers);
ASKED(dns);

} // namespace

} // namespace vedette

BENCHMARK_MAIN();
