// Every command that the README shows is run, in its order, as it stands there.

#include "tests/support/places.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace vedette {

namespace {

/// Lines of the README's `sh` blocks, without what is said about them.
std::vector<std::string> commands_of_readme() {
  std::ifstream file{source_path("README.md")};
  std::vector<std::string> commands;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```"))
      inside = line == "```sh";
    else if (inside && !line.empty())
      commands.push_back(line.substr(0, line.find("  #")));
  }
  return commands;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

/// As it is run here: the watching ends after a second, and `make test`, which runs this
/// test, only says what it would do.
std::string runnable(const std::string& command) {
  if (command.starts_with("make run"))
    return "make run ARGS='--for 1s'";
  if (command.starts_with("make test") || command.starts_with("make bench"))
    return "make -n " + command.substr(command.find(' '));
  return replaced(command, "build/release/vedette", tested_binary());
}

TEST(readme, has_no_more_lines_than_people_read) {
  std::ifstream file{source_path("README.md")};
  int lines = 0;
  for (std::string line; std::getline(file, line);)
    ++lines;
  EXPECT_LE(lines, 120);
  EXPECT_GT(lines, 20);
}

TEST(readme, shows_commands_that_work) {
  const auto commands = commands_of_readme();
  ASSERT_GE(commands.size(), 10);
  ASSERT_EQ(chdir(source_path().c_str()), 0);
  for (const auto& command : commands) {
    const auto line = "exec </dev/null; set -o pipefail; " + runnable(command);
    const auto status =
        std::system(("bash -c " + ("'" + replaced(line, "'", "'\\''") + "'")).c_str());
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << command;
  }
}

} // namespace

} // namespace vedette
