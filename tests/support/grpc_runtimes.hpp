#pragma once

#include <chrono>
#include <containers.grpc.pb.h>
#include <cri.grpc.pb.h>
#include <cstdint>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <images.grpc.pb.h>
#include <label.pb.h>
#include <map>
#include <memory>
#include <namespaces.grpc.pb.h>
#include <string>
#include <tasks.grpc.pb.h>
#include <utility>
#include <vector>

namespace vedette {

/// What a played runtime knows of a container.
struct played_container {
  std::string name_space; ///< containerd's.
  std::string id;
  std::string image;
  std::string digest{};
  std::uint32_t pid = 0;
  std::map<std::string, std::string> labels{};
  bool hangs = false; ///< Whoever asks about it gets no answer.
};

namespace played {

/// An answer that comes when it is cancelled.
class silence final : public grpc::ServerUnaryReactor {
public:
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }
};

inline grpc::ServerUnaryReactor* finish(grpc::CallbackServerContext* context,
                                        const grpc::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}
inline grpc::ServerUnaryReactor* not_found(grpc::CallbackServerContext* context) {
  return finish(context, {grpc::StatusCode::NOT_FOUND, "not found"});
}

template <class To>
void add_labels(const std::map<std::string, std::string>& labels, To* entries) {
  for (const auto& [name, text] : labels) {
    wire::Label one;
    one.set_key(name);
    one.set_value(text);
    entries->Add(one.SerializeAsString());
  }
}

using containers_list = std::vector<played_container>;

/// The one of this id in the namespace that the call names, or null.
inline const played_container* find_in(const containers_list& all,
                                       const grpc::CallbackServerContext& context,
                                       const std::string& id) {
  const auto& sent = context.client_metadata();
  const auto found = sent.find("containerd-namespace");
  const auto name_space = found == sent.end()
                              ? ""
                              : std::string{found->second.data(), found->second.size()};
  for (const auto& one : all)
    if (one.id == id && one.name_space == name_space)
      return &one;
  return nullptr;
}

namespace v1 = containerd::services;

class namespaces final : public v1::namespaces::v1::Namespaces::CallbackService {
public:
  explicit namespaces(const containers_list& all) : all_{all} {}
  grpc::ServerUnaryReactor*
  List(grpc::CallbackServerContext* context,
       const v1::namespaces::v1::ListNamespacesRequest*,
       v1::namespaces::v1::ListNamespacesResponse* response) override {
    for (const auto& one : all_)
      response->add_namespaces()->set_name(one.name_space);
    return finish(context, grpc::Status::OK);
  }

private:
  const containers_list& all_;
};

class containers final : public v1::containers::v1::Containers::CallbackService {
public:
  explicit containers(const containers_list& all) : all_{all} {}
  grpc::ServerUnaryReactor*
  Get(grpc::CallbackServerContext* context,
      const v1::containers::v1::GetContainerRequest* request,
      v1::containers::v1::GetContainerResponse* response) override {
    const auto* one = find_in(all_, *context, request->id());
    if (!one)
      return not_found(context);
    if (one->hangs)
      return new silence;
    auto* container = response->mutable_container();
    container->set_id(one->id);
    container->set_image(one->image);
    add_labels(one->labels, container->mutable_labels());
    return finish(context, grpc::Status::OK);
  }

private:
  const containers_list& all_;
};

class images final : public v1::images::v1::Images::CallbackService {
public:
  explicit images(const containers_list& all) : all_{all} {}
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context,
                                const v1::images::v1::GetImageRequest* request,
                                v1::images::v1::GetImageResponse* response) override {
    for (const auto& one : all_)
      if (one.image == request->name() && !one.digest.empty()) {
        response->mutable_image()->mutable_target()->set_digest(one.digest);
        return finish(context, grpc::Status::OK);
      }
    return not_found(context);
  }

private:
  const containers_list& all_;
};

class tasks final : public v1::tasks::v1::Tasks::CallbackService {
public:
  explicit tasks(const containers_list& all) : all_{all} {}
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context,
                                const v1::tasks::v1::GetRequest* request,
                                v1::tasks::v1::GetResponse* response) override {
    const auto* one = find_in(all_, *context, request->container_id());
    if (!one || one->pid == 0)
      return not_found(context);
    response->mutable_process()->set_pid(one->pid);
    return finish(context, grpc::Status::OK);
  }

private:
  const containers_list& all_;
};

/// Serves until it is destroyed.
class server {
public:
  server(const std::string& socket, const std::vector<grpc::Service*>& services) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket, grpc::InsecureServerCredentials());
    builder.SetMaxSendMessageSize(-1);
    for (auto* one : services)
      builder.RegisterService(one);
    server_ = builder.BuildAndStart();
  }
  ~server() { server_->Shutdown(std::chrono::system_clock::now()); }
  server(const server&) = delete;
  server& operator=(const server&) = delete;

private:
  std::unique_ptr<grpc::Server> server_;
};

} // namespace played

/// containerd, as far as it is asked. Namespaces are those of its containers.
class played_containerd {
public:
  played_containerd(const std::string& socket, std::vector<played_container> all)
      : all_{std::move(all)}, server_{socket,
                                      {&namespaces_, &containers_, &images_, &tasks_}} {
  }

private:
  std::vector<played_container> all_;
  played::namespaces namespaces_{all_};
  played::containers containers_{all_};
  played::images images_{all_};
  played::tasks tasks_{all_};
  played::server server_;
};

/// A pod's sandbox as CRI tells it.
struct played_sandbox {
  std::string id, name, name_space, uid;
};

/// CRI-O, as far as it is asked.
class played_crio final : public runtime::v1::RuntimeService::CallbackService {
public:
  played_crio(const std::string& socket, std::vector<played_container> containers,
              std::vector<played_sandbox> sandboxes)
      : containers_{std::move(containers)}, sandboxes_{std::move(sandboxes)},
        server_{std::make_unique<played::server>(socket,
                                                 std::vector<grpc::Service*>{this})} {}

  grpc::ServerUnaryReactor*
  ContainerStatus(grpc::CallbackServerContext* context,
                  const runtime::v1::ContainerStatusRequest* request,
                  runtime::v1::ContainerStatusResponse* response) override {
    for (const auto& one : containers_) {
      if (one.id != request->container_id())
        continue;
      if (one.hangs)
        return new played::silence;
      auto* status = response->mutable_status();
      status->set_id(one.id);
      status->mutable_metadata()->set_name(one.name_space);
      status->mutable_image()->set_image(one.image);
      status->set_image_ref(one.digest);
      played::add_labels(one.labels, status->mutable_labels());
      if (request->verbose())
        (*response->mutable_info())["info"] =
            R"({"sandboxID":"s","pid":)" + std::to_string(one.pid) + "}";
      return played::finish(context, grpc::Status::OK);
    }
    return played::not_found(context);
  }

  grpc::ServerUnaryReactor*
  PodSandboxStatus(grpc::CallbackServerContext* context,
                   const runtime::v1::PodSandboxStatusRequest* request,
                   runtime::v1::PodSandboxStatusResponse* response) override {
    for (const auto& one : sandboxes_) {
      if (one.id != request->pod_sandbox_id())
        continue;
      auto* pod = response->mutable_status()->mutable_metadata();
      pod->set_name(one.name);
      pod->set_namespace_(one.name_space);
      pod->set_uid(one.uid);
      return played::finish(context, grpc::Status::OK);
    }
    return played::not_found(context);
  }

private:
  std::vector<played_container> containers_;
  std::vector<played_sandbox> sandboxes_;
  std::unique_ptr<played::server> server_;
};

} // namespace vedette
