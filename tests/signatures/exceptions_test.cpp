#include "signatures/exceptions.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vedette {

namespace {

const std::string id(64, 'c');

event_builder opened_in_container() {
  return event_builder{event_kind::security_file_open}
      .comm("cat")
      .user(1000, 1000, 1000)
      .executable("/usr/bin/cat")
      .container(id)
      .arg<events::security_file_open::pathname>("/etc/shadow");
}

bool covers(value::object item, const event_builder& event) {
  item.emplace_back("id", "TRC-1");
  const auto exception = finding_exception::parse(item);
  if (!exception) {
    ADD_FAILURE() << exception.error().detail;
    return false;
  }
  const auto events = make_batch({event});
  return exception->covers((*events)[0]);
}

TEST(finding_exceptions, cover_what_all_that_they_name_fits) {
  const auto event = opened_in_container();
  EXPECT_TRUE(covers({{"comm", "cat"}}, event));
  EXPECT_TRUE(covers({{"comm", "c?t"}, {"uid", 1000}}, event));
  EXPECT_FALSE(covers({{"comm", "cat"}, {"uid", 0}}, event));
  EXPECT_FALSE(covers({{"comm", "dog"}, {"uid", 1000}}, event));
  EXPECT_TRUE(covers({{"uid", "1000"}}, event)) << "as YAML may have it";
}

TEST(finding_exceptions, mean_by_path_the_executable_or_the_file) {
  const auto event = opened_in_container();
  EXPECT_TRUE(covers({{"path", "/usr/bin/cat"}}, event));
  EXPECT_TRUE(covers({{"path", "/etc/*"}}, event));
  EXPECT_FALSE(covers({{"path", "/etc"}}, event));
  const auto renamed = event_builder{event_kind::security_inode_rename}
                           .arg<events::security_inode_rename::old_path>("/a")
                           .arg<events::security_inode_rename::new_path>("/b");
  EXPECT_TRUE(covers({{"path", "/a"}}, renamed));
  EXPECT_TRUE(covers({{"path", "/b"}}, renamed));
}

TEST(finding_exceptions, mean_by_container_its_id_or_the_beginning_of_it_or_its_name) {
  const auto event = opened_in_container();
  EXPECT_TRUE(covers({{"container", id}}, event));
  EXPECT_TRUE(covers({{"container", id.substr(0, 12)}}, event));
  EXPECT_FALSE(covers({{"container", id.substr(0, 11)}}, event));
  EXPECT_TRUE(covers({{"container", "*"}}, event)) << "any container";
  EXPECT_FALSE(covers({{"container", "*"}}, event_builder{event_kind::kill}));
  EXPECT_FALSE(covers({{"container", "web"}}, event));
}

} // namespace

} // namespace vedette
