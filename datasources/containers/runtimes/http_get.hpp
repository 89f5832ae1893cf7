#pragma once

#include "datasources/containers/runtimes/attempt.hpp"

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <curl/curl.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vedette {

/// HTTP requests to one unix socket, any number at once, on one thread.
class http_client {
public:
  explicit http_client(std::string socket);

  /// Sleeps as runtime_api::wait() does, and resumes those whose answer is there.
  void wait(int wake_fd, std::optional<std::chrono::milliseconds> most);

  [[nodiscard]] const std::string& socket() const { return socket_; }

private:
  friend class http_get;

  struct destroy {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  std::string socket_;
  std::unique_ptr<CURLM, destroy> multi_;
};

/// One GET. `co_await` begins it and gives the status once the whole body has gone to
/// `body`, or why there is none. Destroyed before, it is over.
class http_get {
public:
  using result = std::expected<long, attempt_error>;
  using body_sink = std::function<void(std::string_view)>;

  http_get(http_client& client, const std::string& path, body_sink body,
           std::chrono::milliseconds deadline);
  http_get(const http_get&) = delete;
  http_get& operator=(const http_get&) = delete;
  ~http_get();

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter);
  result await_resume() { return std::move(*result_); }

private:
  friend class http_client;

  /// Of one body, whatever is in it: what goes through in vain costs time.
  static constexpr std::size_t longest_body = 64U << 20U;

  static std::size_t take(char* data, std::size_t one, std::size_t bytes, void* self);
  void finish(CURLcode code);
  [[nodiscard]] attempt_error failure(CURLcode code) const;

  struct destroy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };

  http_client& client_;
  body_sink body_;
  std::chrono::milliseconds deadline_;
  std::unique_ptr<CURL, destroy> easy_;
  std::size_t bytes_ = 0;
  std::optional<result> result_;
  std::coroutine_handle<> waiter_;
};

} // namespace vedette
