#pragma once

#include "actors/runner/batch_run.hpp"
#include "actors/runner/loaded_signatures.hpp"
#include "runtime/scope.hpp"
#include "signatures/finding_event.hpp"

#include <cstddef>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

/// Gives events to signatures, and what they find to the signatures that select it: in the
/// order of a process's events, though handlers of different events may be suspended at the
/// same time. Knows nothing of actors.
class dispatch {
public:
  explicit dispatch(loaded_signatures& signatures) : signatures_{signatures} {}
  dispatch(const dispatch&) = delete;
  dispatch& operator=(const dispatch&) = delete;

  /// Handles an event, now or after earlier ones of its process.
  void deliver(loaded_signature& to, const delivery& next);

  /// Handlers have ended since: handles what waited for them, and tells of signatures that
  /// were disabled. Not to be called by one.
  void go_on();

  /// Handlers that are suspended.
  [[nodiscard]] std::size_t suspended() const { return open_.size() - free_.size(); }

  /// Ends all that are suspended, or those of one run, as if they had failed.
  void abandon(std::string_view why, const batch_run* in = nullptr);

  /// Destroys all that is suspended.
  void clear() { handlers_.clear(); }

private:
  /// A findings' findings' … findings: so far and no farther.
  static constexpr std::uint32_t deepest = 5;

  /// A handler that is a coroutine, while it has not ended.
  struct open_handler {
    loaded_signature* in = nullptr; ///< Null: a free place.
    delivery of{};
    co::scope::ticket ticket{};
    bool is_suspended = false; ///< Others wait for it.
  };
  struct waiting_process {
    loaded_signature* in;
    entity_id process;
  };

  /// It may have to wait, or is timed.
  void deliver_slowly(loaded_signature& to, const delivery& next);
  void start(loaded_signature& in, const delivery& next);
  void run_handler(loaded_signature& in, const delivery& next);
  void run(handled handler, loaded_signature& in, const delivery& next);
  std::size_t take_place(loaded_signature& in, const delivery& next);
  void end(std::size_t place, const std::exception_ptr& failure);
  void block(const open_handler& by);
  void unblock(const open_handler& by);
  void go_on(loaded_signature& in, entity_id process);
  /// Looks at what was found since: excepts it, gives it to those who select it.
  void publish(batch_run& run);
  void publish(batch_run& run, std::size_t news);
  void failed(loaded_signature& in, const delivery& on, const std::exception_ptr& failure);

  loaded_signatures& signatures_;
  finding_events as_events_;
  std::vector<open_handler> open_;
  std::vector<std::size_t> free_;        ///< Places in it.
  std::vector<waiting_process> ready_;   ///< Nothing is suspended there any more.
  std::vector<delivery> notices_;        ///< Of signatures that were disabled.
  co::scope handlers_;
};

/// Gives the event to the signature; what is left to do then is a coroutine. Here, as it is
/// what there is to do for most events: whoever delivers has it in his loop.
inline void dispatch::run_handler(loaded_signature& in, const delivery& next) {
  const bool derived = next.in != nullptr;
  const auto place = batch_run::place(derived ? next.cause : next.event.index(), in.number);
  reporter::receiver& to = derived ? static_cast<reporter::receiver&>(*next.in) : *next.run;
  const auto call = [&]() -> handled {
    try {
      auto handler = in.code->on_event(next.event, reporter{to, place});
      if (!handler)
        in.failed_in_row = 0;
      return handler;
    } catch (...) {
      failed(in, next, std::current_exception());
      return {};
    }
  };
  if (auto handler = call())
    return run(std::move(handler), in, next);
  if (next.run->has_news())
    publish(*next.run);
}

inline void dispatch::deliver(loaded_signature& to, const delivery& next) {
  ++to.events;
  if (to.waits || to.events >= to.next_timed)
    return deliver_slowly(to, next);
  run_handler(to, next);
}

} // namespace vedette
