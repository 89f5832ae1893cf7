#pragma once

#include "actors/actors.hpp"
#include "runtime/reply.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/duration.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

// Credit: how a stage keeps within what the next one can take. The one mechanism for
// all stages that send flows or outputs.
namespace vedette {

/// What is lost with a message: what `lost_events` says.
struct load {
  std::uint64_t items = 0; ///< Events and findings.
  time_ns since = end_of_time;
  time_ns until = beginning_of_time;
};

// What a lane must know of the messages that it carries. Without its content a message
// still says how far its stream has come, which must never be lost: whoever merges
// waits for it.

load load_of(const flow& message);
load load_of(const output& message);

/// Takes the content away: what is left is the watermark.
void strip(flow& message);
void strip(output& message);

/// Merges `next`, which has no content, into `earlier` if that is of the same stream.
bool absorb(flow& earlier, const flow& next);
bool absorb(output& earlier, const output& next);

/// How far a stage has come in a stream, and what a receiver has been told of that. It
/// is told with what it is given. Where there is nothing to give it is told if it has
/// asked: mostly nothing waits there, and a message would be for nothing.
class told_stream {
public:
  /// The stream has come so far → whether the receiver is to be told. The first time it
  /// is, or it would not know whom to ask.
  bool pass(time_ns watermark, bool has_content);

  /// Somebody waits for the stream to come so far → whether there is something to tell.
  bool ask(time_ns until);

  [[nodiscard]] time_ns passed() const { return passed_; }
  [[nodiscard]] time_ns asked() const { return asked_; }

private:
  time_ns passed_ = beginning_of_time;
  time_ns told_ = beginning_of_time;
  time_ns asked_ = beginning_of_time;
  bool begun_ = false;
};

/// What happens to content for which there is no credit.
enum class when_full : std::uint8_t {
  wait, ///< It waits, and so does the answer to whoever sent it to us.
  /// It waits as long as there is room for it, then it is dropped and counted. Nobody
  /// before the lane ever waits for it.
  drop,
};

/// How much a lane may have under way.
struct lane_limits {
  std::size_t credits = 4; ///< Messages that the receiver has not answered.
  when_full full = when_full::wait;
  /// Events and findings that may wait for credit where more are dropped. Live messages
  /// are small at low rates: counted by messages a sink that was not scheduled for a
  /// few milliseconds would lose some.
  std::size_t room = 2048;
};

/// One receiver, the window of requests that it has not answered, and what waits for
/// credit. Belongs to an actor's state. `Owner` and `Receiver` are the handles' types.
template <class Owner, class Receiver, class Message>
class lane {
public:
  /// Told what was dropped for want of credit, or because the receiver is gone.
  using on_lost = std::function<void(const load&)>;

  lane(typename Owner::pointer self, Receiver to, const lane_limits& limits,
       on_lost lost)
      : self_{self}, to_{std::move(to)}, limits_{limits}, lost_{std::move(lost)} {}
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;

  /// Sends `message`, now or when there is credit, in the order of the pushes; but a
  /// watermark that has to wait goes with an earlier message of its stream. Lets go of
  /// `token` when the receiver has answered, or is gone; a mere watermark needs no
  /// answer.
  void push(Message message, completion_ptr token) {
    if (limits_.full == when_full::drop) {
      token.reset();
      if (!has_credit() && waiting_items_ + load_of(message).items > limits_.room)
        drop_content(message);
    }
    const auto after = std::exchange(pushed_, std::max(pushed_, message.watermark));
    if (!joins_queue(message, token)) {
      waiting_items_ += load_of(message).items;
      queue_.push_back({std::move(message), after, {}});
      queue_.back().tokens.push_back(std::move(token));
    }
    send();
  }

  /// Up to which watermark all that was pushed has been answered, where that is of one
  /// stream.
  [[nodiscard]] time_ns settled() const {
    auto until = pushed_;
    for (const auto& one : window_)
      until = std::min(until, one.after);
    return until;
  }

  [[nodiscard]] std::size_t unanswered() const { return window_.size() - free_.size(); }
  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
  [[nodiscard]] bool idle() const { return unanswered() == 0 && queue_.empty(); }

private:
  using token_list = std::vector<completion_ptr>;

  struct queued {
    Message message;
    time_ns after; ///< The watermark before it.
    token_list tokens;
  };
  struct sent {
    load content;
    time_ns after = end_of_time;
    token_list tokens;
  };

  void drop_content(Message& message) {
    const auto content = load_of(message);
    strip(message);
    if (content.items > 0)
      lost_(content);
  }

  /// Watermarks are nobody's credit, so neither they nor their tokens must add up here;
  /// the end of a stream is said once.
  bool joins_queue(const Message& message, completion_ptr& token) {
    if (load_of(message).items > 0)
      return false;
    const auto same =
        std::find_if(queue_.rbegin(), queue_.rend(),
                     [&](queued& earlier) { return absorb(earlier.message, message); });
    if (same == queue_.rend())
      return false;
    if (message.last)
      same->tokens.push_back(std::move(token));
    return true;
  }

  [[nodiscard]] bool has_credit() const {
    return !free_.empty() || window_.size() < std::max<std::size_t>(limits_.credits, 1);
  }
  /// The window has as many places as were ever in use at once.
  std::size_t take_place() {
    if (free_.empty()) {
      window_.emplace_back();
      return window_.size() - 1;
    }
    const auto place = free_.back();
    free_.pop_back();
    return place;
  }

  void send() {
    // A request made after quit() would keep the actor alive until it is answered.
    while (has_credit() && !queue_.empty()
           && !self_->getf(caf::abstract_actor::is_shutting_down_flag)) {
      auto next = std::move(queue_.front());
      queue_.pop_front();
      if (load_of(next.message).items == 0 && !next.message.last) {
        self_->send(to_, std::move(next.message));
        continue;
      }
      const auto place = take_place();
      // Tokens stay here: in the handler they would keep the actor alive with a cycle.
      window_[place] = {load_of(next.message), next.after, std::move(next.tokens)};
      waiting_items_ -= window_[place].content.items;
      self_->request(to_, caf::infinite, std::move(next.message))
          .then([this, place] { answered(place); },
                [this, place](const caf::error&) { failed(place); });
    }
  }

  void answered(std::size_t place) {
    const auto done = std::exchange(window_[place], {});
    free_.push_back(place);
    send();
  }

  void failed(std::size_t place) {
    if (const auto content = window_[place].content; content.items > 0)
      lost_(content);
    answered(place);
  }

  typename Owner::pointer self_;
  Receiver to_;
  lane_limits limits_;
  on_lost lost_;
  std::vector<sent> window_;
  std::vector<std::size_t> free_; ///< Places in the window.
  std::deque<queued> queue_;
  std::uint64_t waiting_items_ = 0;    ///< In the queue.
  time_ns pushed_ = beginning_of_time; ///< The last watermark.
};

} // namespace vedette
