#include "tests/e2e/json.hpp"
#include "tests/e2e/recorded.hpp"
#include "tests/e2e/vedette.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <gmock/gmock.h>

namespace vedette::e2e {

namespace {

using testing::HasSubstr;

/// A recording of one process.
class Get : public testing::Test {
protected:
  Get() {
    write_file(recorded_, exec_line(2'000'000, 5, "/bin/first")
                              + exec_line(3'000'000, 5, "/bin/second")
                              + exit_line(4'000'000, 5, 3));
  }

  [[nodiscard]] outcome get(words question, const words& more = {}) const {
    question.insert(question.begin(), "get");
    question.insert(question.end(), {"--replay", recorded_});
    question.insert(question.end(), more.begin(), more.end());
    return vedette(question);
  }

  /// The one answer to a question about the process tree.
  [[nodiscard]] value answer(const std::string& key, const words& more = {}) const {
    const auto result = get({"tracee/process_tree", key}, more);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.lines().size(), 1) << "stdout is for answers alone";
    return parse(result.out);
  }

  const scratch_dir dir_;
  const std::string recorded_ = dir_.file("recorded");
};

std::string path_in(const value& answer) {
  return text(answer, "record", "info", "execution_binary", "path");
}

TEST_F(Get, answers_as_of_the_newest_event) {
  const auto now = answer(R"({"pid":5})");

  EXPECT_EQ(number(now, "at"), 4'000'000);
  EXPECT_EQ(text(now, "source"), "tracee/process_tree");
  EXPECT_EQ(to_json(member(now, "key")), R"({"pid":5})");
  EXPECT_EQ(path_in(now), "/bin/second");
  EXPECT_EQ(number(now, "record", "info", "exit_code"), 3);
  EXPECT_EQ(member(member(member(now, "record"), "info"), "is_alive"), value{false});
}

TEST_F(Get, answers_as_of_a_time) {
  const auto then = answer(R"({"pid":5})", {"--at", "2500000"});

  EXPECT_EQ(number(then, "at"), 2'500'000);
  EXPECT_EQ(path_in(then), "/bin/first");
  EXPECT_EQ(number(then, "record", "info", "exit_time"), 0);
  EXPECT_EQ(member(member(member(then, "record"), "info"), "is_alive"), value{true});
}

TEST_F(Get, says_why_there_is_no_answer) {
  const auto error_of = [](const value& answer) { return text(answer, "error"); };

  const auto nobody = answer(R"({"pid":6})");
  EXPECT_EQ(error_of(nobody), "data_not_found");
  EXPECT_EQ(nobody.find("record"), nullptr);
  EXPECT_THAT(text(nobody, "message"), HasSubstr(R"({"pid":6})"));

  EXPECT_EQ(error_of(answer(R"({"name":"x"})")), "key_not_supported");
  EXPECT_EQ(error_of(answer("text")), "key_not_supported");
  EXPECT_EQ(error_of(answer(R"({"pid":5})", {"--at", "0"})), "key_not_supported");
  EXPECT_THAT(text(answer(R"({"pid":"5"})"), "message"), HasSubstr("number"));
}

TEST_F(Get, knows_which_sources_there_are) {
  const auto result = get({"tracee/nothing", R"({"pid":5})"});

  EXPECT_EQ(result.code, 0);
  const auto none = parse(result.out);
  EXPECT_EQ(text(none, "error"), "no_such_source");
  EXPECT_THAT(text(none, "message"), HasSubstr("tracee/process_tree"));
}

TEST_F(Get, answers_a_file_of_questions_in_their_order) {
  write_file(dir_.file("keys"),
             R"({"source":"tracee/process_tree","key":{"pid":5},"at":2000000}
{"source":"tracee/nothing","key":{"pid":5}}
{"source":"tracee/process_tree","key":{"pid":6},"at":2000000}
{"source":"tracee/process_tree","key":{"pid":5},"at":3000000}
{"source":"tracee/process_tree","key":[],"at":3000000}
{"source":"tracee/process_tree","key":{"pid":5},"at":0}
)");
  const auto result = get({"--keys", dir_.file("keys")});

  EXPECT_EQ(result.code, 0) << result.err;
  const auto answers = parse_lines(result);
  ASSERT_EQ(answers.size(), 6);
  EXPECT_EQ(path_in(answers[0]), "/bin/first");
  EXPECT_EQ(text(answers[1], "error"), "no_such_source");
  EXPECT_EQ(text(answers[2], "error"), "data_not_found");
  EXPECT_EQ(path_in(answers[3]), "/bin/second");
  EXPECT_EQ(text(answers[4], "error"), "key_not_supported");
  EXPECT_EQ(text(answers[5], "error"), "key_not_supported");
}

TEST_F(Get, marks_an_answer_that_may_be_incomplete) {
  // A tree that knows nothing of fork records between two times.
  write_file(recorded_,
             exec_line(1'000'000, 5)
                 + event_line(
                     "lost_events", 2'000'000, 0,
                     R"({"name":"event","type":"string","value":"sched_process_exec"},)"
                     R"({"name":"count","type":"uint64","value":3},)"
                     R"({"name":"since","type":"time.Time","value":1500000},)"
                     R"({"name":"until","type":"time.Time","value":2000000},)"
                     R"({"name":"where","type":"string","value":"collector host/0"})")
                 + exit_line(9'000'000, 6));
  const auto after = answer(R"({"pid":5})", {"--at", "3000000"});

  EXPECT_EQ(path_in(after), "memfd:x");
  EXPECT_EQ(member(after, "complete"), value{false});
  EXPECT_EQ(answer(R"({"pid":5})", {"--at", "1200000"}).find("complete"), nullptr)
      << "that was before";
}

TEST_F(Get, refuses_what_it_does_not_understand) {
  const auto expect_usage = [](const outcome& result, const std::string& why) {
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, testing::StartsWith("vedette: "));
    EXPECT_THAT(result.err, HasSubstr(why));
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
  };
  write_file(dir_.file("bad"), "{\"source\":\"tracee/process_tree\"}\n");

  expect_usage(get({}), "expected SOURCE and KEY");
  expect_usage(get({"tracee/process_tree", "{\"pid\":"}), "KEY");
  expect_usage(get({"tracee/process_tree", "{\"pid\":5}", "--at", "noon"}), "--at");
  expect_usage(get({"--keys", dir_.file("nothing")}), "cannot open");
  expect_usage(get({"--keys", dir_.file("bad")}), ":1: ");
}

} // namespace

} // namespace vedette::e2e
