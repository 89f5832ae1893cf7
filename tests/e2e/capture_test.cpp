#include "tests/e2e/recorded.hpp"
#include "tests/e2e/victims.hpp"
#include "tests/e2e/watch.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

// `vedette run --record`, then `vedette replay`: what was found live is found again.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;

std::string shell_words(const words& command) {
  std::string line;
  for (const auto& word : command)
    line += "'" + word + "' ";
  return line;
}

/// A shell that starts a victim of every signature.
words everything(const scratch_dir& dir) {
  return {"sh", "-c",
          shell_words(victim({"memfd"})) + "; " + shell_words(victim({"traceme"})) + "; "
              + shell_words(victim({"preload"})) + "; "
              + shell_words(victim_named("nginx", dir.path(), {"server", "5", "4"}))};
}

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

outcome replay(const words& files, unsigned shards) {
  words all{"replay"};
  all.insert(all.end(), files.begin(), files.end());
  for (const auto* const word : {"--output", "json", "--set"})
    all.emplace_back(word);
  all.push_back("pipeline.shards=" + std::to_string(shards));
  return vedette(all);
}

TEST(Capture, replays_to_the_findings_of_the_live_run_with_any_number_of_shards) {
  const scratch_dir dir;
  const auto file = dir.file("capture");
  const auto seen = watch(2, everything(dir), {"--record", file});
  ASSERT_GE(findings_in(seen.lines).size(), 8) << seen.result.err;
  for (const auto shards : {1U, 2U, 4U}) {
    const auto again = replay({file}, shards);
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(again.lines(), seen.result.lines()) << shards;
  }
}

/// With no time to wait at all, answers would be given without what other shards are about
/// to tell: that would be found again by nobody.
TEST(Capture, is_of_a_run_whose_answers_were_complete) {
  const scratch_dir dir;
  const auto file = dir.file("capture");
  const auto seen = watch(8, everything(dir),
                          {"--record", file, "--set", "data_sources.max_wait=0s"});
  EXPECT_EQ(replay({file}, 2).lines(), seen.result.lines());
  const auto tree = member(member(seen.summary, "data_sources"), "tracee/process_tree");
  EXPECT_EQ(number(tree, "incomplete"), 0) << to_json(tree);
}

TEST(Capture, stays_whole_up_to_where_it_is_cut_or_damaged) {
  const scratch_dir dir;
  const auto file = dir.file("capture");
  const auto seen = watch(2, everything(dir), {"--record", file});
  const auto bytes = read_file(file);
  write_file(dir.file("cut"), bytes.substr(0, bytes.size() - 1));
  const auto cut = replay({dir.file("cut")}, 2);
  EXPECT_EQ(cut.code, 1);
  EXPECT_THAT(cut.err, HasSubstr("vedette: reader: " + dir.file("cut") + ": at byte "));
  EXPECT_THAT(cut.err, HasSubstr("it is cut off in "));
  EXPECT_EQ(cut.lines(), seen.result.lines()) << "what is missing is the mark of the end";

  auto damaged = bytes;
  damaged[bytes.size() / 2] = static_cast<char>(damaged[bytes.size() / 2] ^ 1);
  write_file(dir.file("damaged"), damaged);
  const auto rest = replay({dir.file("damaged")}, 2);
  EXPECT_EQ(rest.code, 1);
  EXPECT_THAT(rest.err, HasSubstr("is damaged"));
  EXPECT_THAT(rest.err, HasSubstr("accounted for"));
}

TEST(Capture, goes_with_json) {
  const scratch_dir dir;
  const auto file = dir.file("capture");
  const auto seen = watch(2, {"sh", "-c", shell_words(victim({"memfd"}))},
                          {"--record", file});
  const auto count = seen.result.lines().size();
  ASSERT_GE(count, 1);
  write_file(dir.file("before"), exec_line(1'000'000'000, 1));
  write_file(dir.file("after"), exec_line(4'000'000'000'000'000'000, 1));
  const auto all = replay({dir.file("before"), file, dir.file("after")}, 2);
  EXPECT_EQ(all.code, 0) << all.err;
  ASSERT_EQ(all.lines().size(), count + 2);
  EXPECT_EQ(all.lines()[1], seen.result.lines()[0]);
  const auto asked = vedette({"get", "tracee/process_tree", R"({"pid":)"
                                  + std::to_string(told_by_victims(seen.result, "pid").at(0))
                                  + "}", "--replay", file});
  EXPECT_EQ(asked.code, 0) << asked.err;
}

TEST(Capture, must_be_a_file_of_its_own) {
  const auto no_file = vedette({"run", "--record", "-", "--", "true"});
  EXPECT_EQ(no_file.code, 2);
  EXPECT_THAT(no_file.err, HasSubstr("expected a file"));
  const auto no_place = vedette({"run", "--record", "/nowhere/x", "--", "true"});
  EXPECT_EQ(no_place.code, 1);
  EXPECT_THAT(no_place.err, HasSubstr("cannot open /nowhere/x"));
}

} // namespace

} // namespace vedette::e2e
