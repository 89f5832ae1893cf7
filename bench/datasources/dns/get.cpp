// What DNS costs: reading a packet and its JSON, the state alone asked for a name, and
// what it costs to feed it. Time is per operation; `per_event` is the time for one of a
// batch of 512.

#include "datasources/dns/state.hpp"
#include "events/dns/dns_wire.hpp"
#include "tests/events/dns/dns_packets.hpp"
#include "tests/support/dns_messages.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace vedette {

namespace {

constexpr std::size_t known = 2048;

time_ns second(std::size_t n) {
  return time_ns{std::chrono::seconds{n}};
}

std::string nth(std::size_t n) {
  return "service-" + std::to_string(n) + ".example.com";
}

dns_builder answer(std::size_t n) {
  const auto address = [n](int last) {
    return "10." + std::to_string(n / 256 % 256) + '.' + std::to_string(n % 256) + '.'
           + std::to_string(last);
  };
  return dns_answer(nth(n)).a(nth(n), address(1), 300).a(nth(n), address(2), 300);
}

dns_context at(std::size_t seconds, std::uint64_t position = 0) {
  dns_context context;
  context.time = second(seconds);
  context.position = position;
  return context;
}

dns_state filled() {
  // A process that never had a second thread counts shared_ptrs without atomics.
  std::thread{[] {}}.join();
  dns_state state{{}};
  for (std::size_t n = 0; n < known; ++n)
    state.apply_message(answer(n).message(), at(100, n));
  return state;
}

std::vector<dns_key> keys() {
  std::vector<dns_key> all;
  for (std::size_t n = 0; n < known; ++n)
    all.push_back(dns_key::of_text(nth(n * 7 % known)).value());
  return all;
}

void parse_packet(benchmark::State& bench) {
  const auto packet = web_answer();
  dns_message message;
  for (auto _ : bench)
    benchmark::DoNotOptimize(parse_dns(packet.bytes(), message));
}

void parse_json(benchmark::State& bench) {
  dns_message message;
  parse_dns(web_answer().bytes(), message);
  std::string json;
  append_proto_dns(json, message);
  proto_dns_reader reader;
  for (auto _ : bench)
    benchmark::DoNotOptimize(reader.read(json, message));
}

/// The same answer for the same interval.
void get_again(benchmark::State& bench) {
  auto state = filled();
  const auto asked = keys();
  std::size_t n = 0;
  for (auto _ : bench)
    benchmark::DoNotOptimize(state.get(asked[n++ % 64], second(101)));
}

/// Each answer put together: something has changed since.
void get_cold(benchmark::State& bench) {
  auto state = filled();
  const auto asked = keys();
  std::size_t n = 0;
  // Two wants in turn: none finds the other's answer.
  for (auto _ : bench) {
    auto key = asked[n / 2 % known];
    key.parts = n++ % 2 == 0 ? dns_parts::plain : dns_parts{4};
    benchmark::DoNotOptimize(state.get(key, second(101)));
  }
}

void get_miss(benchmark::State& bench) {
  auto state = filled();
  const auto key = dns_key::of_text("unknown.example.com").value();
  for (auto _ : bench)
    benchmark::DoNotOptimize(state.get(key, second(101)));
}

/// As of before and after a later answer, in turn.
void get_past(benchmark::State& bench) {
  auto state = filled();
  const auto address = dns_answer(nth(0)).a(nth(0), "192.0.2.1", 300);
  state.apply_message(address.message(), at(200));
  const auto key = dns_key::of_text(nth(0)).value();
  std::size_t n = 0;
  for (auto _ : bench)
    benchmark::DoNotOptimize(state.get(key, second(n++ % 2 == 0 ? 101 : 201)));
}

/// Answers to names that are known, and to new ones, which push old ones out.
void feed(benchmark::State& bench) {
  auto state = filled();
  constexpr std::size_t batch = 512;
  const bool fresh = bench.range(0) == 1;
  std::size_t next = known, now = 100;
  for (auto _ : bench) {
    bench.PauseTiming();
    std::vector<dns_builder> messages;
    for (std::size_t i = 0; i < batch; ++i)
      messages.push_back(answer(fresh ? next++ : i));
    ++now;
    bench.ResumeTiming();
    for (std::size_t i = 0; i < batch; ++i)
      state.apply_message(messages[i].message(), at(now, i));
    state.advance(second(now));
  }
  bench.counters["per_event"] =
      benchmark::Counter(static_cast<double>(bench.iterations()) * batch,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(parse_packet);
BENCHMARK(parse_json);
BENCHMARK(get_again);
BENCHMARK(get_cold);
BENCHMARK(get_miss);
BENCHMARK(get_past);
BENCHMARK(feed)->ArgName("new_names")->Arg(0)->Arg(1);

} // namespace

} // namespace vedette

BENCHMARK_MAIN();
