// Many who ask the process tree at once: through its actor, as runners do, in bulks of
// 512; beside it the same processes in a map behind a std::shared_mutex, read by as many
// threads. `total` is the number of answers a second of all of them together.

#include "datasources/process_tree/actor.hpp"
#include "datasources/process_tree/state.hpp"
#include "runtime/ask.hpp"
#include "runtime/scope.hpp"
#include "runtime/system_config.hpp"
#include "tests/support/task_events.hpp"

#include <benchmark/benchmark.h>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

CAF_ADD_ATOM(vedette_askers, vedette, ask_rounds_atom, "askrounds")

namespace vedette {

namespace {

constexpr std::size_t known = 1024;
constexpr std::size_t keys_in_bulk = 512;
constexpr std::size_t rounds = 64; // Waking up a thread is not what is measured.
constexpr task init{1, 5};
constexpr time_ns now = at_ns(1'000'000'000'000);

task nth(std::size_t n) {
  return {static_cast<std::uint32_t>(1000 + n), 1'000'000 + 1000 * n};
}

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

std::vector<question<tree_key>> questions() {
  std::vector<question<tree_key>> asked;
  for (std::size_t n = 0; n < keys_in_bulk; ++n)
    asked.push_back({{static_cast<std::uint64_t>(nth(n * 7 % known).id())}, now});
  return asked;
}

using asker_actor = interface<result<std::size_t>(ask_rounds_atom)>;

struct asker_state {
  co::scope coroutines;
};

co::task<std::expected<get_page<tree_answer>, caf::error>>
fetch(asker_actor::pointer self, const process_tree_actor& tree,
      const std::vector<question<tree_key>>& asked) {
  co_return co_await co::ask(self, tree, get_many<process_tree>{asked});
}

co::task<> ask_rounds(asker_actor::pointer self, process_tree_actor tree,
                      caf::typed_response_promise<std::size_t> done) {
  std::size_t found = 0;
  const auto asked = questions();
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto page = co_await fetch(self, tree, asked);
    for (const auto& one : *page)
      found += one ? 1 : 0;
  }
  done.deliver(found);
}

asker_actor::behavior_type asker(asker_actor::stateful_pointer<asker_state> self,
                                 const process_tree_actor& tree) {
  return {[self, tree](ask_rounds_atom) {
    auto promise = self->make_response_promise<std::size_t>();
    self->state.coroutines.start(ask_rounds(self, tree, promise));
    return promise;
  }};
}

void count_total(benchmark::State& bench, std::size_t askers) {
  bench.counters["total"] = benchmark::Counter(
      static_cast<double>(bench.iterations() * askers * rounds * keys_in_bulk),
      benchmark::Counter::kIsRate);
}

void through_actor(benchmark::State& bench) {
  const auto askers = static_cast<std::size_t>(bench.range(0));
  system_config config{std::max(2U, std::thread::hardware_concurrency())};
  caf::actor_system system{config};
  const caf::scoped_actor self{system};
  const auto tree = spawn_process_tree(system, {}, {}).value();
  self->send(tree, flow{0, living(), end_of_time, true, {}});
  std::vector<asker_actor> all;
  for (std::size_t i = 0; i < askers; ++i)
    all.push_back(system.spawn(asker, tree));
  for (auto _ : bench) {
    for (const auto& one : all)
      self->send(one, ask_rounds_atom_v);
    for (std::size_t i = 0; i < askers; ++i)
      self->receive([&](std::size_t found) {
        if (found != rounds * keys_in_bulk)
          bench.SkipWithError("unknown processes");
      });
  }
  count_total(bench, askers);
}

/// What others do: a map that all threads read, and the answers' owners are counted.
struct locked_map {
  locked_map() {
    process_tree_state state{{}};
    const auto events = living();
    for (const auto event : events->events())
      state.apply(event);
    for (const auto& [key, as_of] : questions()) {
      const auto answer = state.get(key, as_of).shared();
      processes.emplace(key.id, std::shared_ptr<const process_info>{
                                    answer, std::get_if<process_info>(answer.get())});
    }
  }

  std::shared_ptr<const process_info> get(std::uint64_t id) {
    const std::shared_lock guard{lock};
    const auto found = processes.find(id);
    return found == processes.end() ? nullptr : found->second;
  }

  std::shared_mutex lock;
  std::unordered_map<std::uint64_t, std::shared_ptr<const process_info>> processes;
};

void behind_mutex(benchmark::State& bench) {
  const auto askers = static_cast<std::size_t>(bench.range(0));
  locked_map map;
  const auto asked = questions();
  const auto read = [&] {
    for (std::size_t i = 0; i < rounds; ++i) {
      std::vector<std::shared_ptr<const process_info>> page;
      page.reserve(asked.size());
      for (const auto& [key, as_of] : asked)
        page.push_back(map.get(key.id));
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

BENCHMARK(through_actor)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->UseRealTime();
BENCHMARK(behind_mutex)->Arg(1)->Arg(2)->Arg(4)->Arg(8)->UseRealTime();

} // namespace

} // namespace vedette

BENCHMARK_MAIN();
