#pragma once

#include <caf/actor_config.hpp>
#include <caf/mailbox_element.hpp>
#include <sys/eventfd.h>

#include <cstdint>
#include <unistd.h>
#include <utility>

namespace vedette {

/// An actor with a thread of its own (spawn it as detached) that waits for file descriptors
/// and for messages at once: whoever sends it a message makes wake_fd() readable. So it may
/// sleep in epoll_wait(), as long as it returns to its mailbox when wake_fd() is.
///
/// It goes round by sending itself a message; those do not wake it, or it would never sleep.
template <class Handle>
class wakeable_actor : public Handle::base {
public:
  explicit wakeable_actor(caf::actor_config& config)
      : Handle::base{config}, wake_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {}
  ~wakeable_actor() override { close(wake_fd_); }

  using Handle::base::enqueue;
  void enqueue(caf::mailbox_element_ptr message, caf::execution_unit* host) override {
    const bool own = message->sender == this->ctrl();
    Handle::base::enqueue(std::move(message), host);
    const std::uint64_t one = 1;
    if (!own)
      [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof(one));
  }

protected:
  [[nodiscard]] int wake_fd() const { return wake_fd_; }

  /// Forgets that it was woken. To be called after it has slept and before it sends itself
  /// the message with which it goes round: those that woke it are then in front of that.
  /// Called when that message has come, it would sleep while others wait behind it.
  void calm_down() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read_bytes = read(wake_fd_, &count, sizeof(count));
  }

private:
  int wake_fd_;
};

} // namespace vedette
