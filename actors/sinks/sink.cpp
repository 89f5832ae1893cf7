#include "actors/sinks/sink.hpp"

#include <caf/stateful_actor.hpp>

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

namespace vedette {

namespace {

class file_output final : public sink_output {
public:
  file_output(int fd, std::string path, bool owned)
      : fd_{fd}, path_{std::move(path)}, owned_{owned} {}
  ~file_output() override {
    if (owned_)
      close(fd_);
  }

  std::expected<void, error> write(std::string_view text) override {
    while (!text.empty()) {
      const auto written = ::write(fd_, text.data(), text.size());
      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0) {
        auto failure = system_error("cannot write to " + path_, errno);
        failure.code = ec::sink_failed;
        return std::unexpected{failure};
      }
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

private:
  int fd_;
  std::string path_;
  bool owned_;
};

class sink_shell_state {
public:
  static constexpr auto name = "sink";

  explicit sink_shell_state(sink_actor::pointer self) : self_{self} {}

  void start(sink_setup setup) {
    setup_ = std::move(setup);
    sink_.emplace(setup_.streams, setup_.takes,
                  make_format(setup_.type, setup_.host_name));
  }

  void take(const output& next) {
    sink_->accept(next);
    text_.clear();
    sink_->write(text_);
    put();
    sink_->nudge([this](const nudged_actor& whom, time_ns until) {
      self_->send(whom, nudge_atom_v, until);
    });
    if (sink_->ended() && !std::exchange(ended_, true))
      self_->send(setup_.supervisor, ended_atom_v, setup_.name);
  }

  [[nodiscard]] stage_status status() const {
    stage_status result;
    result.name = setup_.name;
    result.balance = sink_->balance();
    result.balance.out -= unwritten_;
    result.balance.dropped += unwritten_;
    result.findings = sink_->findings() - unwritten_findings_;
    return result;
  }

private:
  void put() {
    const auto items = sink_->balance().out - std::exchange(items_, sink_->balance().out);
    const auto findings =
        sink_->findings() - std::exchange(findings_, sink_->findings());
    if (text_.empty())
      return;
    if (!failed_) {
      const auto done = setup_.to->write(text_);
      if (done)
        return;
      failed_ = true;
      self_->send(setup_.supervisor, ended_atom_v, setup_.name, done.error());
    }
    unwritten_ += items;
    unwritten_findings_ += findings;
  }

  sink_actor::pointer self_;
  sink_setup setup_;
  std::optional<sink_state> sink_;
  std::string text_;
  std::uint64_t items_ = 0; ///< Given to put() so far; of these:
  std::uint64_t findings_ = 0;
  std::uint64_t unwritten_ = 0;
  std::uint64_t unwritten_findings_ = 0;
  bool failed_ = false;
  bool ended_ = false;
};

sink_actor::behavior_type run_sink(sink_actor::stateful_pointer<sink_shell_state> self,
                                   const std::shared_ptr<sink_setup>& setup) {
  self->state.start(std::move(*setup));
  return {
      [self](const output& next) { self->state.take(next); },
      [self](status_atom) { return self->state.status(); },
  };
}

} // namespace

std::expected<std::unique_ptr<sink_output>, error> open_sink(const std::string& path) {
  if (path == "-")
    return std::make_unique<file_output>(STDOUT_FILENO, "stdout", false);
  const auto fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) {
    auto failure = system_error("cannot open " + path + " for writing", errno);
    failure.code = ec::sink_failed;
    return std::unexpected{failure};
  }
  return std::make_unique<file_output>(fd, path, true);
}

sink_actor spawn_sink(caf::actor_system& system, sink_setup setup) {
  const auto own_thread = setup.own_thread;
  auto shared = std::make_shared<sink_setup>(std::move(setup));
  if (own_thread)
    return system.spawn<caf::detached>(run_sink, std::move(shared));
  return system.spawn(run_sink, std::move(shared));
}

} // namespace vedette
