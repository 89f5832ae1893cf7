#include "datasources/containers/runtimes/docker.hpp"

#include "datasources/containers/runtimes/http_get.hpp"
#include "datasources/containers/runtimes/image_name.hpp"
#include "datasources/containers/runtimes/json_sieve.hpp"
#include "datasources/containers/runtimes/labels.hpp"
#include "events/value.hpp"

#include <fmt/format.h>
#include <ranges>
#include <set>
#include <utility>

namespace vedette {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::string_view labels_path = "Config/Labels";

std::string string_at(const value& object, std::string_view name) {
  const auto* member = object.find(name);
  return std::string{member ? member->as_string().value_or("") : ""};
}

/// What is asked for goes into a path.
bool is_path_part(std::string_view text) {
  constexpr auto allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789_.-:";
  return !text.empty() && text.front() != '.'
         && text.find_first_not_of(allowed) == text.npos;
}

class docker_api final : public runtime_api {
public:
  docker_api(std::string runtime, std::string socket, const runtimes_config& config)
      : runtime_{std::move(runtime)}, config_{config}, http_{std::move(socket)} {}

  co::task<attempt_result> ask(attempt what) override {
    const auto until = clock::now() + config_.deadline;
    if (!is_path_part(what.container_id))
      co_return std::unexpected{
          attempt_error{attempt_failure::not_found, "is no container's id"}};
    json_sieve sieve{wanted_of_container(), std::string{labels_path}, config_.labels};
    auto asking = get("/containers/" + what.container_id + "/json", sieve, until);
    auto json = co_await asking;
    if (!json)
      co_return std::unexpected{std::move(json.error())};

    found_container found;
    found.facts = facts_in(*json);
    read_labels(*json, sieve.over(), found);
    const auto image_id = string_at(*json, "Image");
    if (is_path_part(image_id)) {
      auto reading = read_image(image_id, found.facts, until);
      co_await reading;
    }
    co_return found;
  }

  void wait(int wake_fd, std::optional<std::chrono::milliseconds> most) override {
    http_.wait(wake_fd, most);
  }

private:
  static std::set<std::string, std::less<>> wanted_of_container() {
    std::set<std::string, std::less<>> paths{"Name", "Image", "State/Pid",
                                             "Config/Image"};
    for (const auto& label : known_labels())
      paths.insert(fmt::format("{}/{}", labels_path, label));
    return paths;
  }

  /// What the sieve keeps of an answer.
  co::task<std::expected<value, attempt_error>> get(std::string path, json_sieve& sieve,
                                                    clock::time_point until) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    http_get request{http_, path, [&](std::string_view body) { sieve.feed(body); },
                     left};
    auto status = co_await request;
    if (!status)
      co_return std::unexpected{in_whole(std::move(status.error()))};
    if (*status == 404)
      co_return std::unexpected{
          attempt_error{attempt_failure::not_found, "does not know it"}};
    if (*status != 200)
      co_return std::unexpected{attempt_error{attempt_failure::refused,
                                              fmt::format("HTTP status {}", *status)}};
    auto json = parse_json(sieve.json());
    if (!sieve.complete() || !json)
      co_return std::unexpected{
          attempt_error{attempt_failure::bad_answer, "the answer is not its JSON"}};
    co_return std::move(*json);
  }

  /// A deadline is that of all requests: what was left for the last is of no interest.
  attempt_error in_whole(attempt_error error) const {
    if (error.reason == attempt_failure::timed_out)
      error.detail = fmt::format("no answer within {} ms", config_.deadline.count());
    return error;
  }

  [[nodiscard]] container_facts facts_in(const value& json) const {
    container_facts facts;
    facts.runtime = runtime_;
    facts.name = string_at(json, "Name");
    if (facts.name.starts_with('/'))
      facts.name.erase(0, 1);
    facts.image = string_at(json, "Config/Image");
    const auto* pid = json.find("State/Pid");
    facts.pid = static_cast<std::uint32_t>(pid ? pid->as_uint().value_or(0) : 0);
    return facts;
  }

  void read_labels(const value& json, bool over, found_container& found) const {
    label_reader labels{found, config_.labels};
    for (const auto& [path, text] : *json.as_object())
      if (path.starts_with(labels_path))
        labels.add(path.substr(labels_path.size() + 1),
                   std::string{text.as_string().value_or("")});
    if (over)
      labels.add_too_many();
    labels.finish();
  }

  /// The image's digest, and its name where the container was begun by its id. Without
  /// them the answer is good enough.
  co::task<> read_image(std::string id, container_facts& facts,
                        clock::time_point until) {
    json_sieve sieve{{"RepoDigests", "RepoTags"}, "-", 0};
    auto asking = get("/images/" + id + "/json", sieve, until);
    const auto json = co_await asking;
    if (!json)
      co_return;
    if (is_image_id(facts.image))
      if (const auto* tags = json->find("RepoTags"); tags && tags->as_list())
        for (const auto& tag : *tags->as_list() | std::views::take(1))
          facts.image = tag.as_string().value_or(facts.image);
    const auto* digests = json->find("RepoDigests");
    if (!digests || !digests->as_list())
      co_return;
    for (const auto& one : *digests->as_list()) {
      const auto digest = one.as_string().value_or("");
      const bool same = repository_of(digest) == repository_of(facts.image);
      if (facts.image_digest.empty() || same)
        facts.image_digest = digest;
      if (same)
        co_return;
    }
  }

  std::string runtime_;
  runtimes_config config_;
  http_client http_;
};

} // namespace

std::unique_ptr<runtime_api> make_docker_api(std::string runtime, std::string socket,
                                             const runtimes_config& config) {
  return std::make_unique<docker_api>(std::move(runtime), std::move(socket), config);
}

} // namespace vedette
