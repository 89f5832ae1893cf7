#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 4> except{"kube-apiserver", "kubelet", "kube-controller", "etcd"};

constexpr std::array<std::string_view, 1> paths{"/etc/kubernetes/pki/*"};

} // namespace

/// TRC-1018: the cluster's keys are read or moved. No data.
std::unique_ptr<signature> make_k8s_cert_theft() {
  return make_file_signature(
      {.id = "TRC-1018",
       .version = "1.0.0",
       .name = "Kubernetes certificate theft",
       .event_name = "k8s_cert_theft",
       .description =
           "A program that is no part of Kubernetes read or moved a certificate or "
           "key below /etc/kubernetes/pki. With those one can speak as the cluster's "
           "own components.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("credential-access", "Unsecured Credentials",
                            "attack-pattern--435dfb86-2697-4867-85b5-2fef496c0517", "T1552"),
       .event_id = finding_event_id("TRC-1018")},
      {.acts = file_act::read | file_act::rename_from, .paths = paths, .except = except});
}

} // namespace vedette::builtin
