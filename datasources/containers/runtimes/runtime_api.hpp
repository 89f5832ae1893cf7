#pragma once

#include "datasources/containers/runtimes/attempt.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace vedette {

/// How one kind of runtime is asked. Belongs to one thread, which lives in wait().
class runtime_api {
public:
  runtime_api() = default;
  runtime_api(const runtime_api&) = delete;
  runtime_api& operator=(const runtime_api&) = delete;
  virtual ~runtime_api() = default;

  /// Ends within the deadline, however the runtime behaves. May be destroyed before.
  virtual co::task<attempt_result> ask(attempt what) = 0;

  /// Sleeps until `wake_fd` is readable, `most` is over (nothing: no limit) or
  /// something came from the runtime, and goes on with what waited for that.
  virtual void wait(int wake_fd, std::optional<std::chrono::milliseconds> most) = 0;
};

/// Something that goes on when it is called, on the thread of its actor.
class pending_call {
public:
  pending_call() = default;
  pending_call(const pending_call&) = delete;
  pending_call& operator=(const pending_call&) = delete;
  virtual ~pending_call() = default;
  virtual void resume() = 0;
};

/// Has it called; from any thread.
using post_call = std::function<void(std::shared_ptr<pending_call>)>;

} // namespace vedette
