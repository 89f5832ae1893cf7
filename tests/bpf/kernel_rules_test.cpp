#include "bpf/kernel_rules.hpp"

#include <gmock/gmock.h>

#include <initializer_list>
#include <string>

namespace vedette {

namespace {

using share = kernel_rules::share;
using testing::ElementsAre;
using testing::Pair;

event_filter filter_of(event_kind kind, std::initializer_list<std::string> conditions) {
  event_filter result{kind};
  for (const auto& one : conditions)
    EXPECT_TRUE(result.add(one)) << one;
  return result;
}

event_filter opens(std::initializer_list<std::string> conditions) {
  return filter_of(event_kind::security_file_open, conditions);
}

share decided(const std::vector<event_filter>& filters) {
  return kernel_rules{}.add(filters).decided;
}

TEST(KernelRules, SayHowMuchProgramsCanDecide) {
  EXPECT_EQ(decided({}), share::nothing);
  EXPECT_EQ(decided({opens({})}), share::nothing);
  EXPECT_EQ(decided({opens({"pathname=/etc/*,/x", "flags>=1", "uid=0", "comm!=cat",
                            "retval<0", "pid=1"})}),
            share::all);
  EXPECT_EQ(decided({opens({"pathname=*.so"})}), share::all);
  EXPECT_EQ(decided({opens({"pathname=*.so,/etc/*"})}), share::all);
  EXPECT_EQ(decided({opens({"pathname=*.so*"})}), share::nothing);
  EXPECT_EQ(decided({opens({"pathname=*.so*,/etc/*"})}), share::nothing);
  EXPECT_EQ(decided({opens({"pathname=*.so*", "uid=0"})}), share::some);
  EXPECT_EQ(decided({opens({"pathname=/proc/*/mem"})}), share::some);
  EXPECT_EQ(decided({opens({"pathname=?/proc/*"})}), share::nothing);
  EXPECT_EQ(decided({opens({"pathname=*secrets*token"})}), share::some);
  EXPECT_EQ(decided({opens({"pathname!=/proc/*/mem"})}), share::nothing);
  EXPECT_EQ(decided({opens({"pathname!=*.so*,/etc/*"})}), share::some);
  EXPECT_EQ(decided({opens({"comm=c*,dog"})}), share::all);
  EXPECT_EQ(decided({opens({"comm=*c"})}), share::all);
  EXPECT_EQ(decided({opens({"comm=*c*"})}), share::nothing);
  EXPECT_EQ(decided({opens({"origin=host"})}), share::some);
  EXPECT_EQ(decided({opens({"container=abc"})}), share::nothing);
  EXPECT_EQ(decided({opens({"executable=/bin/sh", "uid=0"})}), share::some);
  EXPECT_EQ(decided({filter_of(event_kind::sched_process_exec, {"argv=-c"})}),
            share::nothing);
  EXPECT_EQ(decided({filter_of(event_kind::sched_process_fork, {"start_time>5"})}),
            share::nothing)
      << "times have another beginning there";
}

TEST(KernelRules, LeaveAllToUserSpaceIfOneFilterDoes) {
  EXPECT_EQ(decided({opens({"pathname=/etc/*"}), opens({"pathname=*.so*"})}),
            share::nothing);
  EXPECT_EQ(decided({opens({"pathname=/etc/*"}), opens({"uid=0", "comm=*c*"})}),
            share::some);
  EXPECT_EQ(decided({opens({"pathname=/etc/*"}), opens({"uid=0"})}), share::all);
}

TEST(KernelRules, HaveRoomForSoManyFiltersOfAnEvent) {
  std::vector<event_filter> many;
  for (auto i = 0; i < FILTERS_MAX; ++i)
    many.push_back(opens({"uid=" + std::to_string(i)}));
  kernel_rules rules;
  EXPECT_EQ(rules.add(many).number, 1U);
  EXPECT_EQ(rules.rules()[1].filters, ~std::uint64_t{0});
  EXPECT_EQ(rules.numbers().size(), 64U);
  many.push_back(opens({"uid=64"}));
  EXPECT_EQ(rules.add(many).number, 0U);
}

TEST(KernelRules, HaveRoomForSoManyFieldsAndBounds) {
  const auto exec = [](std::initializer_list<std::string> conditions) {
    return filter_of(event_kind::sched_process_exec, conditions);
  };
  EXPECT_EQ(decided({exec({"cmdpath=a", "pathname=a", "dev=1", "inode=1", "ctime=1",
                           "inode_mode=1", "interpreter_pathname=a", "interp=a"})}),
            share::all);
  EXPECT_EQ(
      decided({exec({"cmdpath=a", "pathname=a", "dev=1", "inode=1", "ctime=1",
                     "inode_mode=1", "interpreter_pathname=a", "interp=a", "pwd=/"})}),
      share::some);
  std::vector<event_filter> bounded;
  for (auto i = 0; i < FILTER_BOUNDS_MAX; ++i)
    bounded.push_back(opens({"flags>" + std::to_string(i)}));
  bounded.push_back(opens({"flags>0"}));
  EXPECT_EQ(decided(bounded), share::all) << "the same bounds twice";
  bounded.push_back(opens({"flags>9", "uid=0"}));
  EXPECT_EQ(decided(bounded), share::some);
}

TEST(KernelRules, TellOfABeginningWhatShorterOnesTell) {
  kernel_rules rules;
  const std::vector filters{opens({"pathname=/etc/*"}),
                            opens({"pathname=/etc/ssh/*,/etc/passwd"}),
                            opens({"pathname!=/etc/ssh/key"})};
  ASSERT_EQ(rules.add(filters).decided, share::all);
  std::vector<std::pair<std::string, std::pair<std::uint64_t, std::uint64_t>>> found;
  for (const auto& [key, verdict] : rules.texts())
    found.emplace_back(key.second, std::pair{verdict.wanted, verdict.unwanted});
  using namespace std::string_literals;
  EXPECT_THAT(found, ElementsAre(Pair("/etc/"s, Pair(1, 0)),
                                 Pair("/etc/passwd\0"s, Pair(3, 0)),
                                 Pair("/etc/ssh/"s, Pair(3, 0)),
                                 Pair("/etc/ssh/key\0"s, Pair(3, 4))));
}

TEST(KernelRules, LookAtTextsOnlySoFar) {
  const std::string longest(FILTER_TEXT_MAX, 'x');
  EXPECT_EQ(decided({opens({"pathname=" + longest + "*"})}), share::all);
  EXPECT_EQ(decided({opens({"pathname=" + longest + "x*"})}), share::some);
  EXPECT_EQ(decided({opens({"pathname=" + longest.substr(1)})}), share::all);
  EXPECT_EQ(decided({opens({"pathname=" + longest})}), share::some);
}

TEST(KernelRules, LookAtEndsOfSoManyLengths) {
  const std::string longest(FILTER_END_MAX, 'x');
  EXPECT_EQ(decided({opens({"pathname=*" + longest})}), share::all);
  EXPECT_EQ(decided({opens({"pathname=*y" + longest})}), share::some);
  kernel_rules rules;
  EXPECT_EQ(rules.add(std::vector{opens({"pathname=*y" + longest})}).decided, share::some);
  EXPECT_EQ(rules.ends().begin()->first.second, longest);
  EXPECT_EQ(decided({opens({"pathname=*1,*22,*333,*4444,*55"})}), share::all);
  EXPECT_EQ(decided({opens({"pathname=*1,*22,*333,*4444,*55555"})}), share::nothing);
}

TEST(KernelRules, KnowWhatIsOfContainers) {
  kernel_rules rules;
  const std::vector filters{opens({"origin=host"}), opens({"origin=container"}),
                            opens({"origin!=host"}), opens({"uid=0"})};
  ASSERT_EQ(rules.add(filters).decided, share::some);
  EXPECT_EQ(rules.rules()[1].of_host, 0b1001U);
  EXPECT_EQ(rules.rules()[1].of_containers, 0b1110U);
}

} // namespace

} // namespace vedette
