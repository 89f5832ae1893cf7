#include "events/ndjson_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;

/// `number:text`, with `!` before those that were too long.
void collect(ndjson_reader& reader, std::vector<std::string>& lines) {
  while (const auto line = reader.next())
    lines.push_back((line->too_long ? "!" : "") + std::to_string(line->number) + ":"
                    + std::string{line->text});
}

std::vector<std::string> lines_of(std::string_view input, std::size_t chunk,
                                  std::size_t longest = 100) {
  ndjson_reader reader{longest};
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < input.size(); at += chunk) {
    reader.feed(input.substr(at, chunk));
    collect(reader, lines);
  }
  reader.finish();
  collect(reader, lines);
  return lines;
}

TEST(NdjsonReader, CutsLinesHoweverTheyCome) {
  for (std::size_t chunk = 1; chunk < 40; ++chunk) {
    EXPECT_THAT(lines_of("{\"a\":1}\n\n  \t\n{}\r\n\r\nlast", chunk),
                ElementsAre("1:{\"a\":1}", "4:{}", "6:last"))
        << chunk;
    EXPECT_THAT(lines_of("\xEF\xBB\xBF{}\n\xEF\xBB\xBF\n", chunk),
                ElementsAre("1:{}", "2:\xEF\xBB\xBF"))
        << chunk;
    EXPECT_THAT(lines_of("\xEF\xBBx\n", chunk), ElementsAre("1:\xEF\xBBx")) << chunk;
    EXPECT_THAT(lines_of("\xEF", chunk), ElementsAre("1:\xEF")) << chunk;
    EXPECT_THAT(lines_of("\n", chunk), ElementsAre()) << chunk;
    EXPECT_THAT(lines_of("", chunk), ElementsAre()) << chunk;
  }
}

TEST(NdjsonReader, SkipsWhatIsTooLong) {
  const std::string exact(10, 'x');
  for (std::size_t chunk = 1; chunk < 60; ++chunk) {
    const auto lines = lines_of(exact + "\n" + exact + "yyyyyyyyyyyyyyyyyyy\nz\n"
                                    + exact + "y\n" + exact + "end",
                                chunk, 10);
    EXPECT_THAT(lines, ElementsAre("1:" + exact, "!2:" + exact, "3:z", "!4:" + exact,
                                   "!5:" + exact))
        << chunk;
  }
}

TEST(NdjsonReader, DoesNotGrowWithALineThatIsTooLong) {
  ndjson_reader reader{1000};
  std::size_t most = 0;
  for (auto i = 0; i < 1000; ++i) {
    auto room = reader.prepare(500);
    most = std::max(most, room.size());
    std::fill_n(room.begin(), 500, 'x');
    reader.commit(500);
    while (reader.next()) {
    }
  }
  EXPECT_LE(most, 4000U);
}

TEST(NdjsonReader, LetsTheCallerReadIntoIt) {
  ndjson_reader reader;
  std::vector<std::string> lines;
  for (const std::string_view part : {"a", "b\nc", "\n", "d\n"}) {
    const auto room = reader.prepare(4096);
    ASSERT_GE(room.size(), 4096U);
    part.copy(room.data(), room.size());
    reader.commit(part.size());
    collect(reader, lines);
  }
  EXPECT_THAT(lines, ElementsAre("1:ab", "2:c", "3:d"));
}

} // namespace

} // namespace vedette
