#include "signatures/finding_event.hpp"

#include "events/batch_builder.hpp"
#include "events/json_string.hpp"
#include "events/line_parser.hpp"
#include "events/record_writer.hpp"
#include "signatures/finding_json.hpp"

#include <spdlog/spdlog.h>

#include <cstring>
#include <span>
#include <utility>

namespace vedette {

namespace {

/// line_parser may read so far behind a line: simdjson's padding.
constexpr std::size_t padding = 64;

std::uint64_t raw(time_ns time, std::chrono::nanoseconds clock_offset) {
  return static_cast<std::uint64_t>((time.time_since_epoch() - clock_offset).count());
}

record_header& header_of(std::vector<std::byte>& record) {
  return *reinterpret_cast<record_header*>(record.data());
}

/// A batch of one, whose event stands where `like` does and has its context.
batch_ptr alone(std::span<const std::byte> record, event_view like,
                std::chrono::nanoseconds clock_offset, event_context context,
                std::shared_ptr<const void> texts) {
  batch_builder builder{like.owner().shard(), clock_offset};
  builder.reserve(record.size() + 8, 1);
  builder.add(record);
  auto made = builder.take();
  made->place_at(like.position());
  made->attach({context}, std::move(texts));
  return made;
}

} // namespace

class finding_events::reader {
public:
  batch_ptr read(const finding& found) {
    const auto cause = found.cause.view();
    line_.clear();
    append_finding_line(line_, found, {});
    line_.pop_back(); // Its newline.
    const auto length = line_.size();
    line_.resize(length + padding);
    const auto parsed =
        parser_.parse(std::string_view{line_}.substr(0, length), cause.position());
    if (!parsed) {
      spdlog::error("a finding of signature {} cannot be given to those who select it: {}",
                    found.signature->id, parsed.error());
      return nullptr;
    }
    std::vector<std::byte> record{parsed->begin(), parsed->end()};
    if (auto& header = header_of(record); cause.visible_at() != cause.time()) {
      header.flags = static_cast<__u16>(header.flags | RECORD_LATE);
      reinterpret_cast<record_extension*>(record.data() + header.extension)->visible_ns =
          raw(cause.visible_at(), {});
    }
    return alone(record, cause, {}, cause.context(), found.cause.owner);
  }

private:
  line_parser parser_;
  std::string line_;
};

finding_events::finding_events() = default;
finding_events::~finding_events() = default;

batch_ptr finding_events::of(const finding& found) {
  if (!reader_)
    reader_ = std::make_unique<reader>();
  return reader_->read(found);
}

batch_ptr moved_to(time_ns time, const event_ref& event) {
  const auto from = event.view();
  const auto* const begin = reinterpret_cast<const std::byte*>(&from.header());
  std::vector<std::byte> record{begin, begin + from.header().size};
  const auto offset = event.owner->clock_offset();
  auto& header = header_of(record);
  header.time_ns = raw(time, offset);
  header.flags = static_cast<__u16>(header.flags & ~RECORD_LATE);
  return alone(record, from, offset, from.context(), event.owner);
}

batch_ptr signature_disabled_event(std::string_view signature, std::string_view reason,
                                   event_view cause) {
  namespace args = events::signature_disabled;
  const auto offset = cause.owner().clock_offset();
  record_writer record{event_kind::signature_disabled, raw(cause.visible_at(), offset)};
  record.text<args::signature>(signature);
  record.text<args::reason>(reason);
  return alone(record.take(), cause, offset, {}, nullptr);
}

value argument_named(event_view event, std::string_view name) {
  std::string all{"["};
  append_arguments(all, event);
  const auto parsed = parse_json(all + "]");
  const auto* const items = parsed ? parsed->as_list() : nullptr;
  if (items != nullptr)
    for (const auto& one : *items)
      if (const auto* label = one.find("name"); label && label->as_string() == name)
        if (const auto* content = one.find("value"))
          return *content;
  return {};
}

} // namespace vedette
