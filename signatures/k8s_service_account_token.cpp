#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 7> except{"flanneld", "kube-proxy", "etcd", "kube-apiserver", "coredns", "kube-controller", "kubectl"};

constexpr std::array<std::string_view, 1> paths{
    "*secrets/kubernetes.io/serviceaccount/*token*"};

} // namespace

/// TRC-108: a pod's token is read. No data.
std::unique_ptr<signature> make_k8s_service_account_token() {
  return make_file_signature(
      {.id = "TRC-108",
       .version = "1.0.0",
       .name = "Kubernetes service account token read",
       .event_name = "k8s_service_account_token",
       .description =
           "A program in a container read the token of its pod's service account. "
           "With it one can ask the API server for all that the account may do.",
       .tags = {"linux", "container"},
       .severity = 0,
       .properties = attack("credential-access", "Steal Application Access Token",
                            "attack-pattern--890c9858-598c-401d-a4d5-c67ebcdd703a", "T1528"),
       .event_id = finding_event_id("TRC-108"),
       .by_default = false},
      {.acts = file_act::read, .paths = paths, .origin = event_origin::container, .except = except});
}

} // namespace vedette::builtin
