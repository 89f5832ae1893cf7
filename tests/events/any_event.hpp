#pragma once

#include "events/batch_builder.hpp"
#include "events/json_string.hpp"

#include <array>
#include <cstring>
#include <limits>
#include <random>
#include <string>

namespace vedette {

/// Makes events of any kind as the kernel side would: every argument of any value,
/// absent ones, marks. The same for the same seed.
class any_event {
public:
  explicit any_event(std::uint64_t seed) : random_{seed} {}

  /// A record; `texts` are its context's executable and container.
  std::string record(event_kind kind) {
    const auto& definition = definition_of(kind);
    record_header header{};
    std::array<record_slot, RECORD_ARGS_MAX> slots{};
    const auto fixed = sizeof(header) + definition.args.size() * sizeof(record_slot);
    std::string bytes(fixed, '\0');
    fill(header, definition);
    for (std::size_t slot = 0; slot < definition.args.size(); ++slot) {
      if (one_in(5))
        continue;
      mark(header, definition.args[slot].type, slot);
      slots[slot] = any_slot(definition.args[slot].type, bytes);
    }
    header.size = static_cast<__u32>(bytes.size());
    std::memcpy(bytes.data(), &header, sizeof(header));
    std::memcpy(bytes.data() + sizeof(header), slots.data(), fixed - sizeof(header));
    return bytes;
  }

  std::uint64_t number() { return random_(); }
  bool one_in(std::uint64_t count) { return random_() % count == 0; }

  /// With all that needs care: quotes, controls, UTF-8 and what is none.
  std::string text(bool with_nul) {
    static constexpr std::array<std::string_view, 16> parts{
        "",
        "/usr/bin/",
        "a",
        "\"",
        "\\",
        "\n",
        "\x01",
        "é",
        "日",
        "𐍈",
        "\xFF",
        "\xC3",
        "\xED\xA0\x80",
        "long enough to be copied by words",
        "\x7F",
        " "};
    std::string made;
    for (auto left = random_() % 8; left > 0; --left)
      made += parts[random_() % parts.size()];
    if (with_nul && one_in(4))
      made += '\0';
    return made;
  }

private:
  void fill(record_header& header, const event_definition& definition) {
    header.kind = static_cast<__u16>(definition.kind);
    header.arg_count = static_cast<__u16>(definition.args.size());
    header.flags = static_cast<__u16>(random_() % 4);
    header.time_ns = random_() >> 2U;
    header.thread_start_ns = one_in(4) ? 0 : random_() >> 2U;
    header.cgroup_id = random_();
    header.return_value = static_cast<std::int64_t>(random_());
    for (auto* id : {&header.host_tid, &header.host_tgid, &header.host_ppid,
                     &header.ns_tid, &header.ns_tgid, &header.ns_ppid, &header.uid,
                     &header.mnt_ns, &header.pid_ns})
      *id = static_cast<__u32>(random_());
    header.cpu = static_cast<__u16>(random_());
    header.syscall = one_in(3) ? -1 : static_cast<std::int32_t>(random_() % 460);
    const auto comm = text(false).substr(0, 15);
    std::memcpy(header.comm, comm.data(), comm.size());
  }

  void mark(record_header& header, arg_type type, std::size_t slot) {
    const auto bit = std::uint64_t{1} << slot;
    header.present |= bit;
    if (storage_of(type) != arg_storage::scalar)
      header.references |= bit;
    if (one_in(8))
      header.truncated |= bit;
    if (one_in(8))
      header.unresolved |= bit;
  }

  record_slot any_slot(arg_type type, std::string& bytes) {
    record_slot slot{};
    const auto begin = bytes.size();
    switch (storage_of(type)) {
    case arg_storage::scalar:
      slot.value = scalar(type);
      return slot;
    case arg_storage::list:
      for (auto left = random_() % 4; left > 0; --left)
        (bytes += text(false)) += '\0';
      break;
    case arg_storage::json:
      bytes += json(type);
      break;
    default:
      bytes += text(true);
    }
    slot.bytes = {static_cast<__u32>(begin), static_cast<__u32>(bytes.size() - begin)};
    return slot;
  }

  template <class Integer>
  std::uint64_t integer() {
    using limits = std::numeric_limits<Integer>;
    const std::array choices{limits::min(), limits::max(), Integer{0}, Integer{1},
                             static_cast<Integer>(random_())};
    return static_cast<std::uint64_t>(choices[random_() % choices.size()]);
  }

  std::uint64_t scalar(arg_type type) {
    switch (type) {
    case arg_type::int32:
      return integer<std::int32_t>();
    case arg_type::int64:
      return integer<std::int64_t>();
    case arg_type::uint8:
      return integer<std::uint8_t>();
    case arg_type::uint16:
      return integer<std::uint16_t>();
    case arg_type::uint32:
      return integer<std::uint32_t>();
    case arg_type::boolean:
      return random_() % 2;
    case arg_type::float64:
      return __builtin_bit_cast(std::uint64_t,
                                static_cast<double>(random_() % 100'000) / 64);
    case arg_type::time:
      return one_in(4) ? 0 : random_() >> 2U;
    default:
      return integer<std::uint64_t>();
    }
  }

  std::string json(arg_type type) {
    if (type == arg_type::sock_addr)
      return one_in(2)
                 ? R"({"sa_family":"AF_INET","sin_addr":"192.0.2.1","sin_port":"53"})"
                 : R"({"sa_family":"AF_UNIX","sun_path":"@/x\"é\u0001"})";
    if (type == arg_type::uint64_list)
      return one_in(2) ? "[]" : "[0,18446744073709551615]";
    if (type == arg_type::int_pair)
      return "[3,-4]";
    const auto* const object =
        one_in(2) ? "{}" : R"({"a":[1,-2,1.5,null,true,"x"],"b":{}})";
    if (type == arg_type::dns_queries || type == arg_type::dns_responses
        || type == arg_type::hooked_symbols)
      return one_in(2) ? "[]" : "[" + std::string{object} + "]";
    return object;
  }

  std::mt19937_64 random_;
};

/// A batch of one record that a collector read, with a context.
inline raw_batch_ptr collected_batch(std::string_view record, any_event& any,
                                     std::chrono::nanoseconds clock_offset) {
  batch_builder builder{0, clock_offset};
  builder.add(std::as_bytes(std::span{record}));
  auto result = builder.take();
  const auto texts = std::make_shared<std::array<std::string, 2>>(
      std::array{any.text(false), std::string{any.one_in(2) ? "" : "c0ffee"}});
  const auto id = [&] { return entity_id{any.number() >> 11U}; };
  result->attach({{id(), id(), id(), (*texts)[0], (*texts)[1]}}, texts);
  return result;
}

} // namespace vedette
