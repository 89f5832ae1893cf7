#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <functional>
#include <list>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace vedette {

/// What a unix_server does with a request.
struct scripted {
  enum class then { keep_open, close };

  explicit scripted(std::string what = "", then next = then::keep_open,
                    std::string again = "")
      : bytes{std::move(what)}, after{next}, for_ever{std::move(again)} {}

  std::string bytes;
  then after;
  std::string
      for_ever; ///< Sent over and over behind `bytes`, as long as somebody reads.

  static scripted answer(std::string_view status, std::string_view body) {
    return scripted{"HTTP/1.1 " + std::string{status}
                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + std::to_string(body.size()) + "\r\n\r\n" + std::string{body}};
  }
  static scripted ok(std::string_view json) { return answer("200 OK", json); }
  static scripted not_found() {
    return answer("404 Not Found", R"({"message":"No such container"})");
  }
  /// Takes the request and says nothing.
  static scripted hang() { return scripted{}; }
  /// Ends in the middle of the body.
  static scripted half(std::string_view json) {
    auto all = ok(json);
    all.bytes.resize(all.bytes.size() - json.size() / 2);
    all.after = then::close;
    return all;
  }
};

/// Speaks HTTP on a unix socket, as its script says: wrong, late or not at all. One
/// thread; connections do not wait for each other.
class unix_server {
public:
  /// What to do about a GET of this path. Called on the server's thread.
  using script = std::function<scripted(const std::string& path)>;

  unix_server(std::string path, script what)
      : path_{std::move(path)}, script_{std::move(what)},
        stop_{eventfd(0, EFD_CLOEXEC)}, listener_{listen_at(path_)}, thread_{[this] {
          serve();
        }} {}
  ~unix_server() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(stop_, &one, sizeof(one));
    thread_.join();
    for (const auto& one_open : open_)
      close(one_open.fd);
    close(listener_);
    close(stop_);
    unlink(path_.c_str());
  }
  unix_server(const unix_server&) = delete;
  unix_server& operator=(const unix_server&) = delete;

  [[nodiscard]] unsigned requests() const { return requests_; }
  /// At once, of those that got no answer.
  [[nodiscard]] unsigned unanswered() const { return unanswered_; }

private:
  struct connection {
    int fd;
    std::string received, to_send, for_ever;
    bool close_after = false;
  };

  static int listen_at(const std::string& path) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0
        || listen(fd, 64) != 0)
      throw std::runtime_error{"cannot listen at " + path};
    return fd;
  }

  void serve() {
    for (;;) {
      std::vector<pollfd> wait{{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
      for (const auto& one : open_) {
        const bool sends = !one.to_send.empty() || !one.for_ever.empty();
        wait.push_back(
            {one.fd, static_cast<short>(sends ? POLLIN | POLLOUT : POLLIN), 0});
      }
      poll(wait.data(), wait.size(), -1);
      if (wait[0].revents != 0)
        return;
      auto next = open_.begin();
      for (std::size_t n = 2; n < wait.size(); ++n) {
        const auto one = next++;
        if (wait[n].revents != 0 && !go_on(*one)) {
          close(one->fd);
          open_.erase(one);
        }
      }
      if (wait[1].revents != 0)
        open_.push_back(
            {accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC),
             {},
             {},
             {}});
    }
  }

  /// False: it is over.
  bool go_on(connection& one) {
    std::array<char, 4096> bytes{};
    const auto got = recv(one.fd, bytes.data(), bytes.size(), 0);
    if (got == 0)
      return false;
    if (got > 0)
      one.received.append(bytes.data(), static_cast<std::size_t>(got));
    if (const auto end = one.received.find("\r\n\r\n"); end != std::string::npos) {
      const auto path = one.received.substr(4, one.received.find(' ', 4) - 4);
      one.received.erase(0, end + 4);
      auto what = script_(path);
      ++requests_;
      if (what.bytes.empty() && what.for_ever.empty())
        ++unanswered_;
      one.to_send += what.bytes;
      one.for_ever = what.for_ever;
      one.close_after = what.after == scripted::then::close;
    }
    return send_some(one);
  }

  static bool send_some(connection& one) {
    if (one.to_send.empty())
      one.to_send = one.for_ever;
    const auto sent =
        send(one.fd, one.to_send.data(), one.to_send.size(), MSG_NOSIGNAL);
    if (sent > 0)
      one.to_send.erase(0, static_cast<std::size_t>(sent));
    return !(one.to_send.empty() && one.close_after);
  }

  std::string path_;
  script script_;
  int stop_;
  int listener_;
  std::list<connection> open_;
  std::atomic<unsigned> requests_{0}, unanswered_{0};
  std::thread thread_;
};

} // namespace vedette
