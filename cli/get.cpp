#include "cli/commands.hpp"
#include "cli/replay_session.hpp"
#include "events/ndjson_reader.hpp"

#include <charconv>
#include <iostream>

namespace vedette {

namespace {

/// A question as it was asked, or why it is none.
struct asked_question {
  std::string source;
  dynamic_question question;
};

std::expected<time_ns, error> parse_time(const value& at) {
  if (const auto ns = at.as_int(); ns)
    return time_ns{std::chrono::nanoseconds{*ns}};
  return std::unexpected{
      error{ec::invalid_config, "at: expected ns since the epoch, not " + to_json(at)}};
}

/// `{"source":"tracee/process_tree","key":…,"at":NS?}`
std::expected<asked_question, error> parse_question(std::string_view line) {
  const auto parsed = parse_json(line);
  if (!parsed)
    return std::unexpected{parsed.error()};
  const auto source = parsed->at("source");
  const auto key = parsed->at("key");
  if (!source || !key)
    return std::unexpected{!source ? source.error() : key.error()};
  if (!(*source)->as_string())
    return std::unexpected{error{ec::invalid_config, "source: expected a string such as "
                                                     "\"tracee/process_tree\""}};
  asked_question result{std::string{*(*source)->as_string()}, {**key, std::nullopt}};
  if (const auto* const at = parsed->find("at"); at != nullptr && !at->is_null()) {
    const auto time = parse_time(*at);
    if (!time)
      return std::unexpected{time.error()};
    result.question.as_of = *time;
  }
  return result;
}

std::expected<std::vector<asked_question>, error> read_questions(const std::string& path) {
  auto input = open_input(path);
  if (!input)
    return std::unexpected{input.error()};
  std::vector<asked_question> questions;
  ndjson_reader lines;
  for (bool more = true; more;) {
    constexpr std::size_t piece = 64U << 10U;
    const auto bytes = (*input)->read(lines.prepare(piece));
    if (!bytes)
      return std::unexpected{bytes.error()};
    lines.commit(*bytes);
    more = *bytes > 0;
    if (!more)
      lines.finish();
    while (const auto line = lines.next()) {
      auto question = parse_question(line->text);
      if (!question)
        return std::unexpected{error{ec::invalid_config,
                                     path + ":" + std::to_string(line->number) + ": "
                                         + question.error().detail}};
      questions.push_back(std::move(*question));
    }
  }
  return questions;
}

std::expected<std::vector<asked_question>, error> questions_of(const get_options& options) {
  if (!options.keys.empty())
    return read_questions(options.keys);
  if (options.source.empty() || options.key.empty())
    return std::unexpected{
        error{ec::invalid_config,
              "get: expected SOURCE and KEY, or --keys FILE; e.g. vedette get "
              "tracee/process_tree '{\"pid\":1}' --replay events.ndjson"}};
  asked_question one{options.source, {value{options.key}, std::nullopt}};
  if (options.key.starts_with('{')) {
    auto key = parse_json(options.key);
    if (!key)
      return std::unexpected{
          error{ec::invalid_config, "KEY " + options.key + ": " + key.error().detail}};
    one.question.key = std::move(*key);
  }
  if (!options.at.empty()) {
    std::int64_t ns = 0;
    const auto* const end = options.at.data() + options.at.size();
    const auto [rest, failed] = std::from_chars(options.at.data(), end, ns);
    if (failed != std::errc{} || rest != end)
      return std::unexpected{
          error{ec::invalid_config, "--at: expected ns since the epoch, not '"
                                        + options.at + "'"}};
    one.question.as_of = time_ns{std::chrono::nanoseconds{ns}};
  }
  return std::vector{std::move(one)};
}

void print(const asked_question& asked, const dynamic_result& answer) {
  value::object line{{"source", asked.source},
                     {"key", asked.question.key},
                     {"at", answer.as_of.time_since_epoch().count()}};
  if (answer.record) {
    line.emplace_back("record", *answer.record);
    if (!answer.complete)
      line.emplace_back("complete", false);
  } else {
    line.emplace_back("error", to_string(answer.record.error().code));
    line.emplace_back("message", answer.record.error().detail);
  }
  std::cout << to_json(line) << '\n';
}

/// Questions to one source that stand together are one bulk Get.
void ask_all(pipeline& actors, const std::vector<asked_question>& questions) {
  for (std::size_t begin = 0; begin < questions.size();) {
    auto end = begin;
    std::vector<dynamic_question> bulk;
    while (end < questions.size() && questions[end].source == questions[begin].source)
      bulk.push_back(questions[end++].question);
    const auto page = actors.ask(questions[begin].source, std::move(bulk));
    for (auto i = begin; i < end; ++i)
      print(questions[i],
            page ? (*page)[i - begin]
                 : dynamic_result{std::unexpected{page.error()}, true,
                                  questions[i].question.as_of.value_or(time_ns{})});
    begin = end;
  }
}

} // namespace

int run_get(const get_options& options) {
  stop_watch watch;
  auto replay = options.replay;
  // stdout is for answers. Sources learn all the same.
  replay.signatures = "none";
  replay.sets.emplace_back("sinks.out={type: json, path: /dev/null, take: [lost_events]}");
  const auto what = make_plan(replay, run_mode::replay);
  if (!what)
    return complain(what.error());
  const auto questions = questions_of(options);
  if (!questions)
    return complain({questions.error()});
  auto running = start_replay(*what, replay);
  if (!running)
    return running.error();
  (*running)->run(watch, std::nullopt, nullptr);
  ask_all((*running)->actors(), *questions);
  std::cout.flush();
  const auto code = (*running)->finish(replay, false);
  return std::cout ? code : exit_failed;
}

} // namespace vedette
