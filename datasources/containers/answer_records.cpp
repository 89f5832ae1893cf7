#include "datasources/containers/answer_records.hpp"

#include "events/batch_builder.hpp"
#include "events/record_writer.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace vedette {

namespace {

namespace args = events::container_answer;

std::string block_of(const std::vector<std::pair<std::string, std::string>>& labels) {
  std::string block;
  for (const auto& [name, content] : labels) // As C: a NUL would end either early.
    block.append(name.c_str()).append(1, '\0').append(content.c_str()).append(1, '\0');
  return block;
}

void write(record_writer& record, const container_answer& answer) {
  record.text_if_any<args::container_id>(answer.container_id);
  if (!answer.facts) {
    record.text<args::failure>(answer.facts.error().empty() ? "no reason given"
                                                            : answer.facts.error());
    return;
  }
  const auto& facts = *answer.facts;
  record.text_if_any<args::runtime>(facts.runtime);
  record.text_if_any<args::container_name>(facts.name);
  record.text_if_any<args::container_image>(facts.image);
  record.text_if_any<args::container_image_digest>(facts.image_digest);
  record.number<args::pid>(facts.pid);
  record.text_if_any<args::labels>(block_of(facts.labels));
  record.text_if_any<args::pod_name>(facts.pod_name);
  record.text_if_any<args::pod_namespace>(facts.pod_namespace);
  record.text_if_any<args::pod_uid>(facts.pod_id);
  record.number<args::pod_sandbox>(facts.pod_sandbox ? 1 : 0);
}

std::vector<std::pair<std::string, std::string>> read_labels(text_list block) {
  std::vector<std::pair<std::string, std::string>> labels;
  bool is_name = true;
  block.for_each([&](std::string_view one) {
    if (is_name)
      labels.emplace_back(one, "");
    else
      labels.back().second = one;
    is_name = !is_name;
  });
  return labels;
}

} // namespace

batch_ptr to_batch(std::span<const container_answer> answers, time_ns now,
                   std::uint32_t shard) {
  batch_builder builder{shard};
  for (const auto& answer : answers) {
    record_writer record{event_kind::container_answer,
                         static_cast<std::uint64_t>(now.time_since_epoch().count())};
    write(record, answer);
    builder.add(record.take());
  }
  auto batch = builder.take();
  batch->attach(std::vector<event_context>(batch->size()), nullptr);
  return batch;
}

std::optional<container_answer> read_answer(event_view event) {
  const auto id = event.get<args::container_id>();
  if (!id || id->empty())
    return {};
  if (const auto failure = event.get<args::failure>())
    return container_answer{std::string{*id}, std::unexpected{std::string{*failure}}};
  const auto text = [](std::optional<std::string_view> content) {
    return std::string{content.value_or("")};
  };
  container_facts facts;
  facts.runtime = text(event.get<args::runtime>());
  facts.name = text(event.get<args::container_name>());
  facts.image = text(event.get<args::container_image>());
  facts.image_digest = text(event.get<args::container_image_digest>());
  facts.pid = event.get<args::pid>().value_or(0);
  facts.labels = read_labels(event.get<args::labels>().value_or(text_list{}));
  facts.pod_id = text(event.get<args::pod_uid>());
  facts.pod_name = text(event.get<args::pod_name>());
  facts.pod_namespace = text(event.get<args::pod_namespace>());
  facts.pod_sandbox = event.get<args::pod_sandbox>().value_or(false);
  return container_answer{std::string{*id}, std::move(facts)};
}

} // namespace vedette
