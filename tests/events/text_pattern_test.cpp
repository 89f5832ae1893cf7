#include "events/text_pattern.hpp"
#include "tests/support/property.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace vedette {

namespace {

using shape = text_pattern::shape;

TEST(TextPattern, KnowsWhatStarsMean) {
  struct row {
    const char* written;
    shape is;
    const char* text;
  };
  for (const auto& [written, is, text] : {
           row{"/etc/passwd", shape::equal, "/etc/passwd"},
           row{"/etc/*", shape::prefix, "/etc/"},
           row{"*.so", shape::suffix, ".so"},
           row{"*cron*", shape::contains, "cron"},
           row{"/proc/*/mem", shape::glob, "/proc/*/mem"},
           row{"/dev/sd?", shape::glob, "/dev/sd?"},
           row{"*a*b", shape::glob, "*a*b"},
           row{"*", shape::prefix, ""},
           row{"**", shape::prefix, ""},
           row{R"(a\*)", shape::equal, "a*"},
           row{R"(\*)", shape::equal, "*"},
           row{R"(a\\*)", shape::prefix, R"(a\)"},
           row{R"(a\?*)", shape::prefix, "a?"},
           row{R"(a\)", shape::equal, R"(a\)"},
           row{"", shape::equal, ""},
       }) {
    const text_pattern pattern{written};
    EXPECT_EQ(pattern.is(), is) << written;
    EXPECT_EQ(pattern.text(), text) << written;
  }
}

TEST(TextPattern, MatchesWhatItSays) {
  for (const auto& [written, text, expected] : {
           std::tuple{"/etc/*", "/etc/", true},
           {"/etc/*", "/etc", false},
           {"/etc/*", "/etc/a/b", true},
           {"*.so", ".so", true},
           {"*.so", "a.so.1", false},
           {"*cron*", "/etc/crontab", true},
           {"/proc/*/mem", "/proc/self/mem", true},
           {"/proc/*/mem", "/proc/mem", false},
           {"/proc/*/mem", "/proc/1/memory", false},
           {"/dev/sd?", "/dev/sda", true},
           {"/dev/sd?", "/dev/sd", false},
           {"/dev/sd?", "/dev/sdab", false},
           {"*a*b*c", "xaybzbc", true},
           {"*a*b*c", "xaybz", false},
           {"*", "", true},
           {"", "", true},
           {"", "a", false},
           {R"(*\**)", "a*b", true},
           {R"(*\**)", "ab", false},
       })
    EXPECT_EQ(text_pattern{written}.matches(text), expected) << written << " " << text;
}

/// By the definition: what a star stands for is tried from nothing on.
bool model(std::string_view pattern, std::string_view text) {
  if (pattern.empty())
    return text.empty();
  if (pattern[0] == '*')
    return model(pattern.substr(1), text)
           || (!text.empty() && model(pattern, text.substr(1)));
  const bool escapes = pattern[0] == '\\' && pattern.size() > 1;
  const auto wanted = pattern[escapes ? 1 : 0];
  if (text.empty() || (text[0] != wanted && (escapes || wanted != '?')))
    return false;
  return model(pattern.substr(escapes ? 2 : 1), text.substr(1));
}

TEST(TextPattern, IsWhatTheDefinitionSays) {
  expect_property(3000, [] {
    const auto letters = [](const std::string& of) {
      return rc::gen::resize(10,
                             rc::gen::container<std::string>(rc::gen::elementOf(of)));
    };
    const auto pattern = *letters("ab/**?\\");
    const auto text = *letters("ab/*?\\");
    RC_CLASSIFY(model(pattern, text));
    const text_pattern made{pattern};
    RC_ASSERT(made.matches(text) == model(pattern, text));
    if (made.matches(text)) {
      RC_ASSERT(text.starts_with(made.beginning()));
      RC_ASSERT(text.ends_with(made.ending()));
    }
  });
}

} // namespace

} // namespace vedette
