#include "examples/secret_readers.hpp"
#include "tests/support/places.hpp"
#include "tests/support/signature_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

// docs/first-signature.md: what it shows is compiled and does what it says.
namespace vedette {

namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::string read(const std::string& name) {
  std::ifstream file{source_path(name)};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(first_signature, stands_in_the_documentation_as_it_is) {
  const auto page = read("docs/first-signature.md");
  const auto code = read("examples/secret_readers.cpp");
  const std::string begin = "```cpp\n", end = "```\n";
  const auto from = page.find(begin) + begin.size();
  const auto shown = page.substr(from, page.find(end, from) - from);
  EXPECT_THAT(shown, testing::StartsWith("/// Who reads"));
  EXPECT_NE(code.find(shown), code.npos) << "copy the class from " << "examples/secret_readers.cpp";
}

TEST(first_signature, finds_who_reads_a_private_key) {
  signature_run run{examples::make_secret_readers()};
  ASSERT_TRUE(run.loaded());
  const auto open = [](std::string_view path) {
    return event_builder{event_kind::security_file_open}
        .arg<events::security_file_open::pathname>(path)
        .arg<events::security_file_open::flags>(0);
  };
  EXPECT_THAT(run.on_any(open("/root/.ssh/id_rsa")), SizeIs(1));
  EXPECT_THAT(run.asked, SizeIs(1));
  EXPECT_THAT(run.on_any(open("/home/ann/.ssh/id_ed25519").comm("cat")), SizeIs(1));
  EXPECT_THAT(run.on_any(open("/home/ann/.ssh/id_rsa.pub")), IsEmpty());
  EXPECT_THAT(run.on_any(open("/home/ann/.ssh/id_rsa").comm("ssh")), IsEmpty())
      << "its selector's filter";
  EXPECT_THAT(run.on_any(open("/etc/passwd")), IsEmpty());
}

} // namespace

} // namespace vedette
