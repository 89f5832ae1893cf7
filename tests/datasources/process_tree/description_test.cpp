#include "datasources/process_tree/state.hpp"
#include "tests/datasources/process_tree/tree_fixture.hpp"
#include "tests/support/json_schema.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <sstream>

namespace vedette {

namespace {

using testing::HasSubstr;

class process_tree_description_test : public tree_test {
protected:
  process_tree_description_test() {
    see({begun({}, init, true), forked(init, shell),
         forked(shell, shell.thread(101, 1300)).parent(init),
         executed(shell, "/tmp/x", {"x", "\xff\"\n"})
             .at(std::uint64_t{1200})
             .parent(init)
             .detail(RECORD_FILE_MEMFD | RECORD_FILE_DELETED | RECORD_FILE_UPPER_LAYER)
             .arg<events::sched_process_exec::inode_mode>(0100777)
             .arg<events::sched_process_exec::ctime>(~0ULL),
         forked(shell, child).parent(init),
         exited(child, 3).at(std::uint64_t{2500}).parent(shell)});
  }

  value answer(const std::string& key, std::int64_t as_of) {
    const auto parsed = process_tree::parse_key(parse_json(key).value());
    EXPECT_TRUE(parsed) << key;
    const auto found = ask(*parsed, as_of);
    EXPECT_TRUE(found) << key;
    return found ? process_tree::to_value(*found, at_ns(as_of)) : value{};
  }

  static std::string about(const char* what, task who, const char* more = "") {
    return std::string{R"({")"} + what + R"(":)"
           + std::to_string(static_cast<std::uint64_t>(who.id())) + more + "}";
  }
};

TEST_F(process_tree_description_test, WritesAProcessAsItIsSpecified) {
  const auto id = std::to_string(static_cast<std::uint64_t>(shell.id()));
  const auto info = *answer(about("process", shell), 2000).find("info");
  std::vector<std::string> names;
  for (const auto& [name, content] : *info.as_object())
    names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"entity_id",
                                             "pid",
                                             "ns_pid",
                                             "ppid",
                                             "ns_ppid",
                                             "name",
                                             "container_id",
                                             "cmd",
                                             "cwd",
                                             "execution_binary",
                                             "interpreter",
                                             "interp",
                                             "uid",
                                             "gid",
                                             "loginuid",
                                             "start_time",
                                             "exec_time",
                                             "exit_time",
                                             "exit_code",
                                             "signal_code",
                                             "parent_entity_id",
                                             "thread_ids",
                                             "child_process_ids",
                                             "is_alive"}));
  EXPECT_EQ(to_json(*info.find("execution_binary")),
            R"({"path":"/tmp/x","inode":0,"device":0,"ctime":18446744073709551615,)"
            R"("mode":33279,"flags":["memfd","deleted","upper_layer","writable"]})");
  EXPECT_EQ(to_json(*info.find("thread_ids")),
            R"({"100":)" + id + R"(,"101":)"
                + std::to_string(static_cast<std::uint64_t>(entity_of(101, 1300)))
                + "}");
  EXPECT_EQ(to_json(*info.find("exec_time")), "1200");
}

TEST_F(process_tree_description_test, WritesThreadsLineagesAndChildren) {
  EXPECT_EQ(answer(about("thread", shell), 1400).find("process_entity_id")->as_uint(),
            static_cast<std::uint64_t>(shell.id()));
  const auto lineage = answer(about("lineage", child, R"(,"max_depth":1)"), 2000);
  ASSERT_EQ(lineage.as_list()->size(), 2U);
  EXPECT_EQ((*lineage.as_list())[1].find("info")->find("pid")->as_uint(), 100U);
  EXPECT_EQ(answer(about("lineage", child), 2000).as_list()->size(), 3U);
  EXPECT_EQ(to_json(answer(about("children", shell), 2000)),
            R"({"timestamp":2000,"child_process_ids":{"200":)"
                + std::to_string(static_cast<std::uint64_t>(child.id())) + "}}");
  EXPECT_EQ(answer(R"({"pid":200})", 2500).find("info")->find("exit_code")->as_int(),
            3);
}

TEST_F(process_tree_description_test, SaysWhatIsWrongWithAKey) {
  const std::array<std::pair<const char*, const char*>, 10> wrong{{
      {R"(5)", "int is no key"},
      {R"({})", "asks for nothing"},
      {R"({"process":"x"})", "'process' must be a number"},
      {R"({"process":0})", "from 1 to 9007199254740991"},
      {R"({"process":1,"thread":1})", "'thread' is not expected"},
      {R"({"process":1,"max_depth":1})", "'max_depth' is not expected"},
      {R"({"lineage":1,"max_depth":-1})", "from 0 to 65535"},
      {R"({"pid":4294967296})", "from 1 to 4294967295"},
      {R"({"children":1,"x":1})", "'x' is not expected"},
      {R"({"process":1,"process":2})", "'process' is not expected"},
  }};
  for (const auto& [key, why] : wrong) {
    const auto parsed = process_tree::parse_key(parse_json(key).value());
    ASSERT_FALSE(parsed) << key;
    EXPECT_EQ(parsed.error().code, ec::key_not_supported);
    EXPECT_THAT(parsed.error().detail, HasSubstr(why));
    EXPECT_THAT(parsed.error().detail, HasSubstr(R"(expected {"process":ID})"));
  }
}

TEST_F(process_tree_description_test, GivesExamplesThatAreKeys) {
  const auto description = process_tree::description();
  EXPECT_EQ(description.identity.path(), "tracee/process_tree");
  EXPECT_EQ(description.identity.version, 1U);
  for (const auto& key : description.keys)
    EXPECT_TRUE(process_tree::parse_key(parse_json(key.example).value())) << key.type;
}

TEST_F(process_tree_description_test, DescribesEveryAnswerByASchemaThatIsOne) {
  value::list cases;
  const auto add = [&](std::size_t key, const std::string& asked, std::int64_t as_of) {
    cases.push_back(
        value::object{{"schema", process_tree::description().keys[key].schema},
                      {"answer", answer(asked, as_of)}});
  };
  for (const auto as_of : {1000, 1200, 2000, 2500}) {
    add(0, about("process", shell), as_of);
    add(1, about("thread", shell), as_of);
    add(2, about("lineage", shell), as_of);
    add(3, R"({"pid":100})", as_of);
    add(4, about("children", shell), as_of);
  }
  add(0, about("process", child), 2500);
  add(2, about("lineage", child), 2500);
  EXPECT_TRUE(satisfy_schemas(cases));
}

} // namespace

} // namespace vedette
