#include "datasources/containers/runtimes/grpc_api.hpp"
#include "datasources/containers/runtimes/grpc_runtimes.hpp"
#include "datasources/containers/runtimes/wire_labels.hpp"
#include "events/value.hpp"

#include <cri.pb.h>
#include <string_view>
#include <utility>

namespace vedette {

namespace {

using get_container = grpc_call<runtime::v1::ContainerStatusRequest,
                                runtime::v1::ContainerStatusResponse>;
using get_sandbox = grpc_call<runtime::v1::PodSandboxStatusRequest,
                              runtime::v1::PodSandboxStatusResponse>;

/// The pid in what a verbose status says, or 0. CRI leaves that to the runtime; CRI-O
/// and containerd both say it so.
template <class Map>
std::uint32_t pid_in(const Map& info) {
  const auto found = info.find("info");
  if (found == info.end())
    return 0;
  const auto json = parse_json(found->second);
  const auto* pid = json ? json->find("pid") : nullptr;
  return static_cast<std::uint32_t>(pid ? pid->as_uint().value_or(0) : 0);
}

class cri_api final : public grpc_api {
public:
  cri_api(const runtimes_config& config, post_call post)
      : grpc_api{config.crio, config, std::move(post)} {}

  co::task<attempt_result> ask(attempt what) override {
    if (auto missing = not_there())
      co_return std::unexpected{std::move(*missing)};
    const auto attempt = begin(what.large);
    auto asking = ask_container(what.container_id, attempt);
    auto result = co_await asking;
    if (result || result.error().reason != attempt_failure::not_found)
      co_return std::move(result);
    auto asking_again = ask_sandbox(what.container_id, attempt);
    auto sandbox = co_await asking_again;
    co_return std::move(sandbox);
  }

private:
  co::task<attempt_result> ask_container(std::string id, const grpc_attempt& attempt) {
    runtime::v1::ContainerStatusRequest request;
    request.set_container_id(id);
    request.set_verbose(true);
    get_container getting{attempt, "/runtime.v1.RuntimeService/ContainerStatus",
                          std::move(request)};
    auto got = co_await getting;
    if (!got)
      co_return std::unexpected{std::move(got.error())};

    const auto& status = got->status();
    const auto& image = status.image();
    found_container found;
    auto& facts = found.facts;
    facts.runtime = "crio";
    facts.image = image.user_specified_image().empty() ? image.image()
                                                       : image.user_specified_image();
    if (status.image_ref().find('@') != std::string::npos)
      facts.image_digest = status.image_ref();
    facts.name = read_wire_labels(status.labels(), found, label_bytes());
    if (!status.metadata().name().empty())
      facts.name = status.metadata().name();
    facts.pid = pid_in(got->info());
    co_return found;
  }

  co::task<attempt_result> ask_sandbox(std::string id, const grpc_attempt& attempt) {
    runtime::v1::PodSandboxStatusRequest request;
    request.set_pod_sandbox_id(id);
    request.set_verbose(true);
    get_sandbox getting{attempt, "/runtime.v1.RuntimeService/PodSandboxStatus",
                        std::move(request)};
    auto got = co_await getting;
    if (!got)
      co_return std::unexpected{std::move(got.error())};

    const auto& pod = got->status().metadata();
    found_container found;
    auto& facts = found.facts;
    read_wire_labels(got->status().labels(), found, label_bytes());
    facts.runtime = "crio";
    facts.name = pod.name();
    facts.pod_name = pod.name();
    facts.pod_namespace = pod.namespace_();
    facts.pod_id = pod.uid();
    facts.pod_sandbox = true;
    facts.pid = pid_in(got->info());
    co_return found;
  }
};

} // namespace

std::unique_ptr<runtime_api> make_cri_api(const runtimes_config& config,
                                          post_call post) {
  return std::make_unique<cri_api>(config, std::move(post));
}

} // namespace vedette
