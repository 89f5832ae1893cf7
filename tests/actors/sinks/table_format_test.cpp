#include "actors/sinks/table_format.hpp"
#include "tests/support/task_events.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <ctime>

namespace vedette {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text);
  return out;
}

TEST(AppendPrintable, KeepsWhatPeopleRead) {
  for (const auto* const text : {"", "plain text!", "é日𐍈", "tilde ~ \\ \" '"})
    EXPECT_EQ(printable(text), text);
}

TEST(AppendPrintable, EscapesWhatATerminalMightObey) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a\nb\tc\r", R"(a\x0ab\x09c\x0d)"},
      {"\x1b[2J", R"(\x1b[2J)"},
      {std::string{"\0", 1}, R"(\x00)"},
      {"\x7f", R"(\x7f)"},
      {"\xC2\x9B"
       "31m", // C1: CSI as UTF-8.
       R"(\xc2\x9b31m)"},
      {"\x9b"
       "31m", // And as a byte.
       R"(\x9b31m)"},
      {"\xC2\xA0", "\xC2\xA0"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(printable(text), expected);
}

TEST(AppendPrintable, EscapesWhatIsNotUtf8) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"\xFF", R"(\xff)"},
      {"\xC3", R"(\xc3)"},                     // Cut.
      {"\xC3(", R"(\xc3()"},
      {"\xE6\x97", R"(\xe6\x97)"},
      {"\xF0\x90\x8D", R"(\xf0\x90\x8d)"},
      {"\xC0\xAF", R"(\xc0\xaf)"},             // Longer than it need be.
      {"\xE0\x80\xAF", R"(\xe0\x80\xaf)"},
      {"\xED\xA0\x80", R"(\xed\xa0\x80)"},     // A surrogate.
      {"\xF4\x90\x80\x80", R"(\xf4\x90\x80\x80)"}, // Beyond Unicode.
      {"\xC2\n", R"(\xc2\x0a)"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(printable(text), expected);
}

bool is_command(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (byte < 0x20 || byte == 0x7F || (byte == 0xC2 && next < 0xA0))
      return true;
  }
  return false;
}

TEST(AppendPrintable, LeavesNoCommandInAnyText) {
  EXPECT_TRUE(rc::check("no control characters", [] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::elementOf(
        std::string{"a\x01\x1b\x7f\x80\x9b\xa0\xbf\xc0\xc2\xc3\xe0\xed\xef\xf0\xf4\xff"}));
    const auto out = printable(bytes);
    RC_ASSERT(!is_command(out));
    RC_ASSERT(printable(out) == out);
  }));
}

class TableFormat : public testing::Test {
protected:
  static std::string row(const event_builder& event) {
    std::string out;
    table_format{}.add(out, (*make_batch({event}))[0]);
    return out;
  }
  static std::string row(finding_data data, const event_builder& cause) {
    signature_metadata about;
    about.id = "VED-6";
    about.event_name = "shell_under_server";
    about.severity = 2;
    std::string out;
    table_format{}.add(out, finding{std::make_shared<const signature_metadata>(about),
                                    {make_batch({cause}), 0},
                                    std::move(data)});
    return out;
  }
  static event_builder somebody() { return event_builder{event_kind::kill}.by({42, 1}); }
};

TEST_F(TableFormat, SaysWhenHowBadWhatWhoAndTheDetails) {
  std::string head;
  table_format{}.begin(head);
  const auto text = row({{"shell", "/bin/sh"}, {"count", 3}}, somebody().at(1'234'567'890));
  EXPECT_THAT(text, HasSubstr(":01.234 medium VED-6    shell_under_server      test    "
                              "              42 host         shell=/bin/sh  count=3\n"));
  for (const auto* const column : {"LEVEL", "ID", "WHAT", "CONTAINER", "DETAILS"}) {
    const auto at = head.find(column);
    EXPECT_NE(text[at], ' ') << column;
    EXPECT_EQ(text[at - 1], ' ') << column;
  }
}

TEST_F(TableFormat, NamesTheLevelOfEverySeverity) {
  signature_metadata about;
  for (const auto& [severity, name] :
       {std::pair{0, " info "}, {1, " low "}, {2, " medium "}, {3, " high "}}) {
    about.severity = severity;
    std::string out;
    table_format{}.add(out, finding{std::make_shared<const signature_metadata>(about),
                                    {make_batch({somebody()}), 0},
                                    {}});
    EXPECT_THAT(out, HasSubstr(name));
  }
}

TEST_F(TableFormat, ShowsALineage) {
  const value::list lineage{
      value::object{{"pid", 12}, {"name", "sh"}, {"path", "/bin/sh"}},
      value::object{{"pid", 11}, {"name", "ng\x1binx"}, {"path", ""}}};
  EXPECT_THAT(row({{"lineage", lineage}}, somebody()),
              EndsWith("lineage=sh(12) < ng\\x1binx(11)\n"));
  EXPECT_THAT(row({{"pair", value::list{value::object{{"name", "a"}, {"pid", 1}}, 2}}},
                  somebody()),
              EndsWith("pair=[{\"name\":\"a\",\"pid\":1},2]\n"));
  EXPECT_THAT(row({{"none", value::list{}}}, somebody()), EndsWith("none=[]\n"));
}

TEST_F(TableFormat, ShowsTheExecutableWhereTheSignatureSaysNothing) {
  EXPECT_THAT(row({}, somebody().executable("/bin/\n")),
              EndsWith("executable=/bin/\\x0a\n"));
  EXPECT_THAT(row({}, somebody()), EndsWith(" host\n")) << "nothing trails";
}

TEST_F(TableFormat, ShowsEventsWithTheirArguments) {
  EXPECT_THAT(row(executed({42, 1}, "/bin/sh", {"sh", "-c", "\x1b[2J"})),
              HasSubstr(R"(argv=["sh","-c","\u001b[2J"])"));
  EXPECT_THAT(row(somebody().arg<events::kill::pid>(-1)),
              AllOf(HasSubstr(" event           kill "), HasSubstr("pid=-1")));
  const auto unknown = event_builder{event_kind::unknown}.named("new\x07" "event");
  EXPECT_THAT(row(unknown), HasSubstr("new\\x07event "));
}

TEST_F(TableFormat, LetsNothingOfAnEventReachTheTerminal) {
  const std::string evil = "\x1b]0;x\x07\xC2\x9b\n";
  const auto event = executed({42, 1}, evil, {evil, evil})
                         .comm(evil)
                         .replayed(0)
                         .container(evil)
                         .executable(evil);
  for (const auto& text : {row(event), row({}, event), row({{evil, evil}}, event),
                           row({{"list", value::list{evil}}}, event)}) {
    EXPECT_THAT(text, EndsWith("\n"));
    EXPECT_FALSE(is_command(std::string_view{text}.substr(0, text.size() - 1))) << text;
  }
}

TEST_F(TableFormat, CutsAContainersIdAndLongDetails) {
  const auto text =
      row({{"path", std::string(1000, 'x')}}, somebody().container("0123456789abcdef"));
  EXPECT_THAT(text, HasSubstr(" 0123456789ab path=xxx"));
  EXPECT_THAT(text, EndsWith("xxx…\n"));
  EXPECT_EQ(std::ranges::count(text, 'x'), 395);
  std::string wide = "a";
  for (auto i = 0; i < 200; ++i)
    wide += "日";
  const auto cut = row({{"path", wide}}, somebody());
  EXPECT_THAT(cut, EndsWith("日…\n"));
  EXPECT_THAT(printable(cut), Not(HasSubstr("\\x97"))) << "cut between characters";
}

} // namespace

} // namespace vedette
