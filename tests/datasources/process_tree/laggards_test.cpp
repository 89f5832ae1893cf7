// There is no room for most processes, and births of some are not seen: who lags is told
// what who does not was told.

#include "datasources/process_tree/state.hpp"
#include "tests/datasources/process_tree/host_model.hpp"
#include "tests/support/property.hpp"

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

namespace {

struct answered {
  std::uint64_t at;
  std::vector<std::string> answers;
};

std::vector<tree_key> keys_of(const host_model& host) {
  std::vector<tree_key> keys;
  for (const auto id : host.processes)
    for (const auto about : {tree_question::process, tree_question::lineage,
                             tree_question::children})
      keys.push_back({static_cast<std::uint64_t>(id), about, tree_parts::all, 5});
  for (const auto id : host.threads)
    keys.push_back({static_cast<std::uint64_t>(id), tree_question::thread,
                    tree_parts::all, 0});
  for (std::uint64_t pid = 1; pid <= 14; ++pid)
    keys.push_back({pid, tree_question::pid, tree_parts::all, 0});
  return keys;
}

std::vector<std::string> ask(process_tree_state& state, const std::vector<tree_key>& keys,
                             std::uint64_t at) {
  const auto as_of = at_ns(static_cast<std::int64_t>(at));
  std::vector<std::string> answers;
  for (const auto& key : keys) {
    const auto found = state.get(key, as_of);
    answers.push_back((found ? to_json(process_tree::to_value(*found, as_of))
                             : to_string(found.error()))
                      + (found.complete ? "" : " incomplete"));
  }
  return answers;
}

TEST(ProcessesForWhoLags, AreThoseOfTheTimeAskedAbout) {
  expect_property(500, [] {
    host_model host;
    for (const auto choice :
         *rc::gen::container<std::vector<std::uint32_t>>(
             *rc::gen::inRange<std::size_t>(0, 60),
             rc::gen::inRange<std::uint32_t>(0, 1U << 30U)))
      host.step(choice);
    const auto lag = *rc::gen::inRange<std::size_t>(0, 12);
    process_tree_config config;
    config.processes = *rc::gen::inRange<std::size_t>(2, 18); // 14 live at most.
    config.threads = config.processes + *rc::gen::inRange<std::size_t>(0, 9);
    const auto unseen = *rc::gen::inRange<std::size_t>(1, 30);
    process_tree_state prompt{config}, late{config};
    const auto keys = keys_of(host);
    std::vector<answered> told;
    const auto ask_late = [&](const answered& of) {
      late.advance(at_ns(static_cast<std::int64_t>(told.back().at)),
                   at_ns(static_cast<std::int64_t>(of.at)));
      const auto answers = ask(late, keys, of.at);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        RC_LOG() << "question " << static_cast<int>(keys[i].about) << " " << keys[i].id
                 << " as of " << of.at << '\n';
        RC_ASSERT(answers[i] == of.answers[i]);
      }
    };
    std::size_t n = 0;
    for (const auto& [event, pid] : host.events) {
      const auto batch = make_batch({event});
      if (++n % unseen == 0 && (*batch)[0].kind() == event_kind::sched_process_fork)
        continue;
      const auto at = static_cast<std::uint64_t>(
          (*batch)[0].time().time_since_epoch().count());
      prompt.apply((*batch)[0]);
      late.apply((*batch)[0]);
      prompt.advance(at_ns(static_cast<std::int64_t>(at)));
      told.push_back({at, ask(prompt, keys, at)});
      if (told.size() > lag)
        ask_late(told[told.size() - 1 - lag]);
    }
    for (auto left = std::min(lag, told.size()); left > 0; --left)
      ask_late(told[told.size() - left]);
  });
}

} // namespace

} // namespace vedette
