#include "cli/commands.hpp"
#include "cli/host_facts.hpp"
#include "cli/replay_session.hpp"

#include <iostream>

namespace vedette {

namespace {

/// The inputs, opened; lines that cannot be used are told on stderr. Errors: bad_input.
std::expected<pipeline_environment, error>
replay_environment(const std::vector<std::string>& files, bool strict) {
  pipeline_environment result;
  for (const auto& file : files) {
    auto input = open_input(file);
    if (!input)
      return std::unexpected{input.error()};
    result.inputs.push_back(std::move(*input));
  }
  result.host_name = recorded_host(files);
  result.strict = strict;
  if (!strict) // Else it is the failure that ends the replay.
    result.report = [](std::string_view line) {
      std::cerr << ("vedette: " + std::string{line} + "; skipped\n");
    };
  return result;
}

} // namespace

std::expected<std::unique_ptr<session>, int> start_replay(const plan& what,
                                                          const run_options& options,
                                                          const before_replay& first) {
  auto where = replay_environment(options.words, options.strict);
  if (!where)
    return std::unexpected{complain({where.error()})};
  auto running = session::start(what, std::move(*where));
  if (!running) {
    complain({running.error()});
    return std::unexpected{exit_failed};
  }
  if (first) {
    if (const auto done = first(**running); !done)
      return std::unexpected{complain({done.error()})};
  }
  (*running)->actors().begin();
  return std::move(*running);
}

int run_replay(const run_options& options) {
  stop_watch watch;
  const auto what = make_plan(options, run_mode::replay);
  if (!what)
    return complain(what.error());
  const auto limit = duration_of(options);
  if (!limit)
    return complain({limit.error()});
  auto running = start_replay(*what, options);
  if (!running)
    return running.error();
  (*running)->run(watch, *limit, nullptr);
  return (*running)->finish(options, true);
}

} // namespace vedette
