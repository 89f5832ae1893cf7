#pragma once

#include "datasources/containers/runtimes/attempt.hpp"
#include "datasources/containers/runtimes/runtime_api.hpp"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace vedette {

/// gRPC over a unix socket that need not be there. gRPC's threads do the work; they have the
/// actor called when a call is over.
class grpc_link {
public:
  /// `post` gives what has the actor called, for one call. Answers of more than
  /// `usual_bytes` are too large, unless it is a large attempt.
  grpc_link(std::string socket, std::size_t usual_bytes,
            std::function<post_call()> post)
      : socket_{std::move(socket)}, usual_bytes_{usual_bytes}, post_{std::move(post)} {}

  /// Why there is no use in calling. Asked of the socket itself: gRPC says only that it did
  /// not work, and waits longer and longer before it looks again.
  [[nodiscard]] std::optional<attempt_error> not_there();

  /// Where calls go.
  std::shared_ptr<grpc::Channel> channel(bool large);
  [[nodiscard]] post_call post() const { return post_(); }

private:
  static constexpr std::size_t longest_answer = 16U << 20U; ///< containerd's own limit.

  [[nodiscard]] std::shared_ptr<grpc::Channel> connect(std::size_t bytes) const;

  std::string socket_;
  std::size_t usual_bytes_;
  std::function<post_call()> post_;
  std::shared_ptr<grpc::Channel> usual_, large_;
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

/// One call. `co_await` begins it and gives the answer. Destroyed before, it is cancelled.
template <class Request, class Response>
class grpc_call {
public:
  using result = std::expected<Response, attempt_error>;

  /// `method` as on the wire: `/package.Service/Method`. `name_space`: containerd's, or "".
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
    grpc::TemplatedGenericStub<Request, Response> stub{
        attempt_.link.channel(attempt_.large)};
    // Called on one of gRPC's threads. What it has written the actor reads when it has the
    // message: nothing is shared.
    stub.UnaryCall(&state_->context, method_, {}, &state_->request, &state_->response,
                   [call = state_, post = attempt_.link.post()](grpc::Status status) {
                     call->status = std::move(status);
                     post(call);
                   });
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
    std::coroutine_handle<> waiter;
    bool done = false;
  };

  const grpc_attempt& attempt_;
  const char* method_;
  std::shared_ptr<state> state_;
};

} // namespace vedette
