#include "tests/e2e/recorded.hpp"
#include "tests/e2e/watch.hpp"

#include <gmock/gmock.h>

#include <filesystem>

// What goes wrong is told in one line that says what to do.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

void expect_one_line(const outcome& result, int code, const std::string& why) {
  EXPECT_EQ(result.code, code) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, StartsWith("vedette: "));
  EXPECT_THAT(result.err, HasSubstr(why));
  EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
}

/// In a program of a user who may do nothing; it must be able to read it.
outcome as_nobody(const words& arguments) {
  const scratch_dir dir;
  std::filesystem::permissions(dir.path(), std::filesystem::perms{0755});
  std::filesystem::copy_file(vedette_command({}).front(), dir.file("vedette"));
  words all{"setpriv", "--reuid", "65534", "--clear-groups", dir.file("vedette")};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return running{all}.finish();
}

TEST(Failure, to_load_as_nobody) {
  expect_one_line(as_nobody({"run", "--", "true"}), 1, "run as root");
}

TEST(Failure, is_none_where_no_rights_are_needed) {
  EXPECT_EQ(as_nobody({"replay", "-"}).code, 0);
  EXPECT_EQ(as_nobody({"list", "signatures"}).code, 0);
}

TEST(Failure, of_too_large_a_ring) {
  const auto result = vedette({"run", "--set", "rings.total=512GiB", "--", "true"});

  expect_one_line(result, 2, "rings.total: 512GiB among");
  EXPECT_THAT(result.err, HasSubstr("expected"));
}

TEST(Failure, to_read_a_configuration) {
  const scratch_dir dir;
  write_file(dir.file("bad.yaml"), "pipeline: [\n");
  expect_one_line(vedette({"run", "--config", "/nonexistent", "--", "true"}), 2,
                  "cannot open /nonexistent: No such file or directory; give");
  expect_one_line(vedette({"run", "--config", dir.path(), "--", "true"}), 2,
                  "Is a directory");
  expect_one_line(vedette({"run", "--config", dir.file("bad.yaml"), "--", "true"}), 2,
                  dir.file("bad.yaml") + ":");
}

TEST(Failure, to_know_a_name) {
  expect_one_line(vedette({"run", "--signatures", "HOME-1", "--", "true"}), 2,
                  "unknown signature 'HOME-1'; `vedette list signatures`");
  expect_one_line(vedette({"run", "--events", "nope", "--", "true"}), 2,
                  "unknown event 'nope'; `vedette list events`");
  expect_one_line(vedette({"run", "--set", "pipeline.shard=2", "--", "true"}), 2,
                  "did you mean 'shards'?");
}

TEST(Failure, to_understand_a_command_line) {
  expect_one_line(vedette({}), 2, "--help");
  expect_one_line(vedette({"sing"}), 2, "--help");
  expect_one_line(vedette({"run", "--loudly"}), 2, "--loudly");
  expect_one_line(vedette({"run", "--for", "ever", "--", "true"}), 2, "--for");
  expect_one_line(vedette({"replay"}), 2, "files");
}

/// A sink that fails is told of, nothing is counted as written, and there is a summary.
void expect_sink_failure(const outcome& result, const std::string& summary,
                         const std::string& why) {
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("vedette: sink out: cannot write to "));
  EXPECT_THAT(result.err, HasSubstr(why));
  const auto numbers = parse_file(summary);
  expect_balance(numbers);
  EXPECT_EQ(number(numbers, "findings"), 1);
  EXPECT_EQ(number(numbers, "stages", "sink out", "out"), 0);
  EXPECT_EQ(number(numbers, "stages", "sink out", "dropped"), 1);
}

TEST(Failure, of_a_sink_in_a_replay) {
  const scratch_dir dir;
  const auto summary = dir.file("summary");
  const words replay{"replay", "-", "--output", "json", "--summary", summary};
  const auto line = exec_line(1'000, 5);

  expect_sink_failure(vedette(replay, {.input = all_of(line), .out = "/dev/full"}),
                      summary, "No space left on device");
  std::filesystem::remove(summary);
  expect_sink_failure(vedette(replay, {.input = all_of(line), .closed_out = true}),
                      summary, "Broken pipe");
}

TEST(Failure, of_a_sink_ends_a_run) {
  const scratch_dir dir;
  running program{
      vedette_command({"run", "--output", "json", "--events", "sched_process_exec",
                       "--summary", dir.file("summary")}),
      {.closed_out = true}};
  program.wait_for("watching ");
  EXPECT_EQ(running{{"true"}}.finish().code, 0);
  const auto result = program.finish();

  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("Broken pipe"));
  expect_balance(parse_file(dir.file("summary")));
}

TEST(Failure, to_write_a_summary) {
  const auto result =
      vedette({"replay", "-", "--summary", "/nonexistent/directory/summary"});

  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err,
              HasSubstr("vedette: cannot write the summary to "
                        "/nonexistent/directory/summary: No such file or directory"));
}

} // namespace

} // namespace vedette::e2e
