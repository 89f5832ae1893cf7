#include "events/capture/capture_writer.hpp"

#include <algorithm>
#include <lz4.h>

namespace vedette {

namespace {

template <class Struct>
void append_bytes(std::string& out, const Struct& what) {
  out.append(reinterpret_cast<const char*>(&what), sizeof(what));
}

std::int64_t count_of(time_ns when) {
  return when.time_since_epoch().count();
}

block_header header_of(capture_kind kind) {
  block_header header{};
  header.kind = kind;
  return header;
}

} // namespace

capture_writer::capture_writer(const capture_facts& facts, std::string& out) {
  const auto before = count_of(beginning_of_time);
  streams_.resize(facts.shards + 1, {{}, {}, 0, before, before});
  streams_.back().watermark = streams_.back().written_watermark = count_of(end_of_time);
  capture_header header{capture_magic, capture_version, 0};
  header.checksum = checksum_of(header);
  append_bytes(out, header);
  put(header_of(capture_kind::facts), to_text(facts), out);
}

void capture_writer::add(const batch& events, std::string& out) {
  auto& to = streams_[std::min<std::size_t>(events.shard(), streams_.size() - 1)];
  for (std::size_t i = 0; i < events.size(); ++i)
    add(to, events, i, out);
}

void capture_writer::add(stream& to, const batch& events, std::size_t index,
                         std::string& out) {
  const auto& record = events.record(index);
  const auto padded = (record.size + std::size_t{7}) / 8 * 8;
  const auto position = events.first_position() + index;
  const auto offset = events.clock_offset().count();
  if (to.header.records > 0
      && (to.raw.size() + padded > block_bytes
          || to.header.first_position + to.header.records != position
          || to.header.clock_offset_ns != offset))
    close(static_cast<std::uint32_t>(&to - streams_.data()), out);
  if (to.header.records == 0) {
    to.header.clock_offset_ns = offset;
    to.header.first_position = position;
    to.header.first_time_ns = to.header.last_time_ns = record.time_ns;
  }
  to.header.first_time_ns = std::min<std::uint64_t>(to.header.first_time_ns, record.time_ns);
  to.header.last_time_ns = std::max<std::uint64_t>(to.header.last_time_ns, record.time_ns);
  ++to.header.records;
  to.position = position + 1;
  to.raw.append(reinterpret_cast<const char*>(&record), record.size);
  to.raw.append(padded - record.size, '\0');
}

void capture_writer::advance(std::uint32_t shard, time_ns watermark) {
  if (shard < streams_.size())
    streams_[shard].watermark = std::max(streams_[shard].watermark, count_of(watermark));
}

bool capture_writer::has_open() const {
  return std::ranges::any_of(streams_, [](const stream& one) {
    return one.header.records > 0 || one.watermark > one.written_watermark;
  });
}

void capture_writer::flush(std::string& out) {
  // What was told beside the shards first: it is of a time that they have not passed.
  for (auto shard = streams_.size(); shard-- > 0;)
    if (const auto& one = streams_[shard];
        one.header.records > 0 || one.watermark > one.written_watermark)
      close(static_cast<std::uint32_t>(shard), out);
}

void capture_writer::finish(std::string& out) {
  flush(out);
  put(header_of(capture_kind::end), {}, out);
}

void capture_writer::close(std::uint32_t shard, std::string& out) {
  auto& one = streams_[shard];
  one.header.kind = capture_kind::records;
  one.header.shard = shard;
  if (one.header.records == 0)
    one.header.first_position = one.position;
  one.header.watermark_ns = one.written_watermark = one.watermark;
  put(one.header, one.raw, out);
  one.header = {};
  one.raw.clear();
}

void capture_writer::put(block_header header, const std::string& raw, std::string& out) {
  const auto size = static_cast<int>(raw.size());
  packed_.resize(static_cast<std::size_t>(LZ4_compressBound(size)));
  const auto packed = LZ4_compress_default(raw.data(), packed_.data(), size,
                                           static_cast<int>(packed_.size()));
  const bool smaller = packed > 0 && packed < size;
  const auto payload =
      smaller ? std::span<const char>{packed_}.first(static_cast<std::size_t>(packed))
              : std::span<const char>{raw};
  header.magic = block_magic;
  header.packing = smaller ? capture_packing::lz4 : capture_packing::none;
  header.shards = static_cast<std::uint32_t>(streams_.size() - 1);
  header.raw_bytes = static_cast<std::uint32_t>(size);
  header.packed_bytes = static_cast<std::uint32_t>(payload.size());
  header.payload_checksum = checksum_of(payload);
  header.header_checksum = checksum_of(header);
  append_bytes(out, header);
  out.append(payload.data(), payload.size());
  ++blocks_;
}

} // namespace vedette
