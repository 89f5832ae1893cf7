// Any bytes as a capture: what is read is sound, whatever the pieces it comes in, and
// memory stays bounded. The sums are set right in half of the inputs, else few would get
// past them.

#include "events/capture/capture_merge.hpp"
#include "events/record_check.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace vedette {

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

void set_right(std::string& bytes) {
  if (bytes.size() < sizeof(capture_header))
    return;
  capture_header file{capture_magic, capture_version, 0};
  file.checksum = checksum_of(file);
  std::memcpy(bytes.data(), &file, sizeof(file));
  for (auto at = sizeof(file); bytes.size() - at >= sizeof(block_header);) {
    block_header header;
    std::memcpy(&header, bytes.data() + at, sizeof(header));
    const auto left = bytes.size() - at - sizeof(header);
    header.magic = block_magic;
    header.packed_bytes = static_cast<std::uint32_t>(
        std::min<std::size_t>(header.packed_bytes % 4096, left));
    header.payload_checksum = checksum_of(
        std::span<const char>{bytes}.subspan(at + sizeof(header), header.packed_bytes));
    header.header_checksum = checksum_of(header);
    std::memcpy(bytes.data() + at, &header, sizeof(header));
    at += sizeof(header) + header.packed_bytes;
  }
}

void check(capture_reader& reader, capture_merge& merge) {
  while (auto block = reader.next()) {
    for (std::size_t i = 0; i < block->offsets.size(); ++i)
      require(check_record(block->record(i)) == corruption::none);
    merge.push(std::move(*block));
    while (const auto one = merge.next())
      require(one->record.size() >= sizeof(record_header));
  }
}

} // namespace

} // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vedette;
  if (size == 0)
    return 0;
  // The first byte says in which pieces the input comes, and whether its sums are right.
  const auto piece = static_cast<std::size_t>(data[0] / 2) * 8 + 1;
  std::string bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (data[0] % 2 == 1)
    set_right(bytes);
  capture_reader reader;
  capture_merge merge{1U << 20U};
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto some = std::string_view{bytes}.substr(at, piece);
    std::ranges::copy(some, reader.prepare(some.size()).begin());
    reader.commit(some.size());
    check(reader, merge);
  }
  reader.finish();
  check(reader, merge);
  merge.finish();
  while (merge.next()) {
  }
  return 0;
}
