#pragma once

#include "datasources/source_shell.hpp"
#include "tests/support/events.hpp"

#include <caf/actor_cast.hpp>
#include <caf/scoped_actor.hpp>

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// What the conformance suite must know of a data source. A source of one's own is tested
/// by adding one to the list in tests/datasources/conformance_sources.cpp.
struct conforming_source {
  source_description description;
  std::function<any_source_actor(caf::actor_system&, const shell_config&)> spawn;
  /// Asks by the source's own types, and shows the answers as JSON.
  std::function<dynamic_page(caf::scoped_actor&, const std::function<void()>& run,
                             const any_source_actor&,
                             const std::vector<dynamic_question>&)>
      ask_typed;

  /// Events that make it know `known`, at times 1000 to 1999, of a clock of ns.
  std::vector<event_builder> events;
  /// Type of the key, as described, and a key that has an answer as of 2000.
  std::vector<std::pair<std::string, value>> known;
  value unknown;             ///< A key of the right shape.
  std::vector<value> wrong;  ///< Keys of the wrong shape.
  /// Events of number n, all at the given time, that make it know `about` one thing more.
  std::function<std::vector<event_builder>(std::size_t n, std::int64_t at)> more;
  std::size_t limit = 0; ///< Items that it keeps at most, as spawned.
};

namespace detail {

template <data_source Source>
dynamic_page ask_typed(caf::scoped_actor& self, const std::function<void()>& run,
                       const any_source_actor& source,
                       const std::vector<dynamic_question>& questions) {
  std::vector<question<typename Source::key>> asked;
  for (const auto& one : questions)
    asked.push_back({Source::parse_key(one.key).value(), *one.as_of});
  auto answer = self->request(caf::actor_cast<source_actor<Source>>(source), caf::infinite,
                              get_many<Source>{std::move(asked)});
  run();
  dynamic_page result;
  answer.receive(
      [&](const get_page<typename Source::record>& page) {
        for (std::size_t i = 0; i < page.size(); ++i) {
          dynamic_result one{{}, page[i].complete, *questions[i].as_of};
          if (page[i])
            one.record = Source::to_value(*page[i], one.as_of);
          else
            one.record = std::unexpected{error{page[i].error(), {}}};
          result.push_back(std::move(one));
        }
      },
      [](const caf::error&) {});
  return result;
}

} // namespace detail

template <data_source Source>
conforming_source
conforming(std::function<source_actor<Source>(caf::actor_system&, const shell_config&)>
               spawn) {
  conforming_source result;
  result.description = Source::description();
  result.spawn = std::move(spawn);
  result.ask_typed = detail::ask_typed<Source>;
  return result;
}

/// In GoogleTest's messages.
inline void PrintTo(const conforming_source& one, std::ostream* out) {
  *out << one.description.identity.path();
}

/// All that the suite runs over.
std::vector<conforming_source> conforming_sources();

} // namespace vedette
