#include "datasources/containers/runtimes/grpc_api.hpp"
#include "datasources/containers/runtimes/grpc_runtimes.hpp"
#include "datasources/containers/runtimes/image_name.hpp"
#include "datasources/containers/runtimes/wire_labels.hpp"

#include <containers.pb.h>
#include <images.pb.h>
#include <namespaces.pb.h>
#include <tasks.pb.h>
#include <utility>
#include <vector>

namespace vedette {

namespace {

namespace containers = containerd::services::containers::v1;
namespace images = containerd::services::images::v1;
namespace namespaces = containerd::services::namespaces::v1;
namespace tasks = containerd::services::tasks::v1;

using list_namespaces =
    grpc_call<namespaces::ListNamespacesRequest, namespaces::ListNamespacesResponse>;
using get_container =
    grpc_call<containers::GetContainerRequest, containers::GetContainerResponse>;
using get_image = grpc_call<images::GetImageRequest, images::GetImageResponse>;
using get_task = grpc_call<tasks::GetRequest, tasks::GetResponse>;

/// Docker's containers: it gives them neither names nor images here. Who has Docker
/// asks it.
constexpr auto dockers_namespace = "moby";

class containerd_api final : public grpc_api {
public:
  containerd_api(const runtimes_config& config, post_call post)
      : grpc_api{config.containerd, config, std::move(post)} {}

  co::task<attempt_result> ask(attempt what) override {
    if (auto missing = not_there())
      co_return std::unexpected{std::move(*missing)};
    const auto attempt = begin(what.large);
    list_namespaces listing{
        attempt, "/containerd.services.namespaces.v1.Namespaces/List", {}};
    auto listed = co_await listing;
    if (!listed)
      co_return std::unexpected{std::move(listed.error())};
    for (const auto& one : listed->namespaces()) {
      if (one.name() == dockers_namespace)
        continue;
      auto looking = look_in(one.name(), what.container_id, attempt);
      auto result = co_await looking;
      if (result || result.error().reason != attempt_failure::not_found)
        co_return std::move(result);
    }
    co_return std::unexpected{
        attempt_error{attempt_failure::not_found, "does not know it"}};
  }

private:
  co::task<attempt_result> look_in(std::string name_space, std::string id,
                                   const grpc_attempt& attempt) {
    containers::GetContainerRequest request;
    request.set_id(id);
    get_container getting{attempt, "/containerd.services.containers.v1.Containers/Get",
                          std::move(request), name_space};
    auto got = co_await getting;
    if (!got)
      co_return std::unexpected{std::move(got.error())};

    const auto& container = got->container();
    found_container found;
    found.facts.runtime = "containerd";
    found.facts.image = container.image();
    found.facts.name = read_wire_labels(container.labels(), found, label_bytes());
    if (found.facts.name.empty())
      found.facts.name = id; // containerd itself has no other names.
    auto adding = add_image_and_task(name_space, id, attempt, found.facts);
    co_await adding;
    co_return found;
  }

  /// Without them the answer is good enough.
  co::task<> add_image_and_task(std::string name_space, std::string id,
                                const grpc_attempt& attempt, container_facts& facts) {
    if (!facts.image.empty()) {
      images::GetImageRequest request;
      request.set_name(facts.image);
      get_image getting{attempt, "/containerd.services.images.v1.Images/Get",
                        std::move(request), name_space};
      const auto got = co_await getting;
      if (got && !got->image().target().digest().empty() && !is_image_id(facts.image))
        facts.image_digest = std::string{repository_of(facts.image)} + "@"
                             + got->image().target().digest();
    }
    tasks::GetRequest request;
    request.set_container_id(id);
    get_task getting{attempt, "/containerd.services.tasks.v1.Tasks/Get",
                     std::move(request), name_space};
    const auto got = co_await getting;
    if (got)
      facts.pid = got->process().pid();
  }
};

} // namespace

std::unique_ptr<runtime_api> make_containerd_api(const runtimes_config& config,
                                                 post_call post) {
  return std::make_unique<containerd_api>(config, std::move(post));
}

} // namespace vedette
