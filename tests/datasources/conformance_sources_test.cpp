// The data sources over which the conformance suite runs, with what it must know of each.

#include "tests/support/conforming.hpp"

#include "datasources/containers/actor.hpp"
#include "datasources/process_tree/actor.hpp"
#include "datasources/dns/actor.hpp"
#include "events/dns/proto_dns.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/support/dns_messages.hpp"
#include "tests/support/task_events.hpp"

namespace vedette {

namespace {

conforming_source of_process_tree() {
  constexpr task init{1, 500}, shell{100, 1100};
  auto result = conforming<process_tree>([](auto& system, const auto& config) {
    return spawn_process_tree(system, config, {16, 32, std::chrono::minutes{5}}).value();
  });
  const auto id = static_cast<std::uint64_t>(shell.id());
  result.events = {forked(init, shell),
                   executed(shell, "/bin/sh", {"sh", "-c", "id"}).at(1200).parent(init)};
  result.known = {{"process_key", value::object{{"process", id}}},
                  {"thread_key", value::object{{"thread", id}}},
                  {"lineage_key", value::object{{"lineage", id}, {"max_depth", 3}}},
                  {"pid_key", value::object{{"pid", 100}}},
                  {"children_key", value::object{{"children", id}}}};
  result.unknown = value::object{{"process", 4711}};
  result.wrong = {value{"100"}, value{100}, value::object{}, value{}};
  result.more = [=](std::size_t n, std::int64_t at) {
    return std::vector{forked(init, {static_cast<std::uint32_t>(1000 + n),
                                     static_cast<std::uint64_t>(at)})};
  };
  result.limit = 16;
  return result;
}

conforming_source of_containers() {
  auto result = conforming<containers>([](auto& system, const auto& config) {
    return spawn_containers(system, config, containers_config{.limit = 16}).value();
  });
  const std::string id(64, 'a');
  result.events = {mkdir_at(1000, 5213, "/docker/" + id),
                   attach_at(1100, "/docker/" + id, 812)};
  result.known = {{"string", value{id}},
                  {"string", value{id.substr(0, 12)}},
                  {"cgroup_id", value::object{{"cgroup", 5213}}}};
  result.unknown = value{std::string(64, 'b')};
  result.wrong = {value{""}, value{5213}, value::object{{"cgroup", "x"}}, value{}};
  result.more = [](std::size_t n, std::int64_t at) {
    auto path = std::to_string(n);
    path.insert(0, 64 - path.size(), 'c');
    return std::vector{mkdir_at(static_cast<std::uint64_t>(at), 10000 + n, "/docker/" + path)};
  };
  result.limit = 16;
  return result;
}

event_builder seen(const dns_builder& answer, std::int64_t at) {
  namespace packet = events::net_packet_dns;
  std::string json;
  append_proto_dns(json, answer.message());
  event_builder event{event_kind::net_packet_dns};
  return event.at(at_ns(at))
      .arg<packet::src_port>(53)
      .arg<packet::dst_port>(40112)
      .arg<packet::proto_dns>(json);
}

conforming_source of_dns() {
  auto result = conforming<dns>([](auto& system, const auto& config) {
    dns_config few;
    few.names = 16;
    return spawn_dns(system, config, few).value();
  });
  result.events = {seen(dns_answer("example.com").a("example.com", "192.0.2.80", 300), 1000)};
  result.known = {{"string", value{"example.com"}},
                  {"string", value{"Example.COM."}},
                  {"dns_key", value::object{{"address", "192.0.2.80"}}},
                  {"string", value{"192.0.2.80"}},
                  {"string", value{"80.2.0.192.in-addr.arpa"}}};
  result.unknown = value{"example.org"};
  result.wrong = {value{""}, value{5}, value::object{{"name", "x"}}, value{}};
  result.more = [](std::size_t n, std::int64_t at) {
    const auto name = "host" + std::to_string(n) + ".example";
    return std::vector{seen(dns_answer(name).a(name, "192.0.2.81", 300), at)};
  };
  result.limit = 16 * 16 + 64; // Names and addresses.
  return result;
}

} // namespace

std::vector<conforming_source> conforming_sources() {
  return {of_process_tree(), of_containers(), of_dns()};
}

} // namespace vedette
