// The folders are floors: what stands on one uses what is below, never what is above.

#include "tests/support/places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <istream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace vedette {

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

const std::map<std::string, int> floors{
    {"runtime", 1},    {"events", 2}, {"datasources", 3}, {"bpf", 3},
    {"signatures", 4}, {"actors", 5}, {"cli", 6},         {"tests", 7},
    {"bench", 7},      {"docs", 7},   {"examples", 7},
};

/// Folders that stand beside others on their floor and do not know them.
const std::set<std::string> strangers{"bpf", "datasources"};

/// First folder of a path; "" if it has none.
std::string folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.begin()->string() : "";
}

/// "file:line: what is wrong" for every #include of a source that does not go to its
/// own floor or a lower one. In angle brackets stand the headers of others.
std::vector<std::string> wrong_includes(const fs::path& file, std::istream& source) {
  static const std::regex include{R"(\s*#\s*include\s*([<"])([^>"]+).*)"};
  const auto from = floors.find(folder_of(file));
  if (from == floors.end())
    return {file.string() + ":1: is in a folder without a floor"};

  std::vector<std::string> wrong;
  std::smatch match;
  std::string line;
  for (int number = 1; std::getline(source, line); ++number) {
    if (!std::regex_match(line, match, include))
      continue;
    // In angle brackets stand the headers of others; libbpf's folder has the name of ours.
    if (match.str(1) == "<" && match.str(2).starts_with("bpf/"))
      continue;
    const auto to = floors.find(folder_of(match.str(2)));
    const auto place = file.string() + ":" + std::to_string(number) + ": ";
    if (to == floors.end()) {
      if (match.str(1) == "\"")
        wrong.push_back(place + match.str(2) + " is in a folder without a floor");
    } else if (to->first != from->first && to->second == from->second
               && strangers.contains(to->first)) {
      wrong.push_back(place + match.str(2) + " stands beside " + from->first + "/");
    } else if (to->second > from->second) {
      wrong.push_back(place + match.str(2) + " is above " + from->first + "/");
    }
  }
  return wrong;
}

std::vector<std::string> wrong_includes(const fs::path& file,
                                        const std::string& source) {
  std::istringstream stream{source};
  return wrong_includes(file, stream);
}

TEST(floors, are_kept_by_every_include) {
  const fs::path root{source_path()};
  std::vector<std::string> wrong;
  std::set<std::string> seen;
  for (fs::recursive_directory_iterator entry{root}, end; entry != end; ++entry) {
    const auto file = entry->path().lexically_relative(root);
    const auto name = file.filename().string();
    if (entry->is_directory() && (name == "build" || name.starts_with(".")))
      entry.disable_recursion_pending();
    if (file.extension() != ".cpp" && file.extension() != ".hpp")
      continue;
    std::ifstream source{entry->path()};
    ASSERT_TRUE(source) << file;
    for (const auto& complaint : wrong_includes(file, source))
      wrong.push_back(complaint);
    seen.insert(folder_of(file));
  }
  EXPECT_THAT(wrong, IsEmpty());
  for (const auto& folder : {"runtime", "events", "datasources", "bpf", "signatures",
                             "actors", "cli", "tests", "bench"})
    EXPECT_TRUE(seen.contains(folder)) << folder << " was not read";
}

TEST(floors, may_use_themselves_and_those_below) {
  EXPECT_THAT(wrong_includes("events/batch.hpp", "#include \"events/time.hpp\"\n"
                                                 "#include \"runtime/ask.hpp\"\n"
                                                 "#include <vector>\n"
                                                 "#include <caf/all.hpp>\n"),
              IsEmpty());
}

TEST(floors, must_not_use_those_above) {
  EXPECT_THAT(wrong_includes("signatures/a.hpp", "\n"
                                                 "#include \"actors/runner.hpp\"\n"
                                                 "  # include <tests/b.hpp> // why\n"),
              ElementsAre("signatures/a.hpp:2: actors/runner.hpp is above signatures/",
                          "signatures/a.hpp:3: tests/b.hpp is above signatures/"));
}

TEST(floors, must_not_use_or_be_what_has_none) {
  EXPECT_THAT(wrong_includes("actors/a.cpp", "#include \"utils/b.hpp\"\n"
                                             "#include \"b.hpp\"\n"),
              ElementsAre("actors/a.cpp:1: utils/b.hpp is in a folder without a floor",
                          "actors/a.cpp:2: b.hpp is in a folder without a floor"));
  EXPECT_THAT(wrong_includes("utils/b.hpp", ""),
              ElementsAre("utils/b.hpp:1: is in a folder without a floor"));
}

} // namespace

} // namespace vedette
