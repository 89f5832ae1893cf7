#include "datasources/containers/runtimes/http_get.hpp"

#include "runtime/errors.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fmt/format.h>
#include <utility>

namespace vedette {

http_client::http_client(std::string socket) : socket_{std::move(socket)} {
  curl_global_init(CURL_GLOBAL_DEFAULT); // Counted, and thread-safe since curl 7.84.
  multi_.reset(curl_multi_init());
}

void http_client::wait(int wake_fd, std::optional<std::chrono::milliseconds> most) {
  curl_waitfd wake{wake_fd, CURL_WAIT_POLLIN, 0};
  // curl knows no "for ever"; an hour's turn costs nothing.
  constexpr std::chrono::milliseconds longest = std::chrono::hours{1};
  const auto timeout = std::min(most.value_or(longest), longest);
  curl_multi_poll(multi_.get(), &wake, 1, static_cast<int>(timeout.count()), nullptr);
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi_.get(), &left)) {
    http_get* done = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &done);
    done->finish(message->data.result);
  }
}

http_get::http_get(http_client& client, const std::string& path, body_sink body,
                   std::chrono::milliseconds deadline)
    : client_{client}, body_{std::move(body)}, deadline_{deadline},
      easy_{curl_easy_init()} {
  auto* easy = easy_.get();
  const auto url = "http://localhost" + path;
  curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, client.socket_.c_str());
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
  // Neither a proxy of the environment's, nor signals: there are other threads.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<std::int64_t>(deadline.count(), 1)));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &http_get::take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
}

http_get::~http_get() {
  curl_multi_remove_handle(client_.multi_.get(), easy_.get());
}

void http_get::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  curl_multi_add_handle(client_.multi_.get(), easy_.get());
}

std::size_t http_get::take(char* data, std::size_t, std::size_t bytes, void* self) {
  auto& get = *static_cast<http_get*>(self);
  get.bytes_ += bytes;
  if (get.bytes_ > longest_body)
    return 0; // Ends the transfer with CURLE_WRITE_ERROR.
  get.body_({data, bytes});
  return bytes;
}

void http_get::finish(CURLcode code) {
  curl_multi_remove_handle(client_.multi_.get(), easy_.get());
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK)
    result_.emplace(status);
  else
    result_.emplace(std::unexpected{failure(code)});
  waiter_.resume(); // Destroys this, perhaps.
}

attempt_error http_get::failure(CURLcode code) const {
  long number = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
  switch (code) {
  case CURLE_COULDNT_CONNECT:
    if (number == ENOENT)
      return {attempt_failure::no_socket, "no such socket " + client_.socket_};
    if (number == ECONNREFUSED)
      return {attempt_failure::no_socket, "nobody listens at " + client_.socket_};
    return {
        attempt_failure::refused,
        system_error("cannot connect to " + client_.socket_, static_cast<int>(number))
            .detail};
  case CURLE_OPERATION_TIMEDOUT:
    return {attempt_failure::timed_out,
            fmt::format("no answer within {} ms", deadline_.count())};
  case CURLE_GOT_NOTHING:
  case CURLE_PARTIAL_FILE:
  case CURLE_RECV_ERROR:
  case CURLE_SEND_ERROR:
    return {attempt_failure::broken, "the connection ended before the answer did"};
  case CURLE_WRITE_ERROR:
    return {attempt_failure::bad_answer,
            fmt::format("an answer of more than {} MiB", longest_body >> 20U)};
  default:
    return {attempt_failure::bad_answer,
            std::string{"no HTTP answer: "} + curl_easy_strerror(code)};
  }
}

} // namespace vedette
