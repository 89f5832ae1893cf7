#pragma once

#include "actors/pipeline.hpp"
#include "bpf/file_descriptor.hpp"
#include "cli/options.hpp"
#include "runtime/system_config.hpp"

#include <caf/actor_system.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A whole pipeline, in this process, from a config and lines of JSON to the text of its
// sinks:
//
//     const auto result = run_pipeline({.yaml = "pipeline: {shards: 2}"}, lines);
//     EXPECT_THAT(result.lines("-"), SizeIs(3));
//     expect_accounted(result);
namespace vedette {

struct pipeline_options {
  std::string yaml = {};
  std::vector<std::string> sets = {}; ///< As `--set`.
  bool threads = false; ///< Runs it as the program does, else one step at a time.
  bool strict = false;
  /// Which of so many actors that have a message takes its next one: a number below. Empty:
  /// the one that has waited longest.
  std::function<std::size_t(std::size_t)> choose = {};
  /// By path of a sink: writes that succeed; none: all.
  std::map<std::string, std::size_t> writes = {};
};

/// What a pipeline has done.
struct pipeline_result {
  topology plan;
  std::vector<edge> spawned;
  std::map<std::string, std::string> text; ///< By path of the sink.
  std::vector<stage_status> stages;
  std::map<std::string, source_status> sources; ///< By path.
  pipeline_outcome outcome;
  bool over = false;                ///< Whoever waits for the end has been told of it.
  std::vector<std::string> refused; ///< What was said of lines that are no events.

  [[nodiscard]] std::vector<std::string> lines(const std::string& sink) const {
    std::vector<std::string> all;
    std::istringstream from{text.at(sink)};
    for (std::string line; std::getline(from, line);)
      all.push_back(line);
    return all;
  }

  /// Of those whose name begins so.
  [[nodiscard]] stage_balance sum(std::string_view prefix) const {
    stage_balance all;
    for (const auto& stage : stages)
      if (stage.name.starts_with(prefix)) {
        const auto& one = stage.balance;
        all.in += one.in;
        all.made += one.made;
        all.out += one.out;
        all.filtered += one.filtered;
        all.dropped += one.dropped;
      }
    return all;
  }
  [[nodiscard]] const stage_status& stage(std::string_view name) const {
    const auto found = std::ranges::find(stages, name, &stage_status::name);
    if (found == stages.end())
      throw std::out_of_range{std::string{name}};
    return *found;
  }
};

class pipeline_run {
public:
  pipeline_run(pipeline_options options, std::string_view input)
      : options_{std::move(options)}, config_{make_config(options_)} {
    const auto known = known_signatures();
    auto loaded = parse_config("test.yaml", options_.yaml, options_.sets);
    if (!loaded)
      throw std::invalid_argument{loaded.error().front().detail};
    if (const auto wrong = validate_wiring(*loaded, known); !wrong.empty())
      throw std::invalid_argument{wrong.front().detail};
    result_.plan = describe(*loaded, known, run_mode::replay);
    auto started = pipeline::start(system_, result_.plan, *loaded, environment(input),
                                   done_.get());
    if (!started) {
      run();
      throw std::invalid_argument{started.error().detail};
    }
    pipeline_ = std::move(*started);
  }
  pipeline_run(const pipeline_run&) = delete;
  pipeline_run& operator=(const pipeline_run&) = delete;
  ~pipeline_run() {
    pipeline_.reset();
    run(); // ~actor_system waits for all actors.
  }

  [[nodiscard]] pipeline& actors() { return *pipeline_; }

  /// Reads all input; has everything done that can be done.
  void begin() {
    pipeline_->begin();
    wait();
  }
  void stop() {
    pipeline_->stop();
    wait();
  }

  /// Lets actors handle at most so many messages.
  void run(std::size_t messages = std::numeric_limits<std::size_t>::max()) {
    if (options_.threads)
      return;
    auto& scheduler =
        dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
    auto& jobs = scheduler.jobs;
    for (; messages > 0 && !jobs.empty(); --messages) {
      if (options_.choose)
        std::swap(jobs.front(), jobs.at(options_.choose(jobs.size())));
      scheduler.run_once();
    }
  }

  [[nodiscard]] pipeline_result result() {
    result_.over = result_.over || hear(0);
    result_.spawned = pipeline_->spawned();
    result_.stages = pipeline_->stages();
    for (auto& [path, status] : pipeline_->sources())
      result_.sources[path] = std::move(status);
    result_.outcome = pipeline_->outcome();
    return result_;
  }

private:
  /// Keeps what is written, until it has been told to fail.
  class text_output final : public sink_output {
  public:
    text_output(std::string& text, std::size_t writes) : text_{text}, left_{writes} {}

    std::expected<void, error> write(std::string_view text) override {
      if (left_ == 0)
        return std::unexpected{error{ec::sink_failed, "cannot write: no room"}};
      --left_;
      text_ += text;
      return {};
    }

  private:
    std::string& text_;
    std::size_t left_;
  };

  static system_config make_config(const pipeline_options& options) {
    return options.threads ? system_config{2} : system_config::deterministic();
  }

  pipeline_environment environment(std::string_view input) {
    pipeline_environment made;
    made.host_name = "h1";
    made.own_threads = options_.threads;
    made.let_run = [this] { run(); };
    made.inputs.push_back(text_input("input", std::string{input}));
    made.strict = options_.strict;
    made.report = [this](std::string_view line) { result_.refused.emplace_back(line); };
    made.open = [this](const config::sink& sink)
        -> std::expected<std::unique_ptr<sink_output>, error> {
      const auto writes = options_.writes.find(sink.path);
      return std::make_unique<text_output>(
          result_.text[sink.path], writes == options_.writes.end()
                                       ? std::numeric_limits<std::size_t>::max()
                                       : writes->second);
    };
    return made;
  }

  /// Whether it has been told that there is news.
  bool hear(int wait_ms) {
    pollfd done{done_.get(), POLLIN, 0};
    std::uint64_t news = 0;
    return poll(&done, 1, wait_ms) == 1
           && read(done_.get(), &news, sizeof(news)) == sizeof(news);
  }

  void wait() {
    run();
    while (options_.threads && !pipeline_->outcome().is_drained())
      result_.over = hear(-1);
  }

  pipeline_options options_;
  pipeline_result result_;
  system_config config_;
  caf::actor_system system_{config_};
  file_descriptor done_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  std::unique_ptr<pipeline> pipeline_;
};

/// Replays `input` to its end.
inline pipeline_result run_pipeline(pipeline_options options, std::string_view input) {
  pipeline_run running{std::move(options), input};
  running.begin();
  return running.result();
}

/// Every stage adds up, what one sends is what the next ones receive, and what was spawned
/// is what is drawn.
inline void expect_accounted(const pipeline_result& of) {
  EXPECT_EQ(of.spawned, of.plan.edges);
  for (const auto& one : of.stages)
    EXPECT_TRUE(one.balance.adds_up()) << one.name;
  EXPECT_EQ(of.sum("reader").out, of.sum("enricher ").in);
  EXPECT_EQ(of.sum("enricher ").out + of.sum("runner ").made,
            of.sum("runner ").in + of.sum("sink ").in);
}

/// The same, and it ended as it should.
inline void expect_complete(const pipeline_result& of) {
  expect_accounted(of);
  EXPECT_TRUE(of.over);
  EXPECT_EQ(of.outcome.open_sinks, 0U);
  for (const auto& [node, why] : of.outcome.failures)
    ADD_FAILURE() << node << ": " << why.detail;
  for (const auto& [path, source] : of.sources) {
    EXPECT_EQ(source.metrics.incomplete, 0U) << path;
    EXPECT_EQ(source.metrics.pending, 0U) << path;
  }
}

} // namespace vedette
