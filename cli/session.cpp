#include "cli/session.hpp"

#include <sys/eventfd.h>
#include <sys/utsname.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <unistd.h>

namespace vedette {

namespace {

/// Signatures that could not be loaded, each with the reason; once, however many shards.
std::map<std::string, std::string> not_loaded(const std::vector<stage_status>& stages) {
  std::map<std::string, std::string> result;
  for (const auto& stage : stages)
    for (const auto& [id, status] : stage.signatures)
      if (const auto* state = status.find("state"); state->as_string() == "not loaded")
        result.emplace(id, status.find("reason")->as_string().value_or(""));
  return result;
}

} // namespace

session::session(const plan& what)
    : config_{what.settings.scheduler.threads}, system_{config_},
      done_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {}

std::expected<std::unique_ptr<session>, error>
session::start(const plan& what, pipeline_environment where) {
  std::unique_ptr<session> result{new session{what}};
  const bool strict = where.strict;
  auto started = pipeline::start(result->system_, what.graph, what.settings,
                                 std::move(where), result->done_.get());
  if (!started)
    return std::unexpected{started.error()};
  result->pipeline_ = std::move(*started);
  if (strict)
    for (const auto& [id, why] : not_loaded(result->pipeline_->stages()))
      return std::unexpected{
          error{ec::invalid_config, "signature " + id + " cannot be loaded: " + why}};
  return result;
}

void session::run(stop_watch& watch, std::optional<std::chrono::nanoseconds> limit,
                  child_command* command) {
  if (watch.wait(limit, command, done_.get()) == stop_watch::reason::signal)
    std::cerr << "vedette: stopping; once more to stop at once\n";
  pipeline_->stop();
  // A failure is no end: what has not failed is still to be drained.
  while (!is_drained())
    watch.wait(std::nullopt, nullptr, done_.get());
  wall_ = std::chrono::steady_clock::now() - begin_;
}

bool session::is_drained() {
  std::uint64_t news = 0; // Read first: what comes after that makes it readable again.
  [[maybe_unused]] const auto bytes = read(done_.get(), &news, sizeof(news));
  return pipeline_->outcome().is_drained();
}

run_summary session::summary() {
  run_summary result;
  for (auto& stage : pipeline_->stages()) {
    const bool collects = stage.name == "reader" || stage.name.starts_with("collector ");
    (collects ? result.collectors : result.stages).push_back(std::move(stage));
  }
  result.sources = pipeline_->sources();
  result.wall = wall_;
  result.skipped_runs = pipeline_->skipped_runs();
  return result;
}

int session::finish(const run_options& options, bool balance) {
  int code = exit_done;
  for (const auto& [node, why] : pipeline_->outcome().failures) {
    std::cerr << "vedette: " << node << ": " << why.detail << '\n';
    code = exit_failed;
  }
  const auto numbers = summary();
  for (const auto& [id, why] : not_loaded(numbers.stages)) {
    std::cerr << "vedette: signature " << id << " was not loaded: " << why << '\n';
    code = exit_failed;
  }
  if (balance)
    std::cerr << '\n' << to_table(numbers);
  if (!options.summary.empty())
    if (auto written = write_summary(options.summary, numbers); !written) {
      std::cerr << "vedette: " << written.error().detail << '\n';
      code = exit_failed;
    }
  return code;
}

std::string host_name() {
  utsname names{};
  return uname(&names) == 0 ? names.nodename : "";
}

int complain(const std::vector<error>& errors) {
  for (const auto& one : errors)
    std::cerr << "vedette: " << one.detail << '\n';
  return exit_usage;
}

} // namespace vedette
