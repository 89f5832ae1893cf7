#include "events/own_events.hpp"

#include "events/batch_builder.hpp"
#include "events/record_check.hpp"

#include <gmock/gmock.h>

#include <string>

namespace vedette {

namespace {

namespace args = events::lost_events;

raw_batch_ptr batch_of(const loss& lost, std::uint64_t now,
                       std::chrono::nanoseconds clock_offset = {}) {
  const auto record = make_record(lost, now);
  EXPECT_EQ(check_record(record), corruption::none);
  batch_builder builder{0, clock_offset};
  builder.add(record);
  return builder.take();
}

TEST(OwnEvents, SayWhatWasLost) {
  constexpr std::chrono::nanoseconds offset{1'000'000};
  const auto batch = batch_of({"sched_process_exec", 3, 100, 250, "ring 1"}, 300, offset);
  const auto event = (*batch)[0];
  EXPECT_EQ(event.kind(), event_kind::lost_events);
  EXPECT_EQ(event.time().time_since_epoch().count(), 1'000'300);
  EXPECT_EQ(event.get<args::event>(), "sched_process_exec");
  EXPECT_EQ(event.get<args::count>(), 3U);
  EXPECT_EQ(event.get<args::since>()->time_since_epoch().count(), 1'000'100);
  EXPECT_EQ(event.get<args::until>()->time_since_epoch().count(), 1'000'250);
  EXPECT_EQ(event.get<args::where>(), "ring 1");
  EXPECT_EQ(event.header().syscall, -1);
  EXPECT_EQ(event.process_name(), "");
  EXPECT_EQ(event.extension(), nullptr);
}

TEST(OwnEvents, AreRecordsWhateverTheTexts) {
  const std::string long_name(5000, 'n');
  for (const auto& name : {std::string{}, std::string{"x"}, long_name}) {
    const auto batch = batch_of({name, 0, 0, 0, name}, 0);
    EXPECT_EQ((*batch)[0].get<args::event>(), name);
    EXPECT_EQ((*batch)[0].get<args::where>(), name);
    EXPECT_EQ((*batch)[0].get<args::count>(), 0U);
  }
}

} // namespace

} // namespace vedette
