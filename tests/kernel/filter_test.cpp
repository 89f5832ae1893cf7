// Filters in the kernel beside the user side's, which is the reference: two kernel
// sides see the same acts, one without filters.

#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/cgroup_dir.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/scratch_dir.hpp"
#include "tests/support/property.hpp"
#include "tests/support/written_filters.hpp"

#include <fcntl.h>
#include <map>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace vedette {

namespace {

using kinds = std::vector<event_kind>;

event_filter filter_of(event_kind kind, const std::vector<std::string>& conditions) {
  event_filter result{kind};
  for (const auto& one : conditions)
    EXPECT_TRUE(result.add(one)) << one;
  return result;
}

event_selection only(std::initializer_list<event_filter> filters) {
  event_selection result;
  for (const auto& one : filters)
    result.add(one);
  return result;
}

kernel_config watching(kinds events, event_selection filters) {
  kernel_config config;
  config.events = std::move(events);
  config.filters = std::move(filters);
  return config;
}

void open_and_close(const char* path, int flags = O_RDONLY) {
  close(open(path, flags));
}

std::uint64_t unwanted(const kernel_side& kernel, event_kind event) {
  std::uint64_t sum = 0;
  for (unsigned shard = 0; shard < kernel.shards(); ++shard)
    sum += kernel.counts(event, shard).reasons[FILTERED_UNWANTED];
  return sum;
}

TEST(kernel_filter, drops_what_nobody_wants_and_counts_it) {
  namespace opened = events::security_file_open;
  capture events{
      watching({event_kind::security_file_open},
               only({filter_of(event_kind::security_file_open,
                               {"pathname=/etc/*", "pathname!=/etc/hostname"}),
                     filter_of(event_kind::security_file_open, {"flags=0x8001"})}))};
  ASSERT_EQ(events.kernel().probes().size(), 1);
  EXPECT_EQ(events.kernel().probes()[0].filtered, kernel_rules::share::all);
  const auto child = run_child([] {
    open_and_close("/etc/passwd");
    open_and_close("/etc/hostname");
    open_and_close("/dev/null");
    open_and_close("/dev/null", O_WRONLY);
    open_and_close("/proc/self/root/etc/passwd");
    return 0;
  });
  const auto records = events.take();
  std::vector<std::string> paths;
  for (const auto& one : records)
    if (one.header().host_tgid == static_cast<__u32>(child))
      paths.emplace_back(one.event.get<opened::pathname>().value_or(""));
  EXPECT_EQ(paths,
            (std::vector<std::string>{"/etc/passwd", "/dev/null", "/etc/passwd"}));
  EXPECT_GE(unwanted(events.kernel(), event_kind::security_file_open), 2U);

  events.kernel().detach();
  const auto delivered = records.size() + events.take().size();
  std::uint64_t written = 0;
  for (unsigned shard = 0; shard < events.kernel().shards(); ++shard) {
    const auto counts = events.kernel().counts(event_kind::security_file_open, shard);
    EXPECT_EQ(counts.seen, counts.filtered + counts.lost + counts.written);
    written += counts.written;
  }
  EXPECT_EQ(written, delivered);
}

TEST(kernel_filter, knows_whose_a_cgroup_is_once_it_is_told) {
  const auto v2 = cgroup_hierarchy::v2();
  const cgroup_dir box{v2, "/vedette_filter_test"};
  capture events{watching({event_kind::task_rename},
                          only({filter_of(event_kind::task_rename, {"origin=host"})}))};
  EXPECT_EQ(events.kernel().probes()[0].filtered, kernel_rules::share::some);
  const auto renames_in_box = [&] {
    const auto child = run_child([&] {
      box.attach(getpid());
      return prctl(PR_SET_NAME, "renamed");
    });
    return events.take(event_kind::task_rename, child).size();
  };
  EXPECT_EQ(renames_in_box(), 1U) << "nobody knows: user space will decide";
  events.kernel().tell_cgroup(box.id(), true);
  EXPECT_EQ(renames_in_box(), 0U);
  events.kernel().tell_cgroup(box.id(), false);
  EXPECT_EQ(renames_in_box(), 1U);
  events.kernel().tell_cgroup(box.id(), true);
  events.kernel().forget_cgroup(box.id());
  EXPECT_EQ(renames_in_box(), 1U);
}

TEST(kernel_filter, lets_pass_what_it_cannot_tell) {
  capture events{watching({event_kind::openat},
                          only({filter_of(event_kind::openat, {"pathname=*passwd*"})}))};
  EXPECT_EQ(events.kernel().probes()[0].filtered, kernel_rules::share::nothing);
  const auto child = run_child([] { return open_and_close("/dev/null"), 0; });
  EXPECT_EQ(events.take(event_kind::openat, child).size(), 1U);
}

TEST(kernel_filter, does_not_touch_what_tells_of_lives) {
  capture events{watching(
      {event_kind::sched_process_fork, event_kind::sched_process_exit},
      only({filter_of(event_kind::sched_process_fork, {"uid=4242"}),
            filter_of(event_kind::sched_process_exit, {"scope.pid=1", "uid=4242"})}))};
  const auto child = run_child([] { return 0; });
  EXPECT_EQ(events.take(event_kind::sched_process_exit, child).size(), 1U);
}

/// What acts below vary.
const std::vector<std::string> paths{"/etc/passwd", "/etc/hostname", "/usr",
                                     "/dev/null",   "/etc/nowhere",  "/"};
const std::vector<std::string> names{"cat", "cats", "a name of 15 by"};
const std::vector<std::string> flags{"0", "32768", "32769", "1", "2"};
const std::vector<std::string> uids{"0", "1", "4242"};

const std::vector<filter_vocabulary> of_opens{
    {"pathname", true, paths}, {"syscall_pathname", true, paths},
    {"flags", false, flags},   {"access", false, {"0", "1", "2", "3"}},
    {"uid", false, uids},      {"comm", true, names},
    {"retval", false, {"3", "4", "-1"}}};
const std::vector<filter_vocabulary> of_openat{{"pathname", true, paths},
                                               {"dirfd", false, {"-100", "5", "-1"}},
                                               {"flags", false, flags},
                                               {"mode", false, {"0", "420", "65535"}},
                                               {"uid", false, uids},
                                               {"comm", true, names},
                                               {"retval", false, {"-2", "0", "3"}}};
const std::vector<filter_vocabulary> of_rename{
    {"old_name", true, names}, {"new_name", true, names}, {"uid", false, uids}};
const std::map<event_kind, const std::vector<filter_vocabulary>*> vocabularies{
    {event_kind::security_file_open, &of_opens},
    {event_kind::openat, &of_openat},
    {event_kind::task_rename, &of_rename}};

/// Filters of all three, half of them such as only user space can decide.
event_selection any_filters(bool only_decidable) {
  event_selection result;
  for (const auto& [kind, fields] : vocabularies)
    for (auto count = *rc::gen::inRange(1, 4); count > 0; --count) {
      event_filter made{kind};
      for (const auto& one : any_conditions(*fields, only_decidable))
        static_cast<void>(made.add(one.text())); // Nothing is below the least.
      if (!made.fields().empty())
        result.add(std::move(made));
    }
  return result;
}

int act() {
  for (const auto& uid : uids) {
    // The effective one stays, and may do this again.
    syscall(SYS_setresuid, std::stoul(uid), -1, -1);
    for (const auto& name : names) {
      prctl(PR_SET_NAME, name.c_str());
      for (const auto& path : paths)
        for (const auto how : {O_RDONLY, O_WRONLY, O_RDWR})
          open_and_close(path.c_str(), how);
      close(static_cast<int>(syscall(SYS_openat, 5, "/dev/null", O_RDONLY, 0644)));
    }
  }
  return 0;
}

/// What an event shows of all fields.
std::string shown(event_view event) {
  const auto& definition = definition_of(event.kind());
  std::string text{definition.name};
  for (const auto& argument : definition.args) {
    const auto field =
        filter_field::find(event.kind(), "args." + std::string{argument.name});
    if (!field)
      continue;
    if (field->looks_like() == filter_field::kind::number)
      text += " " + std::to_string(ordered_number_of(event, *field).value_or(0));
    else
      text += " " + std::string{text_of(event, *field).value_or("")};
  }
  return text + " " + std::to_string(event.header().uid) + " "
         + std::string{event.process_name()} + " "
         + std::to_string(event.header().return_value);
}

std::map<event_kind, std::vector<event_view>> taken(capture& events, pid_t from) {
  std::map<event_kind, std::vector<event_view>> result;
  for (const auto& one : events.take())
    if (one.header().host_tgid == static_cast<__u32>(from))
      result[one.event.kind()].push_back(one.event);
  return result;
}

void compare(bool only_decidable) {
  expect_property(8, [=] {
    const auto filters = any_filters(only_decidable);
    kinds events;
    for (const auto& [kind, unused] : vocabularies)
      if (filters.wants(kind))
        events.push_back(kind);
    for (const auto kind : events)
      for (const auto& one : filters.filters(kind))
        RC_LOG() << definition_of(kind).name << ": " << one.text() << '\n';
    capture whole{watching(events, {})};
    capture filtered{watching(events, filters)};
    const auto child = run_child(act);
    auto all = taken(whole, child), delivered = taken(filtered, child);
    for (const auto kind : events) {
      std::vector<std::string> expected, got;
      std::size_t unwanted_here = 0;
      for (const auto event : all[kind])
        if (filters.wants(event))
          expected.push_back(shown(event));
        else
          ++unwanted_here;
      const auto probes = filtered.kernel().probes();
      const auto probe = std::ranges::find(probes, kind, &chosen_probe::event);
      RC_ASSERT(probe != probes.end());
      const bool exact = probe->filtered == kernel_rules::share::all;
      for (const auto event : delivered[kind])
        if (exact || filters.wants(event))
          got.push_back(shown(event));
      RC_ASSERT(got == expected);
      RC_ASSERT(!only_decidable || exact);
      if (exact)
        RC_ASSERT(unwanted(filtered.kernel(), kind) >= unwanted_here);
      RC_CLASSIFY(exact, "decided by the kernel");
      RC_CLASSIFY(exact && unwanted_here > 0 && !expected.empty(), "some wanted");
    }
  });
}

TEST(kernel_filter, decides_as_the_user_side_does) {
  compare(true);
}

TEST(kernel_filter, never_drops_what_the_user_side_wants) {
  compare(false);
}

} // namespace

} // namespace vedette
