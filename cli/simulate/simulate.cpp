#include "cli/commands.hpp"
#include "cli/simulate/act_runner.hpp"
#include "cli/simulate/choice.hpp"
#include "events/value.hpp"

#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace vedette {

namespace {

using simulation::act;
using simulation::act_result;

std::string in_words(const act& what, const act_result& result) {
  if (result.how != act_result::kind::shown)
    return "cannot be shown here: " + result.reason;
  return what.note.empty() ? "shown" : fmt::format("shown ({})", what.note);
}

std::string line_of(const act& what, const act_result& result, bool json) {
  if (!json)
    return fmt::format("{:<10}{:<32}{}", what.id, what.finding, in_words(what, result));
  return to_json(value::object{{"id", what.id},
                               {"name", what.finding},
                               {"shown", result.how == act_result::kind::shown},
                               {"reason", result.reason},
                               {"note", what.note}});
}

} // namespace

int simulate(const simulate_options& options) {
  const auto acts = simulation::choose(options.ids);
  if (!acts)
    return complain({acts.error()});
  if (geteuid() != 0) {
    complain(
        {error{ec::no_privileges,
               "simulate needs root, for namespaces and mounts of its own; try sudo"}});
    return exit_failed;
  }
  stop_watch watch;
  simulation::act_runner runner{watch};
  auto code = exit_done;
  for (const auto& one : *acts) {
    const auto result = runner.run(one);
    if (result.how == act_result::kind::broken)
      code = exit_failed;
    std::cout << line_of(one, result, options.json) << std::endl; // Each as it is done.
    if (runner.is_interrupted())
      break;
  }
  return code;
}

} // namespace vedette
