#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace vedette::co {

/// Coroutine frames that are used again: a free list per size, owned by one actor. A
/// handler that asks a data source needs a few frames of some hundred bytes each; taken
/// from here they cost no allocation once the actor has seen its busiest moment.
///
/// Keeps what it has got until it is destroyed, after all frames that came from it: at
/// most as many as were suspended at once, which credit bounds.
class frame_pool {
public:
  frame_pool() = default;
  frame_pool(const frame_pool&) = delete;
  frame_pool& operator=(const frame_pool&) = delete;
  ~frame_pool() {
    for (auto* next : free_)
      while (next)
        ::operator delete(std::exchange(next, next->next));
  }

  /// As long as it lives, coroutines that this thread starts take their frames from
  /// `pool`. An actor says so while it handles a message: it may change threads in
  /// between.
  class use {
  public:
    explicit use(frame_pool& pool) : before_{std::exchange(current_, &pool)} {}
    use(const use&) = delete;
    use& operator=(const use&) = delete;
    ~use() { current_ = before_; }

  private:
    frame_pool* before_;
  };

  /// From the pool in use, or the heap if there is none.
  static void* allocate(std::size_t size) {
    auto* pool = size_class(size) < classes ? current_ : nullptr;
    auto* memory = pool ? pool->take(size_class(size)) : ::operator new(header + size);
    *static_cast<frame_pool**>(memory) = pool;
    return static_cast<std::byte*>(memory) + header;
  }

  static void release(void* frame, std::size_t size) noexcept {
    void* memory = static_cast<std::byte*>(frame) - header;
    if (auto* pool = *static_cast<frame_pool**>(memory))
      pool->put(memory, size_class(size));
    else
      ::operator delete(memory);
  }

private:
  struct block {
    block* next;
  };

  // In front of each frame: the pool it goes back to. As large as keeps frames aligned.
  static constexpr std::size_t header = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
  static constexpr std::size_t step = 64;
  static constexpr std::size_t classes = 32;

  static std::size_t size_class(std::size_t size) { return (header + size - 1) / step; }

  void* take(std::size_t of) {
    if (auto* first = free_[of]) {
      free_[of] = first->next;
      return first;
    }
    return ::operator new((of + 1) * step);
  }

  void put(void* memory, std::size_t of) noexcept {
#ifdef __SANITIZE_ADDRESS__
    ::operator delete(memory); // Memory that is used again hides who uses it too late.
    (void)of;
#else
    free_[of] = new (memory) block{free_[of]};
#endif
  }

  static inline constinit thread_local frame_pool* current_ = nullptr;

  std::array<block*, classes> free_{};
};

/// Base of promises whose frames come from the pool.
struct pooled_frame {
  static void* operator new(std::size_t size) { return frame_pool::allocate(size); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    frame_pool::release(frame, size);
  }
};

} // namespace vedette::co
