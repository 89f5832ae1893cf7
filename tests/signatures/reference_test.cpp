#include "signatures/reference.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace vedette {

namespace {

TEST(signatures_reference, is_what_the_documentation_says) {
  const auto path = source_path("docs/signatures.md");
  if (std::getenv("VEDETTE_WRITE_DOCS") != nullptr)
    std::ofstream{path} << signatures_reference();
  std::ifstream file{path};
  const std::string written{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(written, signatures_reference())
      << "run the tests with VEDETTE_WRITE_DOCS=1 to write it anew";
}

} // namespace

} // namespace vedette
