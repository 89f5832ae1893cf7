#include "cli/command_line.hpp"

#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <functional>
#include <iostream>
#include <utility>

namespace vedette {

namespace {

/// A command line: subcommands note in `chosen` what is to be done.
class command_line {
public:
  command_line() {
    app_.require_subcommand(1);
    app_.name("vedette");
    add_run();
    add_replay();
    add_get();
    add_simulate();
    add_list();
    add_config();
    add_topology();
    app_.add_subcommand("version", "Print the version")->callback([this] {
      chosen_ = print_version;
    });
    app_.set_version_flag("--version", VEDETTE_VERSION);
  }

  int parse_and_run(int count, char** words) {
    try {
      app_.parse(count, words);
    } catch (const CLI::CallForHelp& help) {
      return app_.exit(help, std::cout, std::cerr);
    } catch (const CLI::CallForVersion& version) {
      return app_.exit(version, std::cout, std::cerr);
    } catch (const CLI::ParseError& wrong) {
      std::cerr << "vedette: " << wrong.what() << "; try `vedette --help`\n";
      return exit_usage;
    }
    return chosen_();
  }

private:
  CLI::App* command(CLI::App& under, const std::string& name, const std::string& help,
                    std::function<int()> what) {
    auto* const added = under.add_subcommand(name, help);
    added->callback([this, what = std::move(what)] { chosen_ = what; });
    return added;
  }

  void add_config_options(CLI::App* to) {
    to->add_option("--config", options_.config, "Configuration file (YAML)");
    to->add_option("--set", options_.sets, "A value over it: KEY.KEY=VALUE")
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false); // Else it takes the `--` before a command.
    to->add_option("--signatures", options_.signatures,
                   "Which run: all, none, or ids, comma-separated");
    to->add_option("--events", options_.events,
                   "Events to print, comma-separated, beside findings; of one some: "
                   "NAME.FIELD=VALUE,VALUE, also with !=, <, >, <=, >=")
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false); // Else it takes the `--` before a command.
    to->add_option("--output", options_.output, "How: table or json")
        ->check(CLI::IsMember({"table", "json"}));
  }

  void add_run_options(CLI::App* to) {
    add_config_options(to);
    to->add_option("--for", options_.duration, "Stop after this time: 10s, 5m");
    to->add_option("--summary", options_.summary, "File for counts and balance (JSON)");
  }

  void add_run() {
    auto* const run = command(app_, "run", "Watch this host",
                              [this] { return run_live(options_); });
    add_run_options(run);
    run->add_option("--record", options_.record,
                    "File for what the kernel said, for `vedette replay`");
    run->add_flag("--strict", options_.strict, "A signature that cannot be loaded ends it");
    run->add_option("command", options_.words,
                    "After --: run this, and stop when it has ended");
  }

  void add_replay() {
    auto* const replay =
        command(app_, "replay", "Run over recorded events: captures, or Tracee's JSON, a line each",
                [this] { return run_replay(options_); });
    add_run_options(replay);
    replay->add_flag("--strict", options_.strict,
                     "Stop at the first line that is no event, damaged capture, or signature "
                     "that cannot be loaded");
    replay->add_option("files", options_.words, "Files; - is stdin")->required();
  }

  void add_get() {
    auto* const get = command(app_, "get", "Ask a data source after a replay", [this] {
      get_.replay = options_;
      return run_get(get_);
    });
    get->add_option("source", get_.source, "e.g. tracee/process_tree");
    get->add_option("key", get_.key, R"(e.g. '{"pid":1}'; see `vedette list data-sources`)");
    get->add_option("--at", get_.at, "As of this time, ns since the epoch; default: now");
    get->add_option("--keys", get_.keys,
                    R"(File of questions, a line each: {"source":…,"key":…,"at":…})");
    get->add_flag("--watch", get_.watch,
                  "Show each change during the replay; without KEY: of all keys");
    get->add_option("--replay", options_.words, "File of recorded events; - is stdin")
        ->required();
    get->add_flag("--strict", options_.strict, "Stop at the first line that is no event");
    add_config_options(get);
  }

  void add_simulate() {
    auto* const added = command(
        app_, "simulate", "Do, harmlessly, what signatures look for, to see that they find it",
        [this] {
          simulate_.json = options_.output == "json";
          return simulate(simulate_);
        });
    added->add_option("ids", simulate_.ids, "Of signatures, or all")
        ->required()
        ->delimiter(',');
    added->add_option("--output", options_.output, "How: table or json")
        ->check(CLI::IsMember({"table", "json"}));
  }

  void add_list() {
    auto* const list = app_.add_subcommand("list", "What there is");
    list->require_subcommand(1);
    const auto add = [&](const std::string& name, const std::string& help,
                         int (*what)(bool)) {
      command(*list, name, help, [this, what] { return what(options_.output == "json"); })
          ->add_option("--output", options_.output, "How: table or json")
          ->check(CLI::IsMember({"table", "json"}));
    };
    add("signatures", "What is detected", list_signatures);
    add("events", "What can be seen, and by which probe here", list_events);
    add("data-sources", "What can be asked", list_data_sources);
  }

  void add_config() {
    auto* const config = app_.add_subcommand("config", "Look at a configuration");
    config->require_subcommand(1);
    auto* const check = command(*config, "check", "Say what is wrong with a file",
                                [this] { return check_config(options_); });
    check->add_option("file", options_.config, "Configuration file (YAML)");
    check->add_option("--set", options_.sets, "A value over it: KEY.KEY=VALUE")
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false); // Else it takes the `--` before a command.
    auto* const show = command(*config, "show", "Print it with all defaults",
                               [this] { return show_config(options_); });
    show->add_option("file", options_.config, "Configuration file (YAML)");
    add_config_options(show);
  }

  void add_topology() {
    auto* const topology =
        command(app_, "topology", "Draw the actors that a configuration leads to",
                [this] { return draw_topology(options_, format_, replay_); });
    add_config_options(topology);
    topology->add_option("--format", format_, "text, mermaid or dot")
        ->check(CLI::IsMember({"text", "mermaid", "dot"}));
    topology->add_flag("--replay", replay_, "As for `vedette replay`");
  }

  CLI::App app_{"Vedette watches a Linux host, remembers, and reports."};
  run_options options_;
  get_options get_;
  simulate_options simulate_;
  std::string format_ = "text";
  bool replay_ = false;
  std::function<int()> chosen_ = [] { return exit_usage; };
};

} // namespace

int run_command_line(int count, char** words) {
  // stdout belongs to findings; what is for people goes to stderr.
  auto log = spdlog::stderr_logger_mt("vedette");
  log->set_pattern("vedette: %^%l%$: %v");
  spdlog::set_default_logger(std::move(log));
  try {
    return command_line{}.parse_and_run(count, words);
  } catch (const std::exception& bug) {
    std::cerr << "vedette: a bug: " << bug.what() << '\n';
    return exit_failed;
  }
}

} // namespace vedette
