#pragma once

// What the data sources are filled with, fed and asked about where they are compared, and
// an actor that asks.

#include "datasources/containers/actor.hpp"
#include "datasources/containers/state.hpp"
#include "datasources/dns/actor.hpp"
#include "datasources/dns/state.hpp"
#include "datasources/process_tree/actor.hpp"
#include "datasources/process_tree/state.hpp"
#include "events/dns/proto_dns.hpp"
#include "runtime/ask.hpp"
#include "runtime/scope.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/support/dns_messages.hpp"
#include "tests/support/task_events.hpp"

#include <caf/stateful_actor.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

CAF_ADD_ATOM(vedette_samples, vedette, ask_rounds_atom, "askrounds")

namespace vedette {

inline constexpr std::size_t known = 1024;
inline constexpr std::size_t keys_in_bulk = 512;
inline constexpr std::size_t rounds = 64; // Waking up a thread is not what is measured.
inline constexpr time_ns now = at_ns(1'000'000'000'000);

/// What a source is filled with, and asked about: `add` is for what is known before, `live` for what comes while it is measured.
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
  static void live(std::vector<event_builder>& events, std::size_t n, std::uint64_t when) {
    const task child{static_cast<std::uint32_t>(10'000 + n % 1'000'000), when};
    events.push_back(forked(nth(0), child));
    events.push_back(executed(child, "/usr/bin/python3", {"python3", "-m", "module"})
                         .at(when + 10)
                         .parent(nth(0)));
    events.push_back(exited(child).at(when + 20).parent(nth(0)));
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
    const auto path = fmt::format("/docker/{0:012x}{0:052x}", n);
    events.push_back(mkdir_at(1'000'000 + 1000 * n, 5000 + n, path));
    events.push_back(attach_at(1'000'010 + 1000 * n, path, 812));
  }
  static void live(std::vector<event_builder>& events, std::size_t n, std::uint64_t when) {
    const auto path = fmt::format("/docker/{0:012x}{0:052x}", 1'000'000 + n);
    events.push_back(mkdir_at(when, 1'000'000 + n, path));
    events.push_back(rmdir_at(when + 10, 1'000'000 + n, path));
  }
  static container_key key(std::size_t n) { return container_key::of(cgroup_id{5000 + n}); }
};

template <>
struct sample<dns> {
  using state = dns_state;

  static auto spawn(caf::actor_system& system) { return spawn_dns(system, {}, {}).value(); }
  static std::string name(std::size_t n) { return fmt::format("host{}.example.com", n); }
  static void add(std::vector<event_builder>& events, std::size_t n) {
    tell(events, n, 1'000'000 + 1000 * n);
  }
  static void live(std::vector<event_builder>& events, std::size_t n, std::uint64_t when) {
    tell(events, n % known, when);
  }
  static void tell(std::vector<event_builder>& events, std::size_t n, std::uint64_t when) {
    namespace packet = events::net_packet_dns;
    std::string json;
    append_proto_dns(json, dns_answer(name(n))
                               .a(name(n), fmt::format("192.0.{}.{}", n / 250, n % 250), 604'800)
                               .message());
    events.push_back(event_builder{event_kind::net_packet_dns}
                         .at(when)
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

} // namespace vedette
