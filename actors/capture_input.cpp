#include "actors/capture_input.hpp"

#include <utility>

namespace vedette {

std::optional<capture_input::record> capture_input::next() {
  if (born_) {
    given_ = *std::exchange(born_, std::nullopt);
    return record{given_, clock_offset_, true};
  }
  while (true) {
    if (const auto one = merge_.next()) {
      born_ = births_.next(one->record, one->shards);
      clock_offset_ = one->clock_offset;
      return record{one->record, one->clock_offset, one->made};
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
