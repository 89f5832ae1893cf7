// There is no room for most containers: who lags is told what who does not was told.

#include "tests/datasources/containers/container_lives.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace vedette::lives {

namespace {

struct answered {
  std::uint64_t at;
  std::vector<std::string> answers;
};

std::string show(const get_result<container_info>& found) {
  const std::string complete = found.complete ? "" : " incomplete";
  return (found ? to_json(containers::to_value(*found, {})) : to_string(found.error()))
         + complete;
}

std::vector<std::string> ask_all(containers_state& state, std::uint64_t as_of) {
  std::vector<container_key> keys;
  for (std::uint32_t which = 0; which < 4; ++which) {
    keys.push_back(container_key::of(id_of(which)));
    keys.push_back(container_key::of(id_of(which).substr(0, 12)));
  }
  for (std::uint64_t directory = 1; directory <= std::uint64_t{2} * ids; ++directory)
    keys.push_back(container_key::of(cgroup_id{directory}));
  std::vector<std::string> answers;
  for (const auto& key : keys)
    answers.push_back(show(state.get(key, at_ns(static_cast<std::int64_t>(as_of)))));
  return answers;
}

void append_told(std::string& to, containers_state& state) {
  for (const auto& one : state.take_announcements())
    to += std::to_string(static_cast<unsigned>(one.kind)) + ' '
          + one.container->id.substr(0, 14) + ' ';
}

TEST(ContainersForWhoLags, AreThoseOfTheTimeAskedAbout) {
  expect_property(3000, [] {
    host all;
    for (const auto choice : some_words(40))
      all.step(choice);
    containers_config config;
    config.enrich.docker = true;
    config.grace = std::chrono::nanoseconds{grace};
    config.limit = *rc::gen::inRange<std::size_t>(1, 4);
    const auto lag = *rc::gen::inRange<std::size_t>(0, 12);
    containers_state prompt{config}, late{config};
    std::string told_prompt, told_late;
    std::vector<answered> told;
    const auto ask_late = [&](const answered& of) {
      late.advance(at_ns(static_cast<std::int64_t>(told.back().at)),
                   at_ns(static_cast<std::int64_t>(of.at)));
      RC_LOG() << "as of " << of.at << '\n';
      RC_ASSERT(ask_all(late, of.at) == of.answers);
    };
    for (const auto& one : all.past().deeds()) {
      const auto batch = event_of(one);
      prompt.apply((*batch)[0]);
      late.apply((*batch)[0]);
      prompt.advance(at_ns(static_cast<std::int64_t>(one.at)));
      told.push_back({one.at, ask_all(prompt, one.at)});
      if (told.size() > lag)
        ask_late(told[told.size() - 1 - lag]);
      append_told(told_prompt, prompt);
      append_told(told_late, late);
    }
    for (auto left = std::min(lag, told.size()); left > 0; --left)
      ask_late(told[told.size() - left]);
    append_told(told_late, late);
    if (told.size() > lag || lag == 0)
      RC_ASSERT(told_late == told_prompt);
  });
}

} // namespace

} // namespace vedette::lives
