#include "bpf/decoder.hpp"

#include "events/record_check.hpp"

namespace vedette {

std::size_t decoder::decode(const frame_range& frames, batch_builder& to) {
  std::size_t added = 0;
  for (const auto frame : frames) {
    if (check_record(frame) != corruption::none) {
      ++corrupt_;
      continue;
    }
    const auto kind = reinterpret_cast<const record_header*>(frame.data())->kind;
    if (kind
        >= event_kinds) { // Replayed ones only: the kernel's side does not make any.
      ++corrupt_;
      continue;
    }
    ++delivered_[kind];
    to.add(frame);
    ++added;
  }
  return added;
}

} // namespace vedette
