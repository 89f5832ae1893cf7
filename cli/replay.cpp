#include "cli/commands.hpp"
#include "cli/replay_environment.hpp"
#include "cli/session.hpp"

#include <iostream>

namespace vedette {

std::expected<pipeline_environment, error>
replay_environment(const std::vector<std::string>& files, bool strict) {
  pipeline_environment result;
  for (const auto& file : files) {
    auto input = open_input(file);
    if (!input)
      return std::unexpected{input.error()};
    result.inputs.push_back(std::move(*input));
  }
  result.strict = strict;
  if (!strict) // Else it is the failure that ends the replay.
    result.report = [](std::string_view line) {
      std::cerr << ("vedette: " + std::string{line} + "; skipped\n");
    };
  return result;
}

int run_replay(const run_options& options) {
  stop_watch watch;
  const auto what = make_plan(options, run_mode::replay);
  if (!what)
    return complain(what.error());
  const auto limit = duration_of(options);
  if (!limit)
    return complain({limit.error()});
  auto where = replay_environment(options.words, options.strict);
  if (!where)
    return complain({where.error()});
  auto running = session::start(*what, std::move(*where));
  if (!running) {
    complain({running.error()});
    return exit_failed;
  }
  (*running)->actors().begin();
  (*running)->run(watch, *limit, nullptr);
  return (*running)->finish(options, true);
}

} // namespace vedette
