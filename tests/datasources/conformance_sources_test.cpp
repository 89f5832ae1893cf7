// The data sources over which the conformance suite runs, with what it must know of each.

#include "tests/support/conforming.hpp"

#include "datasources/process_tree/actor.hpp"
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

} // namespace

std::vector<conforming_source> conforming_sources() {
  return {of_process_tree()};
}

} // namespace vedette
