#include "tests/e2e/vedette.hpp"
#include "tests/support/places.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace vedette::e2e {

namespace {

constexpr auto patience_ms = 60'000; ///< Hangs are told from slow machines by this.
constexpr auto stuck_ms = 500;

std::array<int, 2> open_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error{errno, std::generic_category(), "pipe2"};
  return ends;
}

void close_end(int& fd) {
  if (fd >= 0)
    close(std::exchange(fd, -1));
}

pid_t spawn(const words& command, int in, int out, int err) {
  std::vector<char*> arguments;
  for (const auto& word : command)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  pid_t pid = 0;
  const auto failed = posix_spawnp(&pid, arguments.front(), &actions, nullptr,
                                   arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    throw std::system_error{failed, std::generic_category(), command.front()};
  return pid;
}

} // namespace

words outcome::lines() const {
  words result;
  std::istringstream rest{out};
  for (std::string line; std::getline(rest, line);)
    result.push_back(line);
  return result;
}

running::running(const words& command, streams with) : with_{std::move(with)} {
  std::signal(SIGPIPE, SIG_IGN); // A program may end before it has read all.
  auto in = open_pipe(), out = open_pipe(), err = open_pipe();
  if (!with_.out.empty()) {
    close_end(out[1]);
    out[1] = open(with_.out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  }
  if (with_.closed_out)
    close_end(out[0]);
  pid_ = spawn(command, in[0], out[1], err[1]);
  close_end(in[0]);
  close_end(out[1]);
  close_end(err[1]);
  in_ = in[1];
  out_ = out[0];
  err_ = err[0];
  for (const auto fd : {in_, out_, err_})
    if (fd >= 0)
      fcntl(fd, F_SETFL, O_NONBLOCK);
  if (!with_.input)
    close_end(in_);
}

running::~running() {
  for (auto* const fd : {&in_, &out_, &err_})
    close_end(*fd);
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

void running::signal(int number) const {
  kill(pid_, number);
}

std::string running::next_line() {
  for (;;) {
    const auto end = result_.out.find('\n', seen_);
    if (end != std::string::npos) {
      const auto begin = std::exchange(seen_, end + 1);
      return result_.out.substr(begin, end - begin);
    }
    if (out_ < 0)
      throw std::runtime_error{"stdout has ended; stderr:\n" + result_.err};
    step();
  }
}

void running::wait_for(std::string_view text) {
  while (result_.err.find(text) == std::string::npos) {
    if (err_ < 0)
      throw std::runtime_error{"not in stderr: " + std::string{text} + "\n"
                               + result_.err};
    step();
  }
}

std::size_t running::feed_until_stuck() {
  while (in_ >= 0 && step(reading::no, stuck_ms)) {
  }
  return fed_;
}

outcome running::finish() {
  while (in_ >= 0 || out_ >= 0 || err_ >= 0)
    step();
  int status = 0;
  waitpid(std::exchange(pid_, 0), &status, 0);
  result_.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return std::move(result_);
}

/// → whether anything could be done in time.
bool running::step(reading how, int patience) {
  const bool reads = how == reading::yes;
  std::array<pollfd, 3> ready{{{in_, POLLOUT, 0},
                               {reads ? out_ : -1, POLLIN, 0},
                               {reads ? err_ : -1, POLLIN, 0}}};
  if (poll(ready.data(), ready.size(), patience) <= 0)
    return false;
  if (ready[0].revents != 0)
    feed();
  if (ready[1].revents != 0)
    read_some(out_, result_.out);
  if (ready[2].revents != 0)
    read_some(err_, result_.err);
  return true;
}

void running::step() {
  if (!step(reading::yes, patience_ms))
    give_up();
}

void running::feed() {
  if (to_feed_.empty())
    to_feed_ = with_.input();
  if (to_feed_.empty())
    return close_end(in_);
  const auto written = write(in_, to_feed_.data(), to_feed_.size());
  if (written < 0 && errno == EPIPE)
    return close_end(in_);
  if (written > 0) {
    to_feed_.remove_prefix(static_cast<std::size_t>(written));
    fed_ += static_cast<std::size_t>(written);
  }
}

void running::read_some(int& from, std::string& into) {
  constexpr std::size_t piece = 64U << 10U;
  const auto before = into.size();
  into.resize(before + piece);
  const auto bytes = read(from, into.data() + before, piece);
  into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(bytes, 0)));
  if (bytes == 0)
    close_end(from);
}

void running::give_up() {
  kill(pid_, SIGKILL);
  throw std::runtime_error{"nothing came for a minute; stderr:\n" + result_.err};
}

outcome vedette(const words& arguments, streams with) {
  return running{vedette_command(arguments), std::move(with)}.finish();
}

words vedette_command(const words& arguments) {
  // Another binary than the one of this build: `VEDETTE=… ./vedette_e2e_tests`.
  const auto* const other = getenv("VEDETTE");
  words command{other != nullptr ? other : tested_binary()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

std::function<std::string_view()> all_of(std::string text) {
  auto shared = std::make_shared<std::string>(std::move(text));
  return [shared, given = false]() mutable {
    return std::exchange(given, true) ? std::string_view{} : std::string_view{*shared};
  };
}

} // namespace vedette::e2e
