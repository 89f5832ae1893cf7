#include "actors/replay/capture_input.hpp"

#include "actors/replay/captured_notices.hpp"

#include <utility>

namespace vedette {

std::optional<capture_input::record> capture_input::next() {
  if (!followers_.empty()) {
    given_.bytes = following_;
    given_.shard = followers_.back();
    given_.made = true;
    followers_.pop_back();
    return given_;
  }
  while (true) {
    if (const auto one = merge_.next()) {
      if (auto given = take(*one))
        return given_ = *given;
      continue;
    }
    auto block = reader_.next();
    if (block)
      merge_.push(std::move(*block));
    else if (!std::exchange(finished_, false))
      return {};
    else
      merge_.finish();
  }
}

std::optional<capture_input::record> capture_input::take(const captured_record& next) {
  const auto& bytes = next.record;
  const auto all_but = [this](std::uint32_t shard) {
    std::vector<std::uint32_t> rest;
    for (auto one = shards_; one-- > 0;)
      if (one != shard)
        rest.push_back(one);
    return rest;
  };
  auto shard = shard_of(bytes);
  if (header_of(bytes).kind == RECORD_unknown) {
    ++unknown_;
    return {};
  }
  if (is_notice(bytes)) {
    if (next.shard != 0)
      return {};
    shard = 0;
    follow({bytes.begin(), bytes.end()}, all_but(shard));
  } else if (auto notice = next.shard == 0 ? notice_of(bytes) : std::nullopt) {
    follow(std::move(*notice), all_but(shard));
  } else if (auto born = births_.next(bytes, next.shards)) {
    const auto to = shard_of(*born);
    follow(std::move(*born), {to});
  }
  return record{bytes, next.time, next.clock_offset, shard, next.made};
}

void capture_input::follow(std::vector<std::byte> bytes,
                           std::vector<std::uint32_t> shards) {
  following_ = std::move(bytes);
  followers_ = std::move(shards);
}

std::string capture_input::damage() const {
  const auto& first = reader_.damage();
  if (!first)
    return {};
  const auto others = reader_.damaged() - 1;
  return "at byte " + std::to_string(first->at) + ": " + first->what
         + (others == 0   ? ""
            : others == 1 ? "; and one more place"
                          : "; and " + std::to_string(others) + " more places");
}

} // namespace vedette
