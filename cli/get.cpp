#include "actors/live/watcher.hpp"
#include "cli/commands.hpp"
#include "cli/questions.hpp"
#include "cli/replay_session.hpp"

#include <iostream>

namespace vedette {

namespace {

/// Questions to one source that stand together are one bulk Get.
void ask_all(pipeline& actors, const std::vector<asked_question>& questions) {
  for (std::size_t begin = 0; begin < questions.size();) {
    auto end = begin;
    std::vector<dynamic_question> bulk;
    while (end < questions.size() && questions[end].source == questions[begin].source)
      bulk.push_back(questions[end++].question);
    const auto page = actors.ask(questions[begin].source, std::move(bulk));
    for (auto i = begin; i < end; ++i)
      print_answer(questions[i].source, questions[i].question.key,
                   page ? (*page)[i - begin]
                        : dynamic_result{std::unexpected{page.error()}, true,
                                         questions[i].question.as_of.value_or(time_ns{})});
    begin = end;
  }
}

/// Prints changes as they come; the replay waits for it.
std::expected<void, error> watch(session& running, const get_options& options) {
  watch_request request;
  if (!options.key.empty()) {
    auto key = key_of(options.key);
    if (!key)
      return std::unexpected{key.error()};
    request.key = std::move(*key);
  }
  request.to = spawn_watcher(running.system(), true, [](const change_list& changes) {
    for (const auto& [key, now] : changes.changes)
      print_answer(changes.source, key, now);
  });
  return running.actors().watch(options.source, std::move(request));
}

std::expected<void, error> check_watch(const get_options& options) {
  if (options.source.empty())
    return std::unexpected{error{ec::invalid_config, "get --watch: expected SOURCE, e.g. "
                                                     "vedette get tracee/dns --watch "
                                                     "--replay events.ndjson"}};
  if (!options.at.empty() || !options.keys.empty())
    return std::unexpected{error{ec::invalid_config,
                                 "get --watch: shows all times of one key or of all; "
                                 "leave out --at and --keys"}};
  return {};
}

int watch_replay(const plan& what, const get_options& options, const run_options& replay) {
  if (const auto valid = check_watch(options); !valid)
    return complain({valid.error()});
  stop_watch signals;
  auto running = start_replay(
      what, replay, [&](session& started) { return watch(started, options); });
  if (!running)
    return running.error();
  (*running)->run(signals, std::nullopt, nullptr);
  std::cout.flush();
  const auto code = (*running)->finish(replay, false);
  return std::cout ? code : exit_failed;
}

} // namespace

int run_get(const get_options& options) {
  auto replay = options.replay;
  // stdout is for answers. Sources learn all the same.
  replay.signatures = "none";
  replay.sets.emplace_back("sinks.out={type: json, path: /dev/null, take: [lost_events]}");
  const auto what = make_plan(replay, run_mode::replay);
  if (!what)
    return complain(what.error());
  if (options.watch)
    return watch_replay(*what, options, replay);
  const auto questions = questions_of(options);
  if (!questions)
    return complain({questions.error()});
  stop_watch signals;
  auto running = start_replay(*what, replay);
  if (!running)
    return running.error();
  (*running)->run(signals, std::nullopt, nullptr);
  ask_all((*running)->actors(), *questions);
  std::cout.flush();
  const auto code = (*running)->finish(replay, false);
  return std::cout ? code : exit_failed;
}

} // namespace vedette
