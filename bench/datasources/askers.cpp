// Many who ask a data source at once: through its actor, as runners do, in bulks of 512;
// beside it the same answers in a map behind a std::shared_mutex, read by as many threads.
// `total` is the number of answers a second of all of them together.

#include "datasources/containers/actor.hpp"
#include "datasources/containers/state.hpp"
#include "datasources/dns/actor.hpp"
#include "datasources/dns/state.hpp"
#include "datasources/process_tree/actor.hpp"
#include "datasources/process_tree/state.hpp"
#include "events/dns/proto_dns.hpp"
#include "runtime/ask.hpp"
#include "runtime/scope.hpp"
#include "runtime/system_config.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/support/dns_messages.hpp"
#include "tests/support/task_events.hpp"

#include <benchmark/benchmark.h>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
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
constexpr time_ns now = at_ns(1'000'000'000'000);

/// What a source is filled with, and asked about.
template <class Source>
struct sample;

template <>
struct sample<process_tree> {
  using state = process_tree_state;

  static auto spawn(caf::actor_system& system) {
    return spawn_process_tree(system, {}, {}).value();
  }
  static task nth(std::size_t n) {
    return {static_cast<std::uint32_t>(1000 + n), 1'000'000 + 1000 * n};
  }
  static void add(std::vector<event_builder>& events, std::size_t n) {
    constexpr task init{1, 5};
    if (n == 0)
      events.push_back(begun({}, init, true));
    events.push_back(forked(init, nth(n)));
    events.push_back(executed(nth(n), "/usr/bin/python3", {"python3", "-m", "module"})
                         .at(nth(n).start + 10)
                         .parent(init));
  }
  static tree_key key(std::size_t n) { return {static_cast<std::uint64_t>(nth(n).id())}; }
};

template <>
struct sample<containers> {
  using state = containers_state;

  static auto spawn(caf::actor_system& system) {
    return spawn_containers(system, {}, {}).value();
  }
  static void add(std::vector<event_builder>& events, std::size_t n) {
    const auto path = fmt::format("/docker/{:064x}", n);
    events.push_back(mkdir_at(1'000'000 + 1000 * n, 5000 + n, path));
    events.push_back(attach_at(1'000'010 + 1000 * n, path, 812));
  }
  static container_key key(std::size_t n) { return container_key::of(cgroup_id{5000 + n}); }
};

template <>
struct sample<dns> {
  using state = dns_state;

  static auto spawn(caf::actor_system& system) { return spawn_dns(system, {}, {}).value(); }
  static std::string name(std::size_t n) { return fmt::format("host{}.example.com", n); }
  static void add(std::vector<event_builder>& events, std::size_t n) {
    namespace packet = events::net_packet_dns;
    std::string json;
    append_proto_dns(json, dns_answer(name(n))
                               .a(name(n), fmt::format("192.0.{}.{}", n / 250, n % 250), 604'800)
                               .message());
    events.push_back(event_builder{event_kind::net_packet_dns}
                         .at(1'000'000 + 1000 * n)
                         .arg<packet::src_port>(53)
                         .arg<packet::dst_port>(40112)
                         .arg<packet::proto_dns>(json));
  }
  static dns_key key(std::size_t n) { return dns_key::of_text(name(n)).value(); }
};

template <class Source>
batch_ptr living() {
  std::vector<event_builder> events;
  for (std::size_t n = 0; n < known; ++n)
    sample<Source>::add(events, n);
  return make_batch(events);
}

template <class Source>
auto questions() {
  std::vector<question<typename Source::key>> asked;
  for (std::size_t n = 0; n < keys_in_bulk; ++n)
    asked.push_back({sample<Source>::key(n * 7 % known), now});
  return asked;
}

using asker_actor = interface<result<std::size_t>(ask_rounds_atom)>;

struct asker_state {
  co::scope coroutines;
};

template <class Source>
co::task<std::expected<get_page<typename Source::record>, caf::error>>
fetch(asker_actor::pointer self, const source_actor<Source>& source,
      const std::vector<question<typename Source::key>>& asked) {
  co_return co_await co::ask(self, source, get_many<Source>{asked});
}

template <class Source>
co::task<> ask_rounds(asker_actor::pointer self, source_actor<Source> source,
                      caf::typed_response_promise<std::size_t> done) {
  std::size_t found = 0;
  const auto asked = questions<Source>();
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto page = co_await fetch<Source>(self, source, asked);
    for (const auto& one : *page)
      found += one ? 1 : 0;
  }
  done.deliver(found);
}

template <class Source>
asker_actor::behavior_type asker(asker_actor::stateful_pointer<asker_state> self,
                                 const source_actor<Source>& source) {
  return {[self, source](ask_rounds_atom) {
    auto promise = self->make_response_promise<std::size_t>();
    self->state.coroutines.start(ask_rounds<Source>(self, source, promise));
    return promise;
  }};
}

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
  using answer = std::shared_ptr<const typename Source::record>;

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
    return found == answers.end() ? nullptr : found->second;
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
