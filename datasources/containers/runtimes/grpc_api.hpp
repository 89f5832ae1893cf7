#pragma once

#include "datasources/containers/runtimes/grpc_link.hpp"
#include "datasources/containers/runtimes/runtimes.hpp"

#include <algorithm>
#include <poll.h>

namespace vedette {

/// What the runtimes that speak gRPC have in common.
class grpc_api : public runtime_api {
public:
  grpc_api(std::string socket, const runtimes_config& config, post_call post)
      : config_{config}, link_{std::move(socket), config.labels + beside_labels,
                               std::move(post)} {}

  /// Only for messages: that is how answers come.
  void wait(int wake_fd, std::optional<std::chrono::milliseconds> most) override {
    constexpr std::chrono::milliseconds longest = std::chrono::hours{1};
    pollfd woken{wake_fd, POLLIN, 0};
    poll(&woken, 1,
         static_cast<int>(std::min(most.value_or(longest), longest).count()));
  }

protected:
  grpc_attempt begin(bool large) {
    return {link_, large, config_.deadline,
            std::chrono::system_clock::now() + config_.deadline};
  }
  std::optional<attempt_error> not_there() { return link_.not_there(); }
  [[nodiscard]] std::size_t label_bytes() const { return config_.labels; }

private:
  static constexpr std::size_t beside_labels = 1U << 20U;

  runtimes_config config_;
  grpc_link link_;
};

} // namespace vedette
