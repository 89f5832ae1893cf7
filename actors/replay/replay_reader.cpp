#include "actors/replay/replay_reader.hpp"

#include "actors/replay/capture_input.hpp"
#include "events/line_parser.hpp"
#include "events/ndjson_reader.hpp"
#include "runtime/wakeable_actor.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

CAF_ADD_ATOM(vedette_reader, vedette, read_atom, "read")

namespace vedette {

namespace {

constexpr std::size_t read_bytes = 1U << 20U;
constexpr auto lines_per_turn = 512; ///< Credit is heard of in between.

using reader_shell =
    collector_actor::extend<caf::replies_to<read_atom>::with<void>>;

class replay_reader final : public wakeable_actor<reader_shell> {
public:
  replay_reader(caf::actor_config& config,
                const std::shared_ptr<replay_reader_setup>& setup)
      : wakeable_actor{config}, setup_{std::move(*setup)},
        state_{setup_.config, [this](raw_flow next) { give(std::move(next)); }} {}

  const char* name() const override { return "reader"; }

protected:
  behavior_type make_behavior() override {
    return {
        // It reads as fast as it may, and has told its position where it may not.
        [](nudge_atom, time_ns) {},
        // Nothing is lost in a replay but behind an output that has failed.
        [](lost_atom, const std::string&, const std::string&, std::uint64_t, time_ns,
           time_ns) {},
        [](tell_atom, const raw_batch_ptr&, bool) {},
        [this](start_atom) { start(); },
        [this](stop_atom) {
          stopped_ = true;
          go_on();
        },
        [this](status_atom) { return status(); },
        [this](read_atom) {
          scheduled_ = false;
          turn();
        },
    };
  }

  void on_exit() override { setup_.to.clear(); }

private:
  void start() {
    for (std::uint32_t shard = 0; shard < setup_.to.size(); ++shard)
      give({shard, nullptr, beginning_of_time, false, {}});
    go_on();
  }

  void go_on() {
    if (!std::exchange(scheduled_, true))
      send(this, read_atom_v);
  }

  /// Some lines, until one has to wait: for credit, for input, for other messages.
  void turn() {
    if (ended_)
      return;
    for (auto left = lines_per_turn; left > 0; --left) {
      if (!state_.drain())
        return; // The next credit goes on.
      if (stopped_ || input_ >= setup_.inputs.size()) {
        ended_ = state_.finish();
        return;
      }
      if (!accept_next() && !fill())
        break;
    }
    calm_down();
    go_on();
  }

  /// False: there is none before more is read.
  bool accept_next() {
    if (!capture_) {
      const auto line = lines_.next();
      if (line)
        accept(*line);
      return line.has_value();
    }
    const auto record = capture_->next();
    const auto unknown = capture_->take_unknown();
    unknown_ += unknown;
    read_ += unknown;
    skipped_ += unknown;
    if (record) {
      ++(record->made ? made_ : read_);
      state_.accept(record->bytes, record->time, record->clock_offset, record->shard);
    }
    return record.has_value();
  }

  void accept(const input_line& line) {
    ++read_;
    if (line.too_long)
      return refuse(line, "is longer than 16 MiB");
    const auto record = parser_.parse(line.text, state_.accepted());
    if (!record)
      return refuse(line, record.error());
    state_.accept(*record);
  }

  void refuse(const input_line& line, std::string_view reason) {
    ++skipped_;
    auto text = std::string{setup_.inputs[input_]->name()} + ":"
                + std::to_string(line.number) + ": " + std::string{reason};
    if (setup_.report)
      setup_.report(text);
    if (setup_.strict)
      fail({ec::bad_input, std::move(text)});
  }

  void fail(error why) {
    stopped_ = true;
    send(setup_.supervisor, ended_atom_v, setup_.name, std::move(why));
  }

  /// Reads on. False: a message came while it waited for input.
  bool fill() {
    auto& input = *setup_.inputs[input_];
    if (at_end_) { // And the last line or record has been given out.
      if (capture_)
        end_capture(input);
      lines_ = ndjson_reader{};
      at_end_ = false;
      told_ = false;
      ++input_;
      return true;
    }
    if (input.fd() >= 0) {
      std::array<pollfd, 2> ready{{{input.fd(), POLLIN, 0}, {wake_fd(), POLLIN, 0}}};
      poll(ready.data(), ready.size(), -1);
      if (ready[0].revents == 0)
        return false;
    }
    const auto bytes = read(input);
    if (!bytes) {
      fail(bytes.error());
    } else if (*bytes == 0) {
      at_end_ = true;
      tell_format();
      lines_.finish();
      if (capture_)
        capture_->finish();
    }
    return true;
  }

  std::expected<std::size_t, error> read(input_source& input) {
    if (!told_)
      return read_head(input);
    const auto bytes = input.read(capture_ ? capture_->prepare(read_bytes)
                                           : lines_.prepare(read_bytes));
    if (bytes && capture_)
      capture_->commit(*bytes);
    else if (bytes)
      lines_.commit(*bytes);
    return bytes;
  }

  /// As much as it takes to tell what the input is.
  std::expected<std::size_t, error> read_head(input_source& input) {
    std::array<char, 4096> some{};
    const auto bytes = input.read(some);
    if (bytes)
      head_.append(some.data(), *bytes);
    if (head_.size() >= capture_magic.size())
      tell_format();
    return bytes;
  }

  void tell_format() {
    if (std::exchange(told_, true))
      return;
    if (is_capture(head_)) {
      capture_.emplace(static_cast<std::uint32_t>(setup_.to.size()));
      std::ranges::copy(head_, capture_->prepare(head_.size()).begin());
      capture_->commit(head_.size());
    } else {
      lines_.feed(head_);
    }
    head_.clear();
  }

  /// What could be read has been replayed.
  void end_capture(const input_source& input) {
    if (const auto unknown = std::exchange(unknown_, 0); unknown > 0 && setup_.report)
      setup_.report(std::string{input.name()} + ": passes over " + std::to_string(unknown)
                    + " events of kinds that this version does not know");
    auto what = capture_->damage();
    damaged_ += capture_->damaged();
    capture_.reset();
    if (what.empty())
      return;
    error why{ec::bad_input, std::string{input.name()} + ": " + std::move(what)};
    if (setup_.strict)
      fail(std::move(why));
    else
      send(setup_.supervisor, ended_atom_v, setup_.name, std::move(why));
  }

  void give(raw_flow next) {
    next.origin = caf::actor_cast<origin_actor>(this);
    const auto shard = next.shard;
    const bool credit = next.events != nullptr;
    if (credit)
      out_ += next.events->size();
    const auto answered = [this, shard, credit] {
      if (!credit)
        return;
      state_.credit(shard);
      go_on();
    };
    request(setup_.to[shard], caf::infinite, std::move(next))
        .then(answered, [answered](const caf::error&) { answered(); });
  }

  [[nodiscard]] stage_status status() const {
    stage_status result;
    result.name = setup_.name;
    result.balance = {read_, made_, out_, skipped_, 0};
    result.skipped = skipped_ + damaged_;
    result.late = state_.late();
    return result;
  }

  replay_reader_setup setup_;
  ndjson_reader lines_;
  std::optional<capture_input> capture_; ///< The input in hand, if it is one.
  line_parser parser_;
  replay_state state_;
  std::size_t input_ = 0;
  std::string head_;       ///< Of the input in hand, until it is told what that is.
  bool told_ = false;      ///< It is known what the input in hand is.
  bool at_end_ = false;    ///< Of the input in hand.
  bool scheduled_ = false; ///< A turn is on its way.
  bool stopped_ = false;
  bool ended_ = false;
  std::uint64_t unknown_ = 0; ///< Events of the capture in hand.
  std::uint64_t read_ = 0, made_ = 0, skipped_ = 0, damaged_ = 0, out_ = 0;
};

} // namespace

collector_actor spawn_replay_reader(caf::actor_system& system, replay_reader_setup setup) {
  const auto own_thread = setup.own_thread;
  auto shared = std::make_shared<replay_reader_setup>(std::move(setup));
  if (own_thread)
    return system.spawn<replay_reader, caf::detached>(std::move(shared));
  return system.spawn<replay_reader>(std::move(shared));
}

} // namespace vedette
