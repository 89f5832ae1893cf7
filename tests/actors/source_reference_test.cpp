// docs/data-sources.md derives from the descriptions of the data sources, as their JSON and
// their schemas do.

#include "actors/builtin_sources.hpp"
#include "datasources/reference.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace vedette {

namespace {

const auto path = source_path("docs/data-sources.md");

std::string derived() {
  std::string text =
      "# Data sources\n\n"
      "What can be asked, and what is answered: `vedette get SOURCE KEY`, or a signature's\n"
      "typed handle. Every question has a time, and the answer is as of then. Made from the\n"
      "sources' own descriptions, as are the JSON Schemas that `vedette list data-sources\n"
      "--output json` shows.\n";
  for (const auto& source : builtin_sources())
    text += "\n" + reference_of(source.describe());
  return text;
}

TEST(source_reference, is_what_the_documentation_says) {
  if (std::getenv("VEDETTE_WRITE_DOCS") != nullptr)
    std::ofstream{path} << derived();
  std::ifstream file{path};
  const std::string written{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(written, derived())
      << "run the tests with VEDETTE_WRITE_DOCS=1 to write it anew";
}

TEST(source_reference, explains_every_member) {
  for (const auto& source : builtin_sources()) {
    const auto text = reference_of(source.describe());
    EXPECT_EQ(text.find("|  |\n"), std::string::npos) << text;
    EXPECT_NE(text.find("tracee/" + std::string{source.id}), std::string::npos);
  }
}

} // namespace

} // namespace vedette
