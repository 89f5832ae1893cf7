// Execs and changes of directory and name that come late, in any order: in the end every
// answer about the past is the one of a model that keeps all history, also about children
// that were forked in between.

#include "tests/datasources/process_tree/tree_fixture.hpp"
#include "tests/support/property.hpp"

#include <algorithm>

namespace vedette {

namespace {

using words = std::vector<std::uint32_t>;

enum class what : std::uint8_t { fork, exec, chdir, rename };

struct deed {
  what kind;
  std::uint64_t time;
  std::size_t who; ///< By birth; of a fork the child.
  std::string text;
};

/// Processes, and all that they did.
struct lives {
  std::vector<task> tasks{{1, 5}};
  std::vector<std::size_t> parents{0};
  std::vector<std::uint64_t> births{5};
  std::vector<deed> deeds;

  /// The last deed of these kinds up to then; inherited from the parent if it did none.
  [[nodiscard]] std::string value(what kind, std::size_t who, std::uint64_t as_of) const {
    const auto* last = find(kind, who, as_of);
    if (last != nullptr)
      return last->text;
    return who == 0 ? "" : value(kind, parents[who], births[who]);
  }
  [[nodiscard]] const deed* find(what kind, std::size_t who, std::uint64_t as_of) const {
    const deed* last = nullptr;
    for (const auto& one : deeds)
      if (one.who == who && one.time <= as_of && one.kind == kind)
        last = &one;
    return last;
  }
  [[nodiscard]] std::string name(std::size_t who, std::uint64_t as_of) const {
    const auto* exec = find(what::exec, who, as_of);
    const auto* rename = find(what::rename, who, as_of);
    if (exec == nullptr && rename == nullptr)
      return who == 0 ? "init" : name(parents[who], births[who]);
    if (exec == nullptr || (rename != nullptr && rename->time > exec->time))
      return rename->text;
    return exec->text.substr(5);
  }
};

lives make_lives(const words& choices) {
  lives made;
  std::uint64_t clock = 10;
  for (const auto choice : choices) {
    clock += 2;
    const auto who = choice / 8 % made.tasks.size();
    const auto text = std::to_string(choice % 97);
    switch (choice % 8) {
    case 0:
    case 1:
    case 2:
      made.deeds.push_back({what::fork, clock, made.tasks.size(), ""});
      made.parents.push_back(who);
      made.births.push_back(clock);
      made.tasks.push_back({static_cast<std::uint32_t>(10 + made.tasks.size()), clock});
      break;
    case 3:
    case 4:
    case 5:
      made.deeds.push_back({what::exec, clock, who, "/bin/" + text});
      break;
    case 6:
      made.deeds.push_back({what::chdir, clock, who, "/home/" + text});
      break;
    default:
      made.deeds.push_back({what::rename, clock, who, "named" + text});
    }
  }
  return made;
}

event_builder event_of(const lives& all, const deed& one) {
  const auto parent = all.tasks[all.parents[one.who]];
  const auto who = all.tasks[one.who];
  const auto with_parent = [&](event_builder event) {
    return one.who == 0 ? event : event.parent(parent);
  };
  switch (one.kind) {
  case what::fork: {
    const auto from = all.parents[one.who];
    auto event = forked(parent, who).at(one.time).comm(all.name(from, one.time));
    return from == 0 ? event : event.parent(all.tasks[all.parents[from]]);
  }
  case what::exec:
    return with_parent(executed(who, one.text).at(one.time));
  case what::chdir:
    return with_parent(event_builder{event_kind::set_fs_pwd}
                           .by(who)
                           .at(one.time)
                           .arg<events::set_fs_pwd::resolved_path>(one.text));
  case what::rename:
    break;
  }
  return with_parent(event_builder{event_kind::task_rename}
                         .by(who)
                         .at(one.time)
                         .comm(one.text)
                         .arg<events::task_rename::new_name>(one.text));
}

/// Births come in time, anything else up to `delay` events later.
std::vector<event_builder> arrivals(const lives& all, const words& delays) {
  std::vector<std::pair<std::size_t, const deed*>> order;
  for (std::size_t i = 0; i < all.deeds.size(); ++i) {
    const auto late = all.deeds[i].kind == what::fork || delays.empty()
                          ? 0
                          : delays[i % delays.size()] % 12;
    order.emplace_back(2 * i + 2 * late + (late == 0 ? 0 : 1), &all.deeds[i]);
  }
  std::ranges::stable_sort(order, {}, &std::pair<std::size_t, const deed*>::first);
  std::vector<event_builder> events{begun({}, {1, 5}, true).comm("init")};
  for (const auto& [place, one] : order)
    events.push_back(event_of(all, *one));
  return events;
}

class late_events : public tree_test {
protected:
  void check(const words& choices, const words& delays) {
    tree_ = process_tree_state{{}};
    const auto all = make_lives(choices);
    see(arrivals(all, delays));
    for (std::size_t who = 0; who < all.tasks.size(); ++who)
      for (auto time = all.births[who]; time < 16 + 2 * choices.size(); time += 3) {
        const auto found = ask_process(all.tasks[who].id(),
                                       static_cast<std::int64_t>(time));
        RC_LOG() << "process " << who << " as of " << time << '\n';
        RC_ASSERT(found.has_value());
        const auto& info = std::get<process_info>(*found);
        RC_ASSERT(info.path() == all.value(what::exec, who, time));
        RC_ASSERT(info.cwd == all.value(what::chdir, who, time));
        RC_ASSERT(info.name == all.name(who, time));
        const auto* exec = all.find(what::exec, who, time);
        RC_ASSERT(info.exec_time
                  == at_ns(exec == nullptr ? 0 : static_cast<std::int64_t>(exec->time)));
      }
  }
};

words some_words(std::size_t most) {
  const auto size = *rc::gen::inRange<std::size_t>(0, most);
  return *rc::gen::container<words>(size,
                                    rc::gen::inRange<std::uint32_t>(0, 1U << 20U));
}

TEST_F(late_events, ReachTheChildrenThatWereForkedBefore) {
  expect_property(9000, [this] { check(some_words(16), some_words(8)); });
}

} // namespace

} // namespace vedette
