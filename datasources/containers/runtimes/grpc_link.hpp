#pragma once

#include "datasources/containers/runtimes/attempt.hpp"
#include "datasources/containers/runtimes/runtime_api.hpp"

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace vedette {

/// gRPC over a unix socket that need not be there.
///
/// gRPC tells on its completion queue that a call is over, and that is no file
/// descriptor: a thread stands there and passes it on as messages. (gRPC's callbacks
/// would do without, but 1.51 aborts at times when the last channel goes:
/// `ref_counted.h: assertion prior > 0`.)
class grpc_link {
public:
  /// `post` is called on the link's thread with calls that are over. Answers of more
  /// than `usual_bytes` are too large, unless it is a large attempt.
  grpc_link(std::string socket, std::size_t usual_bytes, post_call post)
      : socket_{std::move(socket)}, usual_bytes_{usual_bytes}, post_{std::move(post)} {}
  grpc_link(const grpc_link&) = delete;
  grpc_link& operator=(const grpc_link&) = delete;
  /// All calls have been cancelled: this takes no longer than it takes gRPC to say so.
  ~grpc_link();

  /// Why there is no use in calling. Asked of the socket itself: gRPC says only that it
  /// did not work, and waits longer and longer before it looks again.
  [[nodiscard]] std::optional<attempt_error> not_there();

  /// Where calls go, and where it is told that they are over: with a new
  /// std::shared_ptr<pending_call> as their tag.
  std::shared_ptr<grpc::Channel> channel(bool large);
  grpc::CompletionQueue* queue() { return queue_.get(); }

private:
  static constexpr std::size_t longest_answer = 16U << 20U; ///< containerd's own limit.

  [[nodiscard]] std::shared_ptr<grpc::Channel> connect(std::size_t bytes) const;
  void pass_on();

  std::string socket_;
  std::size_t usual_bytes_;
  post_call post_;
  std::shared_ptr<grpc::Channel> usual_, large_;
  // Both are made when something listens at the socket: on most hosts that is never.
  std::unique_ptr<grpc::CompletionQueue> queue_;
  std::thread thread_;
};

/// gRPC's status as an attempt's error; `deadline` is the attempt's.
attempt_error to_attempt_error(const grpc::Status& status,
                               std::chrono::milliseconds deadline);

/// Under what all calls of an attempt stand.
struct grpc_attempt {
  grpc_link& link;
  bool large;
  std::chrono::milliseconds deadline;
  std::chrono::system_clock::time_point until;
};

/// One call. `co_await` begins it and gives the answer. Destroyed before, it is
/// cancelled.
template <class Request, class Response>
class grpc_call {
public:
  using result = std::expected<Response, attempt_error>;

  /// `method` as on the wire: `/package.Service/Method`. `name_space`: containerd's, or
  /// "".
  grpc_call(const grpc_attempt& attempt, const char* method, Request request,
            const std::string& name_space = "")
      : attempt_{attempt}, method_{method}, state_{std::make_shared<state>()} {
    state_->request = std::move(request);
    state_->context.set_deadline(attempt.until);
    if (!name_space.empty())
      state_->context.AddMetadata("containerd-namespace", name_space);
  }
  grpc_call(const grpc_call&) = delete;
  grpc_call& operator=(const grpc_call&) = delete;
  ~grpc_call() {
    state_->waiter = nullptr;
    if (!state_->done)
      state_->context.TryCancel();
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    state_->waiter = waiter;
    auto& link = attempt_.link;
    auto channel = link.channel(attempt_.large);
    grpc::TemplatedGenericStub<Request, Response> stub{std::move(channel)};
    state_->reader =
        stub.PrepareUnaryCall(&state_->context, method_, state_->request, link.queue());
    state_->reader->StartCall();
    // What gRPC writes on its threads the actor reads when it has the message: nothing
    // is shared.
    state_->reader->Finish(&state_->response, &state_->status,
                           new std::shared_ptr<pending_call>{state_});
  }
  result await_resume() {
    if (!state_->status.ok())
      return std::unexpected{to_attempt_error(state_->status, attempt_.deadline)};
    return std::move(state_->response);
  }

private:
  struct state final : pending_call {
    void resume() override {
      done = true;
      if (waiter)
        waiter.resume(); // Destroys the call, perhaps.
    }

    grpc::ClientContext context;
    Request request;
    Response response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader;
    std::coroutine_handle<> waiter;
    bool done = false;
  };

  const grpc_attempt& attempt_;
  const char* method_;
  std::shared_ptr<state> state_;
};

} // namespace vedette
