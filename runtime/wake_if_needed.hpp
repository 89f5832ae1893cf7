#pragma once

#include <caf/policy/work_sharing.hpp>
#include <caf/resumable.hpp>

#include <cstddef>
#include <list>
#include <mutex>

namespace vedette {

/// How CAF's workers share jobs: in one queue and asleep while that is empty, as with
/// caf::policy::work_sharing. But that wakes another worker up for each job, and most
/// are short and come from another one: a batch would go through five threads. Here
/// what a job sends is done behind it by the same worker, whose caches have it, and
/// nobody is woken up for it; only for what is left in the queue when the next job is
/// taken, and for what comes from threads of other kinds.
class wake_if_needed : public caf::policy::work_sharing {
public:
  struct coordinator_data : caf::policy::work_sharing::coordinator_data {
    using caf::policy::work_sharing::coordinator_data::coordinator_data;

    std::size_t asleep = 0;
    bool is_waking = false; ///< One of them has been called, and has not come yet.
  };

  template <class Coordinator>
  void central_enqueue(Coordinator* self, caf::resumable* job) {
    add(*self, job, true);
  }
  template <class Worker>
  void external_enqueue(Worker* self, caf::resumable* job) {
    add(*self->parent(), job, true);
  }
  template <class Worker>
  void internal_enqueue(Worker* self, caf::resumable* job) {
    add(*self->parent(), job, false);
  }
  template <class Worker>
  void resume_job_later(Worker* self, caf::resumable* job) {
    add(*self->parent(), job, false);
  }

  template <class Worker>
  caf::resumable* dequeue(Worker* self) {
    auto& shared = d(self->parent());
    std::unique_lock guard{shared.lock};
    while (shared.queue.empty()) {
      ++shared.asleep;
      shared.cv.wait(guard);
      --shared.asleep;
      shared.is_waking = false;
    }
    auto* const job = shared.queue.front();
    shared.queue.pop_front();
    const bool is_more = !shared.queue.empty() && may_wake(shared);
    guard.unlock();
    if (is_more)
      shared.cv.notify_one();
    return job;
  }

private:
  /// → whether to wake one up, which the caller does: without the lock, or who is woken
  /// would wait for that.
  static bool may_wake(coordinator_data& shared) {
    if (shared.asleep == 0 || shared.is_waking)
      return false;
    return shared.is_waking = true;
  }

  template <class Coordinator>
  static void add(Coordinator& to, caf::resumable* job, bool from_outside) {
    std::list<caf::resumable*> jobs{job}; // Made before the lock is taken.
    auto& shared = to.data();
    std::unique_lock guard{shared.lock};
    shared.queue.splice(shared.queue.end(), jobs);
    const bool wakes = from_outside && may_wake(shared);
    guard.unlock();
    if (wakes)
      shared.cv.notify_one();
  }
};

} // namespace vedette
