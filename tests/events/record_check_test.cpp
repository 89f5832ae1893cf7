#include "events/line_parser.hpp"
#include "events/record_check.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace vedette {

namespace {

/// A copy in memory of just its size, so that reading past it is seen.
class exact_record {
public:
  explicit exact_record(std::span<const std::byte> record)
      : bytes_{new std::byte[record.size()]}, size_{record.size()} {
    std::memcpy(bytes_.get(), record.data(), size_);
  }
  [[nodiscard]] corruption check() const { return check_record({bytes_.get(), size_}); }
  [[nodiscard]] record_header& header() {
    return *reinterpret_cast<record_header*>(bytes_.get());
  }
  [[nodiscard]] record_slot& slot(std::size_t index) {
    return reinterpret_cast<record_slot*>(bytes_.get() + sizeof(record_header))[index];
  }
  [[nodiscard]] record_extension& extension() {
    return *reinterpret_cast<record_extension*>(bytes_.get() + header().extension);
  }

private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_;
};

std::vector<std::byte> an_exec() {
  return event_builder{event_kind::sched_process_exec}
      .arg<events::sched_process_exec::pathname>("/bin/sh")
      .arg<events::sched_process_exec::argv>({"sh", "-c", "id"})
      .arg<events::sched_process_exec::inode>(12)
      .replayed(1)
      .executable("/bin/sh")
      .record();
}

TEST(CheckRecord, AcceptsWhatIsWhole) {
  EXPECT_EQ(exact_record{an_exec()}.check(), corruption::none);
  EXPECT_EQ(exact_record{event_builder{event_kind::kill}.record()}.check(),
            corruption::none);
  EXPECT_EQ(
      exact_record{event_builder{event_kind::unknown}.named("x").record()}.check(),
      corruption::none);
}

TEST(CheckRecord, SeesEveryTruncation) {
  const auto whole = an_exec();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // The header still tells the old size, then the new one.
    exact_record cut{std::span{whole}.first(size)};
    EXPECT_EQ(cut.check(), corruption::size) << size;
    if (size < sizeof(record_header))
      continue;
    cut.header().size = static_cast<std::uint32_t>(size);
    EXPECT_NE(cut.check(), corruption::none) << size;
  }
}

TEST(CheckRecord, SeesMisalignment) {
  const auto whole = an_exec();
  const std::unique_ptr<std::byte[]> room{new std::byte[whole.size() + 1]};
  std::memcpy(room.get() + 1, whole.data(), whole.size());
  EXPECT_EQ(check_record({room.get() + 1, whole.size()}), corruption::misaligned);
}

struct damage {
  const char* name;
  std::function<void(exact_record&)> inflict;
  corruption expected;
};

TEST(CheckRecord, SeesEveryKindOfCorruption) {
  constexpr auto pathname = events::sched_process_exec::pathname::slot;
  constexpr auto env = events::sched_process_exec::env::slot;
  const damage damages[]{
      {"larger than it is", [](auto& r) { ++r.header().size; }, corruption::size},
      {"smaller than it is", [](auto& r) { --r.header().size; }, corruption::size},
      {"no such kind", [](auto& r) { r.header().kind = RECORD_KINDS; },
       corruption::kind},
      {"more slots than the event has", [](auto& r) { ++r.header().arg_count; },
       corruption::slots},
      {"fewer slots than are present", [](auto& r) { r.header().arg_count = 1; },
       corruption::slots},
      {"a slot that is not there", [](auto& r) { r.header().present |= 1ULL << 63U; },
       corruption::slots},
      {"a mark on such a slot", [](auto& r) { r.header().truncated |= 1ULL << 63U; },
       corruption::slots},
      {"the other mark", [](auto& r) { r.header().unresolved |= 1ULL << 63U; },
       corruption::slots},
      {"text without bytes", [](auto& r) { r.header().references = 0; },
       corruption::reference},
      {"a number with bytes", [](auto& r) { r.header().references |= 1U << 3U; },
       corruption::reference},
      {"absent bytes", [](auto& r) { r.header().references |= 1ULL << env; },
       corruption::reference},
      {"text behind the end",
       [](auto& r) { r.slot(pathname).bytes.offset = r.header().size + 1; },
       corruption::reference},
      {"text over the end",
       [](auto& r) { r.slot(pathname).bytes.length = r.header().size; },
       corruption::reference},
      {"lengths that wrap around",
       [](auto& r) {
         r.slot(pathname).bytes = {0xFFFF'FFF8, 0x10};
       },
       corruption::reference},
      {"an extension behind the end",
       [](auto& r) { r.header().extension = (r.header().size + 8) / 8 * 8; },
       corruption::reference},
      {"an extension over the end",
       [](auto& r) { r.header().extension = r.header().size / 8 * 8; },
       corruption::reference},
      {"an extension in the header", [](auto& r) { r.header().extension = 8; },
       corruption::reference},
      {"a misaligned extension", [](auto& r) { r.header().extension += 4; },
       corruption::reference},
      {"an unknown event without a name",
       [](auto& r) {
         const auto size = r.header().size;
         r.header() = record_header{};
         r.header().size = size;
         r.header().kind = RECORD_unknown;
       },
       corruption::kind},
  };
  for (const auto& [name, inflict, expected] : damages) {
    exact_record record{an_exec()};
    inflict(record);
    EXPECT_EQ(record.check(), expected) << name << ": " << to_string(record.check());
  }
}

TEST(CheckRecord, LooksAtEveryTextOfTheExtension) {
  constexpr record_bytes record_extension::*texts[]{
      &record_extension::name,         &record_extension::process_name,
      &record_extension::executable,   &record_extension::host_name,
      &record_extension::container_id, &record_extension::syscall,
      &record_extension::container,    &record_extension::kubernetes,
      &record_extension::policies,     &record_extension::stack,
      &record_extension::metadata,     &record_extension::arguments};
  for (const auto text : texts) {
    exact_record record{an_exec()};
    record.extension().*text = {record.header().size, 1};
    EXPECT_EQ(record.check(), corruption::reference);
  }
}

} // namespace

} // namespace vedette
