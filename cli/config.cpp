#include "cli/commands.hpp"

#include <iostream>

namespace vedette {

int check_config(const run_options& options) {
  const auto what = make_plan(options, run_mode::live);
  if (!what)
    return complain(what.error());
  std::cerr << (options.config.empty() ? "the configuration" : options.config)
            << " is valid: " << what->graph.nodes.size() << " actors, "
            << what->graph.shards << " shards\n";
  return exit_done;
}

int show_config(const run_options& options) {
  const auto what = make_plan(options, run_mode::live);
  if (!what)
    return complain(what.error());
  std::cout << show(what->settings);
  return exit_done;
}

int draw_topology(const run_options& options, const std::string& format, bool replay) {
  const auto what = make_plan(options, replay ? run_mode::replay : run_mode::live);
  if (!what)
    return complain(what.error());
  if (format == "mermaid")
    std::cout << draw_mermaid(what->graph);
  else if (format == "dot")
    std::cout << draw_dot(what->graph);
  else
    std::cout << draw_text(what->graph);
  return exit_done;
}

int print_version() {
  std::cout << "vedette " VEDETTE_VERSION "\n";
  return exit_done;
}

} // namespace vedette
