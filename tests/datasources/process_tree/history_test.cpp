// Random lives of processes, as they come from shards in any order: every answer is the
// one of a model that keeps all history.

#include "datasources/process_tree/actor.hpp"
#include "tests/datasources/process_tree/host_model.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/property.hpp"


namespace vedette {

namespace {

using words = std::vector<std::uint32_t>;

/// What is asked, and what the model answers.
struct probe {
  tree_key key;
  std::uint64_t time;
};

class history_of_processes : public actor_test {
protected:
  void check(const words& life, const words& asked, const words& arrival,
             std::uint32_t shards) {
    host_model host;
    for (const auto choice : life)
      host.step(choice);
    const auto tree =
        spawn_process_tree(system_, {.shards = shards}, process_tree_config{}).value();
    const auto probes = choose(host, asked);
    std::vector<question<tree_key>> questions;
    for (const auto& one : probes)
      questions.push_back({one.key, at_ns(static_cast<std::int64_t>(one.time))});
    // Half are asked before anything has come, and wait; half in the end.
    const auto half =
        questions.begin() + static_cast<std::ptrdiff_t>(probes.size() / 2);
    auto early = self_->request(tree, caf::infinite,
                                get_many<process_tree>{{questions.begin(), half}});
    run();
    feed(tree, host, arrival, shards);
    auto late = self_->request(tree, caf::infinite,
                               get_many<process_tree>{{half, questions.end()}});
    // What has been asked for before is answered in another way.
    auto again = self_->request(tree, caf::infinite, get_many<process_tree>{questions});
    run();
    compare(host, {probes.data(), probes.size() / 2}, early);
    compare(host, probes, again);
    compare(host,
            {probes.data() + probes.size() / 2, probes.size() - probes.size() / 2},
            late);
    stop(tree);
  }

private:
  static std::vector<probe> choose(const host_model& host, const words& asked) {
    std::vector<probe> probes;
    for (auto choice : asked) {
      probe one{};
      one.time = 11 + choice % (host.clock() + 5);
      choice /= 64;
      one.key.about = static_cast<tree_question>(choice % 5);
      choice /= 5;
      const auto& ids =
          one.key.about == tree_question::thread ? host.threads : host.processes;
      one.key.id =
          ids.empty() ? 77 : static_cast<std::uint64_t>(ids[choice % ids.size()]);
      if (one.key.about == tree_question::pid)
        one.key.id = 1 + choice % 14;
      one.key.parts = choice % 2 == 0 ? tree_parts::all : tree_parts::plain;
      one.key.max_depth = static_cast<std::uint16_t>(choice % 6);
      probes.push_back(one);
    }
    return probes;
  }

  /// Each shard's events in order, but shards in any order, in batches of any size.
  void feed(const process_tree_actor& tree, const host_model& host,
            const words& arrival, std::uint32_t shards) {
    std::vector<std::vector<event_builder>> of_shard(shards);
    std::size_t notice = 0;
    for (const auto& [event, pid] : host.events) {
      of_shard[pid % shards].push_back(event);
      const auto header = make_batch({event});
      if (const auto child =
              (*header)[0].template get<events::sched_process_fork::child_pid>();
          child && static_cast<std::uint32_t>(*child) != pid) {
        // A notice is written where the child lives, unless it lives here.
        if (static_cast<std::uint32_t>(*child) % shards != pid % shards)
          of_shard[static_cast<std::uint32_t>(*child) % shards].push_back(
              host.notices[notice]);
        ++notice;
      }
    }
    std::vector<std::size_t> sent(shards, 0);
    for (const auto choice : arrival) {
      const auto shard = choice % shards;
      const auto rest = of_shard[shard].size() - sent[shard];
      const auto size = std::min<std::size_t>(rest, choice / 8 % 5);
      send(tree, of_shard[shard], sent[shard], size, shard);
      sent[shard] += size;
      run();
    }
    for (std::uint32_t shard = 0; shard < shards; ++shard)
      send(tree, of_shard[shard], sent[shard], of_shard[shard].size() - sent[shard],
           shard, true);
    run();
  }

  void send(const process_tree_actor& tree, const std::vector<event_builder>& events,
            std::size_t from, std::size_t size, std::uint32_t shard,
            bool last = false) {
    const auto first = events.begin() + static_cast<std::ptrdiff_t>(from);
    const auto batch = make_batch({first, first + static_cast<std::ptrdiff_t>(size)},
                                  {.shard = shard, .first_position = from});
    const auto passed = size == 0 ? beginning_of_time : (*batch)[size - 1].time();
    self_->send(tree, flow{shard, batch, last ? end_of_time : passed, last, {}});
  }

  template <class Response>
  static void compare(const host_model& host, std::span<const probe> probes,
                      Response& response) {
    get_page<tree_answer> page;
    response.receive([&](get_page<tree_answer>& answers) { page = std::move(answers); },
                     [](const caf::error& error) { RC_FAIL(render(error)); });
    RC_ASSERT(page.size() == probes.size());
    for (std::size_t i = 0; i < probes.size(); ++i) {
      RC_LOG() << "question " << static_cast<int>(probes[i].key.about) << " "
               << probes[i].key.id << " as of " << probes[i].time << '\n';
      compare(host, probes[i], page[i]);
    }
  }

  static void compare(const host_model& host, const probe& asked,
                      const get_result<tree_answer>& answer) {
    const auto& then = host.as_of(asked.time);
    if (!answer.complete) {
      RC_ASSERT(may_forget(host, then, asked));
      return;
    }
    if (asked.key.about == tree_question::thread)
      return compare_thread(then, asked, answer);
    const auto* expected = find(host, then, asked);
    RC_ASSERT(answer.has_value() == (expected != nullptr));
    if (expected == nullptr) {
      RC_ASSERT(answer.error() == ec::data_not_found);
    } else if (const auto* info = std::get_if<process_info>(&*answer)) {
      compare(then, *expected, *info, asked.key.parts);
    } else if (const auto* children = std::get_if<process_children>(&*answer)) {
      RC_ASSERT(children->children == children_of(then, *expected));
    } else {
      compare(host, *expected, asked, std::get<process_lineage>(*answer));
    }
  }

  static bool may_forget(const host_model& host, const model_state& then,
                         const probe& asked) {
    if (asked.key.about == tree_question::thread) // Others hardly change.
      return host.may_forget(entity_id{asked.key.id}, asked.time);
    const auto* of = find(host, then, asked);
    auto time = asked.time;
    for (std::size_t depth = 0; of != nullptr; ++depth) {
      if (host.may_forget(of->who.id(), time))
        return true;
      if (asked.key.about != tree_question::lineage || depth == asked.key.max_depth
          || of->who.tid == 1)
        return false;
      time = host.born_at(of->who.id());
      of = &host.as_of(time).processes.at(of->parent);
    }
    return false;
  }

  static const model_process* find(const host_model& host, const model_state& then,
                                   const probe& asked) {
    if (asked.key.about != tree_question::pid) {
      const auto found = then.processes.find(entity_id{asked.key.id});
      return found == then.processes.end() ? nullptr : &found->second;
    }
    const model_process* youngest = nullptr;
    for (const auto& [id, one] : then.processes)
      if (one.who.tid == asked.key.id
          && (youngest == nullptr
              || host.born_at(id) > host.born_at(youngest->who.id())))
        youngest = &one;
    return youngest;
  }

  static std::map<std::uint32_t, entity_id> children_of(const model_state& then,
                                                        const model_process& parent) {
    if (!parent.alive)
      return {};
    return then.children_of(parent.who.tid);
  }

  static void compare(const model_state& then, const model_process& expected,
                      const process_info& info, tree_parts parts) {
    RC_ASSERT(info.entity == expected.who.id());
    RC_ASSERT(info.pid == expected.who.tid);
    RC_ASSERT(info.ppid == expected.ppid);
    RC_ASSERT(info.parent == expected.parent);
    RC_ASSERT(info.name == expected.name);
    RC_ASSERT(info.path() == expected.path);
    RC_ASSERT(info.is_alive == expected.alive);
    RC_ASSERT(info.exit_code == expected.exit_code);
    RC_ASSERT(ns(info.start_time) == expected.who.start);
    RC_ASSERT(ns(info.exec_time) == expected.exec_time);
    RC_ASSERT(ns(info.exit_time) == expected.exit_time);
    if (parts == tree_parts::plain) {
      RC_ASSERT(info.threads().empty() && info.children().empty());
      return;
    }
    RC_ASSERT(info.threads() == expected.threads);
    RC_ASSERT(info.children() == children_of(then, expected));
  }

  static void compare(const host_model& host, const model_process& first,
                      const probe& asked, const process_lineage& lineage) {
    const auto* expected = &first;
    auto time = asked.time;
    auto shown = asked.time;
    std::size_t depth = 0;
    for (;; ++depth) {
      RC_ASSERT(depth < lineage.size());
      RC_ASSERT(ns(lineage[depth].at) == shown);
      compare(host.as_of(time), *expected, *lineage[depth].info, asked.key.parts);
      if (depth == asked.key.max_depth || expected->who.tid == 1)
        break;
      time = host.born_at(expected->who.id());
      shown = expected->who.start;
      expected = &host.as_of(time).processes.at(expected->parent);
    }
    RC_ASSERT(lineage.size() == depth + 1);
  }

  static void compare_thread(const model_state& then, const probe& asked,
                             const get_result<tree_answer>& answer) {
    const auto expected = then.threads.find(entity_id{asked.key.id});
    RC_ASSERT(answer.has_value() == (expected != then.threads.end()));
    if (!answer)
      return;
    const auto& info = std::get<thread_info>(*answer);
    RC_ASSERT(info.entity == expected->first);
    RC_ASSERT(info.tid == expected->second.tid);
    RC_ASSERT(info.process == expected->second.process);
    RC_ASSERT(info.is_alive == expected->second.alive);
    RC_ASSERT(ns(info.exit_time) == expected->second.exit_time);
  }

  static std::uint64_t ns(time_ns time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
  }
};

words some_words(std::size_t most) {
  const auto size = *rc::gen::inRange<std::size_t>(0, most);
  return *rc::gen::container<words>(size,
                                    rc::gen::inRange<std::uint32_t>(0, 1U << 30U));
}

/// Of few processes that take new names and programs all the time.
words busy_life() {
  auto life = some_words(200);
  for (auto& choice : life)
    if (const auto deed = choice / 3 % 16; choice % 8 != 0)
      choice += 3 * ((choice / 1024 % 2 == 0 ? 6U : 11U) - deed);
  return life;
}

TEST_F(history_of_processes, IsTheOneOfAModelThatForgetsNothing) {
  expect_property(10'000, [this] {
    const auto shards = *rc::gen::inRange<std::uint32_t>(1, 5);
    check(some_words(60), some_words(24), some_words(40), shards);
  });
}

TEST_F(history_of_processes, IsKeptForTheLastSixteenChangesOfEachValue) {
  expect_property(2'000, [this] {
    const auto shards = *rc::gen::inRange<std::uint32_t>(1, 5);
    check(busy_life(), some_words(24), some_words(40), shards);
  });
}

} // namespace

} // namespace vedette
