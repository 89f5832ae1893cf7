#include "datasources/containers/runtimes/labels.hpp"

namespace vedette {

namespace {

// Kubernetes' kubelet writes these; k8s.io/kubernetes/pkg/kubelet/types/labels.go.
constexpr auto pod_name = "io.kubernetes.pod.name";
constexpr auto pod_namespace = "io.kubernetes.pod.namespace";
constexpr auto pod_uid = "io.kubernetes.pod.uid";
constexpr auto container_name = "io.kubernetes.container.name";
// How runtimes tell a pod's sandbox: containerd's CRI plugin, and cri-dockerd.
constexpr auto containerd_kind = "io.cri-containerd.kind";
constexpr auto docker_type = "io.kubernetes.docker.type";
constexpr auto nerdctl_name = "nerdctl/name";

} // namespace

void label_reader::add(std::string name, std::string text) {
  auto& facts = into_.facts;
  if (name == pod_name)
    facts.pod_name = text;
  else if (name == pod_namespace)
    facts.pod_namespace = text;
  else if (name == pod_uid)
    facts.pod_id = text;
  else if (name == container_name || (name == nerdctl_name && name_.empty()))
    name_ = text;
  else if ((name == containerd_kind && text == "sandbox")
           || (name == docker_type && text == "podsandbox"))
    facts.pod_sandbox = true;

  bytes_ += name.size() + text.size();
  if (bytes_ <= limit_)
    facts.labels.emplace_back(std::move(name), std::move(text));
  else
    into_.labels_dropped = true;
}

std::string label_reader::finish() {
  if (into_.labels_dropped)
    into_.facts.labels.clear();
  return name_;
}

const std::set<std::string, std::less<>>& known_labels() {
  static const std::set<std::string, std::less<>> names{
      pod_name,        pod_namespace, pod_uid,     container_name,
      containerd_kind, docker_type,   nerdctl_name};
  return names;
}

} // namespace vedette
