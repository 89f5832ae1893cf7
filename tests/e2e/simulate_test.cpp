#include "tests/e2e/watch.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unistd.h>

// `vedette simulate` does what signatures look for, and `vedette run` finds it.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string text_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Directories named like containers' that somebody who simulates may have made.
std::set<std::string> container_cgroups() {
  namespace fs = std::filesystem;
  std::set<std::string> found;
  std::error_code gone; // What others have may go meanwhile.
  for (fs::recursive_directory_iterator one{"/sys/fs/cgroup", gone}, end; one != end;
       one.increment(gone))
    if (one->path().parent_path().filename() == "docker" && one->is_directory(gone))
      found.insert(one->path().string());
  return found;
}

/// Since then. Others may make and remove containers meanwhile, but hardly now.
std::set<std::string> container_cgroups_but(const std::set<std::string>& before) {
  auto now = container_cgroups();
  for (const auto& one : before)
    now.erase(one);
  return now;
}

/// What `vedette simulate all` said, by id.
std::map<std::string, value> said_by(std::string_view lines) {
  std::map<std::string, value> by_id;
  std::istringstream rest{std::string{lines}};
  for (std::string line; std::getline(rest, line);) {
    auto one = parse(line);
    auto id = text(one, "id");
    by_id.emplace(std::move(id), std::move(one));
  }
  return by_id;
}

bool is_shown(const value& said) {
  return member(said, "shown").as_bool().value();
}

/// The names of signatures' findings, by id.
std::map<std::string, std::string> known_signatures() {
  std::map<std::string, std::string> names;
  for (const auto& one :
       parse_lines(vedette({"list", "signatures", "--output", "json"})))
    names[text(one, "id")] = text(one, "event_name");
  return names;
}

/// Vedette, and whoever comes from it: others may do something on this machine, too.
std::set<std::int64_t> family_of(const watched& seen) {
  std::set<std::int64_t> family{seen.vedette};
  for (const auto& fork : events_in(seen.lines, "sched_process_fork"))
    if (family.contains(number(fork, "hostProcessId")))
      family.insert(number(argument(fork, "child_pid")));
  return family;
}

/// How often signatures have found something that the family did, by id and name.
std::map<std::string, int> findings_of(const watched& seen) {
  const auto family = family_of(seen);
  std::map<std::string, int> counts;
  for (const auto& one : findings_in(seen.lines))
    if (family.contains(number(one, "hostProcessId")))
      ++counts[text(one, "metadata", "Properties", "signatureID") + " "
               + text(one, "eventName")];
  return counts;
}

words in_a_shell(const words& command, const std::string& output) {
  std::string line = "exec";
  for (const auto& word : command)
    line += " '" + word + "'";
  return {"sh", "-c", line + " >'" + output + "'"};
}

words options_for(const std::map<std::string, std::string>& known) {
  words options{"--signatures", "all", "--events", "sched_process_fork"};
  if (known.contains("VED-2")) {
    options.emplace_back("--set");
    options.emplace_back("signatures.params={VED-2: {warm_up: 0s}}");
  }
  return options;
}

words replayed(const std::string& capture, unsigned shards, const words& options) {
  words all{"replay", capture, "--output", "json"};
  all.insert(all.end(), options.begin(), options.end());
  all.insert(all.end(), {"--set", "pipeline.shards=" + std::to_string(shards)});
  const auto result = vedette(all);
  EXPECT_EQ(result.code, 0) << result.err;
  return result.lines();
}

/// By shards.
class Simulation : public testing::TestWithParam<unsigned> {};

TEST_P(Simulation, is_found_once_for_each_signature_and_leaves_nothing) {
  const scratch_dir dir;
  const auto cgroups = container_cgroups();
  const auto known = known_signatures();
  const auto command = vedette_command({"simulate", "all", "--output", "json"});
  const auto options = options_for(known);
  auto recorded = options;
  recorded.insert(recorded.end(), {"--record", dir.file("capture")});
  const auto seen = watch(GetParam(), in_a_shell(command, dir.file("said")), recorded);

  EXPECT_EQ(seen.result.code, 0) << seen.result.err;
  const auto said = said_by(text_of(dir.file("said")));
  ASSERT_THAT(said, SizeIs(37));
  std::map<std::string, int> expected;
  int shown = 0;
  for (const auto& [id, line] : said) {
    EXPECT_EQ(is_shown(line), text(line, "reason").empty()) << to_json(line);
    if (!is_shown(line))
      continue;
    ++shown;
    if (known.contains(id)) {
      EXPECT_EQ(text(line, "name"), known.at(id));
      expected[id + " " + text(line, "name")] = 1;
    }
  }
  EXPECT_GE(shown, 28);
  EXPECT_EQ(findings_of(seen), expected) << seen.result.err;
  expect_nothing_lost(seen);
  EXPECT_THAT(container_cgroups_but(cgroups), IsEmpty());
  EXPECT_THAT(text_of("/proc/self/mountinfo"), Not(HasSubstr("vedette-simulate")));
  for (const auto shards : {1U, 2U, 4U})
    EXPECT_EQ(replayed(dir.file("capture"), shards, options), seen.result.lines())
        << shards;
}

INSTANTIATE_TEST_SUITE_P(Shards, Simulation, testing::Values(1, 3));

TEST(Simulate, says_in_words_what_was_done_and_what_cannot_be) {
  const auto result = vedette({"simulate", "TRC-1030", "VED-6,TRC-102"});

  EXPECT_EQ(result.code, 0) << result.err;
  ASSERT_THAT(result.lines(), SizeIs(3));
  EXPECT_EQ(result.lines()[0], "TRC-102   anti_debugging                  shown");
  EXPECT_THAT(result.lines()[1],
              StartsWith("TRC-1030  syscall_hooking                 cannot "
                         "be shown here: hooking the kernel would not be"));
  EXPECT_EQ(result.lines()[2], "VED-6     shell_under_server              shown");
}

TEST(Simulate, says_which_signatures_there_are_if_one_is_unknown) {
  const auto result = vedette({"simulate", "TRC-102", "TRC-999"});

  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(
      result.err,
      HasSubstr("no signature 'TRC-999' to simulate; there are all, TRC-101, "));
}

TEST(Simulate, says_that_it_needs_root) {
  // Who may enter the folder that the program is in, whosever that is.
  words command{"setpriv", "--reuid=65534", "--clear-groups",
                "--inh-caps=+dac_override", "--ambient-caps=+dac_override"};
  for (const auto& word : vedette_command({"simulate", "all"}))
    command.push_back(word);
  const auto result = running{command}.finish();

  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("simulate needs root"));
}

TEST(Simulate, removes_its_container_when_it_is_interrupted) {
  const auto before = container_cgroups();
  running program{vedette_command({"simulate", "all", "--output", "json"})};
  while (text(parse(program.next_line()), "id") != "TRC-106") {
  }
  program.signal(SIGINT);
  const auto result = program.finish();

  // It may have been done before the signal came.
  const bool all_done = result.lines().size() == 37 && result.code == 0;
  EXPECT_TRUE(all_done || result.code == 1) << result.code << result.out << result.err;
  EXPECT_THAT(container_cgroups_but(before), IsEmpty());
}

} // namespace

} // namespace vedette::e2e
