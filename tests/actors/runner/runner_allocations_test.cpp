#include "tests/support/runner_test.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

// In steady state signatures cost no heap allocation per event. Not under ASan, which has an
// operator new of its own.
#ifndef __SANITIZE_ADDRESS__

namespace {

thread_local std::uint64_t allocations = 0;

void* allocate(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  const auto rounded = (bytes + alignment - 1) / alignment * alignment;
  auto* const memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
  return memory != nullptr ? memory : throw std::bad_alloc{};
}

} // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace vedette {

namespace {

/// Looks at every event, asks about those that say so, and finds nothing.
class silent final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    signature_metadata about;
    about.id = about.event_name = "silent";
    return about;
  }
  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "kill"}};
  }
  std::expected<void, error> init(signature_context& context) override {
    numbers_ = *context.data_source<numbers>("test", "numbers", 1);
    return {};
  }
  handled on_event(event_view event, reporter) override {
    return event.get<events::kill::sig>() == 0 ? handled{} : ask(event);
  }

private:
  handled ask(event_view event) {
    static_cast<void>(co_await numbers_.get(7, event.visible_at()));
  }

  source_handle<numbers> numbers_;
};

class runner_allocations : public runner_test {
protected:
  /// Of a flow with so many events, once the runner has seen such flows.
  std::uint64_t count(std::int32_t events, task_of_scribe what) {
    std::vector<event_builder> made;
    for (std::int32_t i = 0; i < events; ++i)
      made.push_back(told(static_cast<std::uint32_t>(i), 1, what));
    const flow next{0, make_batch(made), at_ns(1), false, {}};
    for (auto warm = 0; warm < 3; ++warm)
      give(next);
    const auto before = allocations;
    give(next);
    return allocations - before;
  }
};

TEST_F(runner_allocations, are_none_for_an_event_that_does_not_ask) {
  add(std::make_unique<silent>());
  spawn();
  const auto few = count(16, task_of_scribe::note);
  EXPECT_EQ(count(4096, task_of_scribe::note), few);
}

/// What grows is the request's vectors, by doubling.
TEST_F(runner_allocations, are_none_for_one_that_asks) {
  add(std::make_unique<silent>());
  spawn();
  const auto few = count(512, task_of_scribe::query);
  EXPECT_LE(count(4096, task_of_scribe::query), few + 16);
}

} // namespace

} // namespace vedette

#endif
