#include "runtime/frame_pool.hpp"
#include "runtime/scope.hpp"
#include "runtime/task.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace vedette::co {

namespace {

bool is_aligned(const void* frame) {
  return reinterpret_cast<std::uintptr_t>(frame) % __STDCPP_DEFAULT_NEW_ALIGNMENT__
         == 0;
}

void take_and_give_back_all_sizes() {
  std::vector<std::pair<void*, std::size_t>> frames;
  for (std::size_t size = 1; size < 5000; size += 37) {
    frames.emplace_back(frame_pool::allocate(size), size);
    std::memset(frames.back().first, 0x55, size);
    EXPECT_TRUE(is_aligned(frames.back().first));
  }
  for (const auto& [frame, size] : frames)
    frame_pool::release(frame, size);
}

TEST(frame_pool, gives_frames_of_any_size) {
  frame_pool pool;
  const frame_pool::use in{pool};
  take_and_give_back_all_sizes();
  take_and_give_back_all_sizes();
}

TEST(frame_pool, may_be_missing) {
  take_and_give_back_all_sizes();
}

#ifndef __SANITIZE_ADDRESS__
TEST(frame_pool, gives_a_frame_again_to_one_of_about_its_size) {
  frame_pool pool;
  const frame_pool::use in{pool};
  auto* first = frame_pool::allocate(300);
  frame_pool::release(first, 300);
  auto* other = frame_pool::allocate(900);
  auto* second = frame_pool::allocate(301);
  EXPECT_NE(other, first);
  EXPECT_EQ(second, first);
  frame_pool::release(other, 900);
  frame_pool::release(second, 301);
}
#endif

TEST(frame_pool, takes_a_frame_back_when_another_one_is_in_use) {
  frame_pool first;
  frame_pool second;
  void* frame = nullptr;
  {
    const frame_pool::use in{first};
    frame = frame_pool::allocate(100);
  }
  const frame_pool::use in{second};
  frame_pool::release(frame, 100);
  auto* other = frame_pool::allocate(100);
  EXPECT_NE(other, frame);
  frame_pool::release(other, 100);
}

task<> nothing() {
  co_return;
}

TEST(frame_pool, holds_the_frames_of_coroutines) {
  frame_pool pool;
  const frame_pool::use in{pool};
  scope coroutines;
  for (int i = 0; i < 3; ++i)
    coroutines.start(nothing());
  EXPECT_TRUE(coroutines.idle());
}

TEST(task, may_have_nothing_to_do) {
  const auto await_it = [](task<> inner) -> task<> { co_await inner; };
  scope coroutines;
  EXPECT_FALSE(task<>{});
  coroutines.start(await_it({}));
  EXPECT_TRUE(coroutines.idle());
}

} // namespace

} // namespace vedette::co
