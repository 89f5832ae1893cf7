#include "events/reference.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace vedette {

namespace {

const auto path = source_path("docs/events.md");

TEST(events_reference, is_what_the_documentation_says) {
  if (std::getenv("VEDETTE_WRITE_DOCS") != nullptr)
    std::ofstream{path} << events_reference();
  std::ifstream file{path};
  const std::string written{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(written, events_reference())
      << "run the tests with VEDETTE_WRITE_DOCS=1 to write it anew";
}

TEST(events_reference, shows_no_internal_event) {
  EXPECT_EQ(events_reference().find("task_begin"), std::string::npos);
  EXPECT_NE(events_reference().find("`sched_process_exec`"), std::string::npos);
}

} // namespace

} // namespace vedette
