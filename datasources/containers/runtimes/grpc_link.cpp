#include "datasources/containers/runtimes/grpc_link.hpp"

#include "runtime/errors.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace vedette {

namespace {

/// Connects and lets go → errno.
int knock(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof(address.sun_path))
    return ENAMETOOLONG;
  std::memcpy(address.sun_path, socket.data(), socket.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return errno;
  const int failed =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const int number = failed ? errno : 0;
  close(fd);
  return number == EAGAIN ? 0 : number; // Busy: it is there.
}

} // namespace

std::optional<attempt_error> grpc_link::not_there() {
  if (usual_ && usual_->GetState(false) == GRPC_CHANNEL_READY)
    return std::nullopt;
  const int number = knock(socket_);
  if (number == 0)
    return std::nullopt;
  // The next one begins without gRPC's memory of this.
  usual_.reset();
  large_.reset();
  if (number == ENOENT)
    return attempt_error{attempt_failure::no_socket, "no such socket " + socket_};
  if (number == ECONNREFUSED)
    return attempt_error{attempt_failure::no_socket, "nobody listens at " + socket_};
  return attempt_error{attempt_failure::refused,
                       system_error("cannot connect to " + socket_, number).detail};
}

grpc_link::~grpc_link() {
  if (!queue_)
    return;
  queue_->Shutdown();
  thread_.join();
}

std::shared_ptr<grpc::Channel> grpc_link::channel(bool large) {
  if (!queue_) {
    queue_ = std::make_unique<grpc::CompletionQueue>();
    thread_ = std::thread{[this] { pass_on(); }};
  }
  auto& kept = large ? large_ : usual_;
  if (!kept)
    kept = connect(large ? longest_answer : usual_bytes_);
  return kept;
}

void grpc_link::pass_on() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) {
    const std::unique_ptr<std::shared_ptr<pending_call>> call{
        static_cast<std::shared_ptr<pending_call>*>(tag)};
    post_(std::move(*call));
  }
}

std::shared_ptr<grpc::Channel> grpc_link::connect(std::size_t bytes) const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(bytes));
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0); // Not for unix sockets.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // Retrying is ours to do and to count.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Go's servers refuse the path of a socket as the name of a host.
  arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
  return grpc::CreateCustomChannel("unix:" + socket_,
                                   grpc::InsecureChannelCredentials(), arguments);
}

attempt_error to_attempt_error(const grpc::Status& status,
                               std::chrono::milliseconds deadline) {
  constexpr std::size_t longest_message = 200;
  const auto message = status.error_message().substr(0, longest_message);
  switch (status.error_code()) {
  case grpc::StatusCode::NOT_FOUND:
    return {attempt_failure::not_found, "does not know it"};
  case grpc::StatusCode::DEADLINE_EXCEEDED:
    return {attempt_failure::timed_out,
            fmt::format("no answer within {} ms", deadline.count())};
  case grpc::StatusCode::UNAVAILABLE:
    return {attempt_failure::broken, "the connection ended: " + message};
  case grpc::StatusCode::RESOURCE_EXHAUSTED:
    return {attempt_failure::too_large, message};
  case grpc::StatusCode::INTERNAL:
    return {attempt_failure::bad_answer, message};
  default:
    return {attempt_failure::refused, message};
  }
}

} // namespace vedette
