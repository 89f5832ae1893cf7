#include "events/capture/capture_reader.hpp"

#include "events/definitions.hpp"
#include "events/record_check.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <lz4.h>
#include <string_view>
#include <utility>

namespace vedette {

namespace {

template <class Struct>
Struct read_as(std::span<const char> bytes) {
  Struct result;
  std::memcpy(&result, bytes.data(), sizeof(result));
  return result;
}

} // namespace

std::span<std::byte> captured_block::record(std::size_t index) const {
  const auto* header =
      reinterpret_cast<const record_header*>(memory.get() + offsets[index]);
  return {memory.get() + offsets[index], header->size};
}

std::span<char> capture_reader::prepare(std::size_t bytes) {
  if (begin_ > 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, filled_ - begin_);
    filled_ -= begin_;
    before_ += std::exchange(begin_, 0);
  }
  if (bytes_.size() < filled_ + bytes)
    bytes_.resize(filled_ + bytes);
  return std::span{bytes_}.subspan(filled_, bytes);
}

std::span<const char> capture_reader::rest() const {
  return std::span{bytes_}.subspan(begin_, filled_ - begin_);
}

void capture_reader::pass(std::size_t bytes) {
  begin_ += bytes;
}

void capture_reader::damage(std::string what) {
  if (damaged_++ == 0)
    damage_ = {before_ + begin_, std::move(what)};
}

bool capture_reader::lacks(std::size_t bytes, const char* of) {
  if (rest().size() >= bytes || !finished_)
    return false;
  damage(std::string{"it is cut off in "} + of + ": " + std::to_string(rest().size()) + " of "
         + std::to_string(bytes) + " bytes are there");
  place_ = place::over;
  return true;
}

std::optional<captured_block> capture_reader::next() {
  std::optional<captured_block> found;
  bool goes_on = true;
  while (!found && goes_on) {
    switch (place_) {
    case place::file:
      goes_on = read_file_header();
      break;
    case place::blocks:
      goes_on = read_block(found);
      break;
    case place::searching:
      goes_on = search();
      break;
    case place::over:
      pass(rest().size());
      goes_on = false;
    }
  }
  return found;
}

bool capture_reader::read_file_header() {
  if (rest().empty() && finished_ && ended_)
    place_ = place::over; // As it should be.
  if (place_ == place::over || lacks(sizeof(capture_header), "its header"))
    return true;
  if (rest().size() < sizeof(capture_header))
    return false;
  ended_ = false;
  ++files_;
  const auto header = read_as<capture_header>(rest());
  const bool sound =
      header.magic == capture_magic && header.checksum == checksum_of(header);
  if (sound && header.version != capture_version) {
    damage("it is of version " + std::to_string(header.version)
           + ", and this Vedette reads version " + std::to_string(capture_version));
    place_ = place::over;
    return true;
  }
  if (!sound)
    damage("its header is damaged");
  place_ = sound ? place::blocks : place::searching;
  pass(sound ? sizeof(capture_header) : 0);
  return true;
}

/// For the next header that is sound: what is in between is damaged.
bool capture_reader::search() {
  const auto magic = std::bit_cast<std::array<char, 4>>(block_magic);
  const std::string_view mark{magic.data(), magic.size()};
  while (true) {
    const auto all = rest();
    const auto found = std::string_view{all.data(), all.size()}.find(mark);
    pass(found == std::string_view::npos
             ? all.size() - std::min(all.size(), mark.size() - 1)
             : found);
    if (found == std::string_view::npos || rest().size() < sizeof(block_header)) {
      place_ = finished_ ? place::over : place_;
      return finished_;
    }
    if (is_sound(read_as<block_header>(rest()))) {
      place_ = place::blocks;
      return true;
    }
    pass(1);
  }
}

bool capture_reader::read_block(std::optional<captured_block>& found) {
  if (rest().empty() && finished_) {
    damage("it has no end: the recording was cut off, or still goes on");
    place_ = place::over;
    return true;
  }
  if (lacks(sizeof(block_header), "the header of a block"))
    return true;
  if (rest().size() < sizeof(block_header))
    return false;
  const auto header = read_as<block_header>(rest());
  if (!is_sound(header)) {
    damage("the header of a block is damaged");
    place_ = place::searching;
    pass(1);
    return true;
  }
  const auto whole = sizeof(header) + header.packed_bytes;
  if (lacks(whole, "a block"))
    return true;
  if (rest().size() < whole)
    return false;
  read_payload(header, rest().subspan(sizeof(header), header.packed_bytes), found);
  pass(whole);
  if (header.kind == capture_kind::end) {
    ended_ = true;
    place_ = place::file;
  }
  return true;
}

bool capture_reader::is_sound(const block_header& header) const {
  return header.magic == block_magic && header.header_checksum == checksum_of(header)
         && header.raw_bytes <= block_bytes_max
         && header.packed_bytes <= header.raw_bytes && header.shards > 0
         && header.shards <= SHARDS_MAX && header.shard <= header.shards
         && header.clock_offset_ns > -capture_time_max && header.clock_offset_ns < capture_time_max
         && header.records <= header.raw_bytes / sizeof(record_header);
}

void capture_reader::read_payload(const block_header& header, std::span<const char> payload,
                                  std::optional<captured_block>& found) {
  if (checksum_of(payload) != header.payload_checksum)
    return damage("a block is damaged");
  captured_block block;
  block.bytes = header.raw_bytes;
  block.memory.reset(new std::byte[header.raw_bytes + sizeof(record_header)]);
  auto* const raw = reinterpret_cast<char*>(block.memory.get());
  const auto size = static_cast<int>(header.raw_bytes);
  if (header.packing == capture_packing::none && payload.size() == header.raw_bytes)
    std::memcpy(raw, payload.data(), payload.size());
  else if (header.packing != capture_packing::lz4
           || LZ4_decompress_safe(payload.data(), raw, static_cast<int>(payload.size()),
                                  size)
                  != size)
    return damage("a block cannot be unpacked");
  if (header.kind == capture_kind::facts)
    learn({raw, header.raw_bytes});
  if (header.kind != capture_kind::records)
    return;
  block.shard = header.shard;
  block.shards = header.shards;
  block.file = files_;
  block.clock_offset = std::chrono::nanoseconds{header.clock_offset_ns};
  block.first_position = header.first_position;
  block.watermark = time_ns{std::chrono::nanoseconds{header.watermark_ns}};
  if (auto wrong = read_records(header, block); !wrong.empty())
    return damage(std::move(wrong));
  found = std::move(block);
}

/// → what is wrong.
std::string capture_reader::read_records(const block_header& header,
                                         captured_block& into) const {
  into.offsets.reserve(header.records);
  const auto wrong = [&into](std::string_view what) {
    return "record " + std::to_string(into.offsets.size()) + " of a block "
           + std::string{what};
  };
  std::size_t at = 0;
  while (at < into.bytes) {
    auto* const record = reinterpret_cast<record_header*>(into.memory.get() + at);
    if (into.bytes - at < sizeof(record_header) || record->size > into.bytes - at)
      return wrong(to_string(corruption::size));
    const bool translated = record->kind < kinds_.size();
    if (translated)
      record->kind = kinds_[record->kind];
    auto found = check_record({into.memory.get() + at, record->size});
    if (translated && record->kind == RECORD_unknown && found != corruption::size)
      found = corruption::none; // Nothing more can be said of it.
    if (found != corruption::none)
      return wrong(to_string(found));
    if (record->extension != 0 || record->time_ns >= static_cast<std::uint64_t>(capture_time_max))
      return wrong("is not from a kernel");
    record->flags = static_cast<__u16>(record->flags & ~RECORD_LATE);
    into.offsets.push_back(static_cast<std::uint32_t>(at));
    at += (record->size + std::size_t{7}) / 8 * 8;
  }
  return into.offsets.size() == header.records && at == into.bytes
             ? ""
             : "a block has not as many records as it says";
}

/// The table has grown since, or had not grown yet: kinds are known by names.
void capture_reader::learn(std::string_view facts) {
  facts_ = parse_facts(facts);
  const auto& theirs = facts_->events;
  const auto ours = known_event_names();
  kinds_.clear();
  if (theirs.empty() || theirs == ours)
    return;
  for (const auto& name : theirs) {
    const auto found = std::ranges::find(ours, name);
    kinds_.push_back(found == ours.end()
                         ? std::uint16_t{RECORD_unknown}
                         : static_cast<std::uint16_t>(found - ours.begin()));
  }
}

} // namespace vedette
