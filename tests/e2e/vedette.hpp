#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

/// tests/e2e/ runs the installed binary as a user would and looks at what comes out of
/// it. Nothing here includes more of Vedette than its JSON reader.
namespace vedette::e2e {

using words = std::vector<std::string>;

/// What a program left behind.
struct outcome {
  int code = 0; ///< As a shell says it: 128 + signal where one ended it.
  std::string out;
  std::string err;

  [[nodiscard]] words lines() const; ///< Of stdout.
};

/// Where a program's stdin comes from and its stdout goes.
struct streams {
  std::function<std::string_view()>
      input{};             ///< Called until it returns ""; none: empty.
  std::string out{};       ///< File that stdout goes to; "": to us.
  bool closed_out = false; ///< Nobody reads stdout.
};

/// A program that runs. Whatever is waited for is waited for as long as `patience` at
/// most: then the program is killed, and the test fails with what it had said.
class running {
public:
  explicit running(const words& command, streams with = {});
  ~running();
  running(const running&) = delete;
  running& operator=(const running&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;

  /// Waits until stdout has another whole line → without its end.
  std::string next_line();
  /// Waits until stderr holds `text`.
  void wait_for(std::string_view text);
  /// Feeds stdin, but reads nothing, until nothing more has been taken for a while.
  /// → bytes that were taken.
  std::size_t feed_until_stuck();
  /// Feeds stdin and reads all there is, to the end.
  outcome finish();

private:
  enum class reading : bool { no, yes };

  bool step(reading how, int patience_ms);
  void step();
  void feed();
  void read_some(int& from, std::string& into);
  [[noreturn]] void give_up();

  pid_t pid_ = 0;
  streams with_;
  int in_ = -1, out_ = -1, err_ = -1;
  std::string_view to_feed_;
  std::size_t fed_ = 0;
  outcome result_;
  std::size_t seen_ = 0; ///< Of stdout, by next_line().
};

/// `vedette` with these arguments, from beginning to end.
outcome vedette(const words& arguments, streams with = {});

/// The command line of that.
words vedette_command(const words& arguments);

/// Pieces of `text` for streams::input.
std::function<std::string_view()> all_of(std::string text);

} // namespace vedette::e2e
