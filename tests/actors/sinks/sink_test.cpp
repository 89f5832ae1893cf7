#include "actors/sinks/sink.hpp"
#include "actors/supervisor.hpp"
#include "bpf/file_descriptor.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>
#include <sys/eventfd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// What a test sees of an output.
struct spied_output {
  std::vector<std::string> written;
  bool fails = false;
};

class test_output final : public sink_output {
public:
  explicit test_output(spied_output& spy) : spy_{spy} {}

  std::expected<void, error> write(std::string_view text) override {
    if (spy_.fails)
      return std::unexpected{error{ec::sink_failed, "no room"}};
    spy_.written.emplace_back(text);
    return {};
  }

private:
  spied_output& spy_;
};

class sinks : public actor_test {
protected:
  void start(sink_type type = sink_type::json) {
    supervisor_ = spawn_supervisor(system_, 1, done_.get());
    sink_setup setup{.name = "sink out",
                     .takes = {},
                     .type = type,
                     .host_name = "h1",
                     .to = std::make_unique<test_output>(spy_),
                     .supervisor = supervisor_,
                     .own_thread = false};
    setup.takes.events.add(event_kind::kill);
    sink_ = spawn_sink(system_, std::move(setup));
  }

  void give(const std::vector<event_builder>& events, bool last = false) {
    auto batch = events.empty() ? nullptr : make_batch(events);
    const auto until = last || !batch ? end_of_time : (*batch)[batch->size() - 1].time();
    EXPECT_TRUE(ask(sink_, output{0, std::move(batch), {}, until, last, {}}));
  }
  static event_builder kill_at(std::uint64_t time) {
    return event_builder{event_kind::kill}.at(time).by({7, 70});
  }
  stage_status status() { return ask(sink_, status_atom_v).value(); }
  pipeline_outcome outcome() { return ask(supervisor_, status_atom_v).value(); }

  file_descriptor done_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  spied_output spy_;
  supervisor_actor supervisor_;
  sink_actor sink_;
};

TEST_F(sinks, write_once_for_what_they_are_given_at_once) {
  start();
  give({kill_at(1), kill_at(2)});
  give({event_builder{event_kind::read}.at(3)});
  give({kill_at(4)});
  ASSERT_THAT(spy_.written, SizeIs(2));
  EXPECT_EQ(std::ranges::count(spy_.written[0], '\n'), 2);
  EXPECT_THAT(spy_.written[1], HasSubstr(R"("timestamp":4)"));
  EXPECT_THAT(spy_.written[1], HasSubstr(R"("hostName":"h1")"));
  EXPECT_EQ(status().balance, (stage_balance{3, 0, 3, 0, 0}));
  EXPECT_EQ(status().name, "sink out");
}

TEST_F(sinks, say_when_they_have_written_the_last_of_everything) {
  start();
  give({kill_at(1)});
  EXPECT_EQ(outcome().open_sinks, 1U);
  give({}, true);
  EXPECT_EQ(outcome().open_sinks, 0U);
  EXPECT_TRUE(outcome().failures.empty());
}

TEST_F(sinks, show_a_tables_head_before_anything_happens) {
  start(sink_type::table);
  give({}, true);
  EXPECT_THAT(spy_.written, ElementsAre(HasSubstr("TIME")));
}

TEST_F(sinks, report_a_failure_once_and_count_what_is_lost) {
  start();
  give({kill_at(1)});
  spy_.fails = true;
  give({kill_at(2), kill_at(3)});
  give({kill_at(4)});
  spy_.fails = false;
  give({kill_at(5)});
  give({}, true);
  EXPECT_THAT(spy_.written, SizeIs(1)) << "there would be a hole";
  ASSERT_THAT(outcome().failures, SizeIs(1));
  EXPECT_EQ(outcome().failures[0].node, "sink out");
  EXPECT_EQ(outcome().failures[0].why.code, ec::sink_failed);
  EXPECT_EQ(outcome().open_sinks, 0U);
  EXPECT_EQ(status().balance, (stage_balance{5, 0, 1, 0, 4}));
}

TEST(SinkOutput, MakesAFileAnew) {
  const auto path = std::filesystem::path{testing::TempDir()} / "sink_output_test";
  std::ofstream{path} << "what was there before and is longer";
  auto file = open_sink(path.string());
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->write("a\n"));
  EXPECT_TRUE((*file)->write("b\n"));
  std::ostringstream content;
  content << std::ifstream{path}.rdbuf();
  EXPECT_EQ(content.str(), "a\nb\n");
  std::filesystem::remove(path);
}

TEST(SinkOutput, SaysWhatCannotBeOpenedOrWritten) {
  const auto nowhere = open_sink("/nowhere/at/all");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ec::sink_failed);
  EXPECT_THAT(nowhere.error().detail,
              HasSubstr("cannot open /nowhere/at/all for writing: No such file"));
  const auto full = open_sink("/dev/full");
  ASSERT_TRUE(full);
  const auto written = (*full)->write("x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ec::sink_failed);
  EXPECT_THAT(written.error().detail, HasSubstr("cannot write to /dev/full: No space"));
}

} // namespace

} // namespace vedette
