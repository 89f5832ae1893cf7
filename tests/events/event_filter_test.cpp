#include "events/event_filter.hpp"
#include "events/event_selection.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <initializer_list>
#include <string>

namespace vedette {

namespace {

namespace opened = events::security_file_open;
namespace executed_event = events::sched_process_exec;

event_filter filter_of(event_kind kind,
                       std::initializer_list<std::string_view> conditions) {
  event_filter result{kind};
  for (const auto one : conditions) {
    const auto added = result.add(one);
    EXPECT_TRUE(added) << one << ": " << (added ? "" : added.error().detail);
  }
  return result;
}

bool passes(const event_builder& event,
            std::initializer_list<std::string_view> conditions) {
  const auto batch = make_batch({event});
  const auto filter = filter_of((*batch)[0].kind(), conditions);
  return filter.passes((*batch)[0]);
}

event_builder open_of(std::string_view path, int flags = O_RDONLY) {
  return event_builder{event_kind::security_file_open}
      .by({100, 1000})
      .user(1000, 1000, 1000)
      .arg<opened::pathname>(path)
      .arg<opened::flags>(flags);
}

TEST(EventFilter, ComparesTexts) {
  EXPECT_TRUE(passes(open_of("/etc/passwd"), {"pathname=/etc/*"}));
  EXPECT_FALSE(passes(open_of("/usr/passwd"), {"pathname=/etc/*"}));
  EXPECT_TRUE(passes(open_of("/usr/passwd"), {"pathname=/etc/*,/usr/*"}));
  EXPECT_TRUE(passes(open_of("/usr/passwd"), {"pathname=/etc/*", "pathname=/usr/*"}));
  EXPECT_FALSE(
      passes(open_of("/etc/shadow"), {"pathname=/etc/*", "pathname!=*shadow"}));
  EXPECT_TRUE(passes(open_of("/etc/passwd"), {"pathname=/etc/*", "pathname!=*shadow"}));
  EXPECT_TRUE(passes(open_of("/a,b"), {R"(pathname=/x,/a\,b)"}));
  EXPECT_TRUE(passes(open_of("/a*"), {R"(pathname=/a\*)"}));
  EXPECT_FALSE(passes(open_of("/ab"), {R"(pathname=/a\*)"}));
}

TEST(EventFilter, ComparesNumbers) {
  const auto write = open_of("/x", O_RDWR | O_CREAT);
  EXPECT_TRUE(passes(write, {"flags=O_RDWR|O_CREAT"}));
  EXPECT_TRUE(passes(write, {"flags=0x42"}));
  EXPECT_FALSE(passes(write, {"flags=O_RDWR"}));
  EXPECT_TRUE(passes(write, {"flags!=O_RDONLY"}));
  EXPECT_TRUE(passes(write, {"uid>=1000"}));
  EXPECT_FALSE(passes(write, {"uid>1000"}));
  EXPECT_FALSE(passes(write, {"uid>=1000", "uid<1000"}));
  EXPECT_TRUE(passes(write, {"uid<10", "uid=1000"})) << "a value beside the bounds";
  EXPECT_FALSE(passes(write, {"uid>10", "uid!=1000"}));
  EXPECT_TRUE(passes(open_of("/x").returned(-2), {"retval<0"}));
  EXPECT_FALSE(passes(open_of("/x").returned(3), {"retval<0"}));
  EXPECT_TRUE(passes(open_of("/x").returned(-2), {"retval=-2,-13"}));
}

TEST(EventFilter, KnowsWhatAFileIsOpenedFor) {
  EXPECT_TRUE(passes(open_of("/x", O_RDWR | O_CREAT), {"access=O_WRONLY,O_RDWR"}));
  EXPECT_TRUE(passes(open_of("/x", O_WRONLY | O_APPEND), {"access=O_WRONLY,O_RDWR"}));
  EXPECT_FALSE(passes(open_of("/x", O_CREAT | O_CLOEXEC), {"access=O_WRONLY,O_RDWR"}));
  EXPECT_TRUE(passes(open_of("/x", O_CLOEXEC), {"access=O_RDONLY"}));
  EXPECT_FALSE(passes(open_of("/x", O_WRONLY | O_CLOEXEC), {"access!=1"}));
  EXPECT_TRUE(passes(open_of("/x", O_RDWR), {"access>1", "flags<100"}))
      << "beside the flags themselves";
  EXPECT_FALSE(event_filter{event_kind::kill}.add("access=O_RDONLY"));
}

TEST(EventFilter, ComparesWhatAllEventsHave) {
  const auto event = open_of("/x")
                         .comm("cat")
                         .process(100, 101, 1000)
                         .executable("/usr/bin/cat")
                         .container("abc");
  EXPECT_TRUE(
      passes(event, {"comm=cat", "pid=100", "executable=*/cat", "container=ab*"}));
  EXPECT_TRUE(passes(event, {"processName=cat", "userId=1000", "hostProcessId=100"}));
  EXPECT_FALSE(passes(event, {"comm=dog"}));
  EXPECT_TRUE(passes(event, {"origin=container-init"}));
  EXPECT_FALSE(passes(event, {"origin=host"}));
  EXPECT_TRUE(passes(event, {"origin!=host"}));
  EXPECT_TRUE(passes(open_of("/x"), {"origin=host,container"}));
  const auto started = open_of("/x").container("abc").with(
      [](auto& header) { header.flags |= RECORD_CONTAINER_STARTED; });
  EXPECT_TRUE(passes(started, {"origin=container"}));
}

TEST(EventFilter, KnowsArgumentsFromWhatAllEventsHave) {
  const auto event = event_builder{event_kind::kill}
                         .process(100, 100, 1000)
                         .arg<events::kill::pid>(7)
                         .arg<events::kill::sig>(9);
  EXPECT_TRUE(passes(event, {"pid=7"}));
  EXPECT_TRUE(passes(event, {"args.pid=7"}));
  EXPECT_TRUE(passes(event, {"scope.pid=100"}));
  EXPECT_FALSE(passes(event, {"scope.pid=7"}));
  EXPECT_TRUE(passes(event, {"sig=9"}));
  EXPECT_TRUE(passes(event_builder{event_kind::kill}.arg<events::kill::pid>(-1),
                     {"pid<0", "pid=-1"}));
}

TEST(EventFilter, LooksIntoListsAndTruthValues) {
  const auto event =
      event_builder{event_kind::sched_process_exec}
          .arg<executed_event::argv>(std::vector<std::string>{"sh", "-c", "id"})
          .arg<executed_event::invoked_from_kernel>(0);
  EXPECT_TRUE(passes(event, {"argv=id"}));
  EXPECT_FALSE(passes(event, {"argv=ls"}));
  EXPECT_FALSE(passes(event, {"argv!=-c"}));
  EXPECT_TRUE(passes(event, {"invoked_from_kernel=false"}));
  EXPECT_FALSE(passes(event, {"invoked_from_kernel=true"}));
}

TEST(EventFilter, LetsPassWhatIsAbsentUnlessSomethingIsWanted) {
  const event_builder nothing{event_kind::security_file_open};
  EXPECT_FALSE(passes(nothing, {"pathname=*"}));
  EXPECT_FALSE(passes(nothing, {"flags>=0"}));
  EXPECT_TRUE(passes(nothing, {"pathname!=/etc/*", "flags!=0"}));
  EXPECT_TRUE(passes(nothing, {}));
}

TEST(EventFilter, SaysWhatIsWrongWithAConditionAndStaysAsItWas) {
  struct row {
    event_kind kind;
    const char* condition;
    const char* expected; ///< Part of it.
  };
  using enum event_kind;
  for (const auto& [kind, condition, expected] : {
           row{security_file_open, "pathname",
               "'pathname' is no condition; expected one"},
           row{security_file_open, "pathname=", "is no condition"},
           row{security_file_open, "=x", "is no condition"},
           row{security_file_open, "!x", "is no condition"},
           row{security_file_open, "pathnam=/x",
               "security_file_open has no field 'pathnam'; there are pathname, flags, "
               "dev, "
               "inode, ctime, syscall_pathname, access, and of all events comm, uid, pid"},
           row{security_file_open, "args.uid=0", "no field 'args.uid'"},
           row{kill, "scope.sig=0", "no field 'scope.sig'"},
           row{security_file_open, "pathname>x",
               "pathname has no order: compare it with"},
           row{security_file_open, "origin<host", "has no order"},
           row{security_file_open, "origin=pod",
               "'pod' is no origin; there are host, container and container-init"},
           row{security_file_open, "uid=root", "'root' is no number"},
           row{security_file_open, "uid=-1", "-1 is no value of type uint32"},
           row{security_file_open, "uid=1,4294967296",
               "4294967296 is no value of type uint32"},
           row{security_file_open, "flags=O_NONSENSE", "'O_NONSENSE' is no number"},
           row{security_file_open, "uid<0", "nothing is < that"},
           row{sched_process_exec, "invoked_from_kernel=maybe",
               "there are true and false"},
           row{security_socket_connect, "remote_addr=1.2.3.4",
               "values of remote_addr, of type SockAddr, cannot be compared"},
       }) {
    event_filter filter{kind};
    const auto added = filter.add(condition);
    ASSERT_FALSE(added) << condition;
    EXPECT_EQ(added.error().code, ec::invalid_config);
    EXPECT_NE(added.error().detail.find(expected), std::string::npos)
        << added.error().detail;
    EXPECT_EQ(filter, event_filter{kind}) << condition;
  }
}

TEST(EventFilter, IsWrittenAsItWasRead) {
  EXPECT_EQ(filter_of(event_kind::kill, {"sig=9", "uid!=0"}).text(), "sig=9 uid!=0");
  EXPECT_EQ(split_selection("kill").event, "kill");
  EXPECT_EQ(split_selection("kill").condition, "");
  EXPECT_EQ(split_selection("kill.args.sig=9").event, "kill");
  EXPECT_EQ(split_selection("kill.args.sig=9").condition, "args.sig=9");
}

TEST(EventSelection, IsTheUnionOfWhatIsWanted) {
  const auto etc = filter_of(event_kind::security_file_open, {"pathname=/etc/*"});
  const auto root = filter_of(event_kind::security_file_open, {"uid=0"});
  event_selection one, other;
  one.add(etc);
  one.add(etc);
  one.add(event_kind::kill);
  EXPECT_EQ(one.filters(event_kind::security_file_open).size(), 1U);
  other.add(root);
  other.add(one);
  EXPECT_EQ(other.filters(event_kind::security_file_open).size(), 2U);
  const auto batch =
      make_batch({open_of("/etc/x"), open_of("/x").user(0, 0, 0), open_of("/x"),
                  event_builder{event_kind::kill}, event_builder{event_kind::ptrace}});
  std::vector<bool> wanted;
  for (const auto event : batch->events())
    wanted.push_back(other.wants(event));
  EXPECT_EQ(wanted, (std::vector{true, true, false, true, false}));

  other.add(event_selection{event_kind::security_file_open});
  EXPECT_TRUE(other.wants((*batch)[2]));
  EXPECT_TRUE(other.filters(event_kind::security_file_open).empty());
  other.add(etc);
  EXPECT_TRUE(other.wants((*batch)[2])) << "who wants all is not restricted by others";
}

TEST(EventSelection, KeepsOnlySomeKinds) {
  event_selection some{event_kind::kill};
  some.add(filter_of(event_kind::security_file_open, {"origin=host"}));
  EXPECT_TRUE(some.look_at(filter_field::place::origin));
  EXPECT_FALSE(some.look_at(filter_field::place::uid));
  some.keep(event_selection{event_kind::kill, event_kind::ptrace}.kinds());
  EXPECT_EQ(some, event_selection{event_kind::kill});
}

} // namespace

} // namespace vedette
