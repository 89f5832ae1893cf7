#include "cli/questions.hpp"

#include "actors/replay/input_source.hpp"
#include "events/ndjson_reader.hpp"

#include <charconv>
#include <iostream>

namespace vedette {

namespace {

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

} // namespace

std::expected<value, error> key_of(const std::string& word) {
  if (!word.starts_with('{'))
    return value{word};
  auto key = parse_json(word);
  if (!key)
    return std::unexpected{
        error{ec::invalid_config, "KEY " + word + ": " + key.error().detail}};
  return key;
}

std::expected<std::vector<asked_question>, error> questions_of(const get_options& options) {
  if (!options.keys.empty())
    return read_questions(options.keys);
  if (options.source.empty() || options.key.empty())
    return std::unexpected{
        error{ec::invalid_config,
              "get: expected SOURCE and KEY, or --keys FILE; e.g. vedette get "
              "tracee/process_tree '{\"pid\":1}' --replay events.ndjson"}};
  auto key = key_of(options.key);
  if (!key)
    return std::unexpected{key.error()};
  asked_question one{options.source, {std::move(*key), std::nullopt}};
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

void print_answer(const std::string& source, const value& key,
                  const dynamic_result& answer) {
  value::object line{{"source", source},
                     {"key", key},
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

} // namespace vedette
