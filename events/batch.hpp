#pragma once

#include "events/definitions.hpp"
#include "events/entity.hpp"
#include "events/record.h"
#include "runtime/time.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace vedette {

class batch;

/// Strings that lie in one block, each with a NUL behind it (the last one's may be cut).
class text_list {
public:
  explicit text_list(std::string_view block = {}) : block_{block} {}

  /// Calls `visit(std::string_view)` for each; stops and returns true where that does.
  template <class Visitor>
  bool any_of(Visitor visit) const {
    for (auto rest = block_; !rest.empty();) {
      const auto end = std::min(rest.find('\0'), rest.size());
      if (visit(rest.substr(0, end)))
        return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
  }
  template <class Visitor>
  void for_each(Visitor visit) const {
    any_of([&](std::string_view one) { return visit(one), false; });
  }
  [[nodiscard]] std::string_view block() const { return block_; }
  [[nodiscard]] bool empty() const { return block_.empty(); }

private:
  std::string_view block_;
};

/// An argument that JSON shows as an object, or as a list of other things than strings: of
/// a replayed event minified JSON, of a live one what the kernel had (native_forms.h).
/// Readers know both: socket_address_of(), …, append_object().
struct object_value {
  arg_type type;
  std::string_view bytes;
  bool is_native;
};

namespace detail {

template <arg_type Type>
constexpr auto cpp_type() {
  if constexpr (Type == arg_type::int32)
    return std::type_identity<std::int32_t>{};
  else if constexpr (Type == arg_type::int64)
    return std::type_identity<std::int64_t>{};
  else if constexpr (Type == arg_type::uint8)
    return std::type_identity<std::uint8_t>{};
  else if constexpr (Type == arg_type::uint16)
    return std::type_identity<std::uint16_t>{};
  else if constexpr (Type == arg_type::uint32)
    return std::type_identity<std::uint32_t>{};
  else if constexpr (Type == arg_type::uint64 || Type == arg_type::pointer)
    return std::type_identity<std::uint64_t>{};
  else if constexpr (Type == arg_type::float64)
    return std::type_identity<double>{};
  else if constexpr (Type == arg_type::boolean)
    return std::type_identity<bool>{};
  else if constexpr (Type == arg_type::time)
    return std::type_identity<time_ns>{};
  else if constexpr (Type == arg_type::string)
    return std::type_identity<std::string_view>{};
  else if constexpr (Type == arg_type::string_list)
    return std::type_identity<text_list>{};
  else if constexpr (Type == arg_type::bytes)
    return std::type_identity<std::span<const std::byte>>{};
  else
    return std::type_identity<object_value>{};
}

} // namespace detail

/// The C++ type of an argument.
template <arg_type Type>
using arg_value = typename decltype(detail::cpp_type<Type>())::type;

/// What is told of a container with each of its live events, as JSON objects.
struct container_texts {
  std::string id;
  std::string container;  ///< {id, name, image, imageDigest}
  std::string kubernetes; ///< {podName, podNamespace, podUID, podSandbox}, or "{}"
};

/// What the enricher knows about an event beyond its record. Views point into the batch.
struct event_context {
  entity_id thread, process, parent; ///< Computed where the record has none.
  std::string_view executable;       ///< Path; empty: unknown.
  std::string_view container_id;     ///< Full id; empty: the host.
  const container_texts* container = nullptr; ///< Live; null: nothing beyond the id.
};

/// One event: a view into a batch, as cheap to copy as two words. Valid as long as the
/// batch; coroutines take it by value.
class event_view {
public:
  event_view() = default;
  event_view(const batch& owner, std::uint32_t index) : batch_{&owner}, index_{index} {}

  [[nodiscard]] event_kind kind() const { return event_kind{header().kind}; }
  /// When it happened.
  [[nodiscard]] inline time_ns time() const;
  /// When it counts as having happened: later than time() for a late replayed record.
  /// Questions to data sources are asked as of this time.
  [[nodiscard]] inline time_ns visible_at() const;
  /// Breaks ties of time: place in the input, or in the shard's ring.
  [[nodiscard]] inline std::uint64_t position() const;

  /// The argument, or nothing: the event is another one, or it could not be had.
  template <class Argument>
  [[nodiscard]] std::optional<arg_value<Argument::stored_as>> get() const {
    if (kind() != Argument::kind || !is_present(Argument::slot))
      return {};
    return value_at<Argument::stored_as>(Argument::slot);
  }

  /// More was there than get() shows.
  template <class Argument>
  [[nodiscard]] bool is_truncated() const {
    return (header().truncated >> Argument::slot & 1U) != 0;
  }

  [[nodiscard]] bool is_present(std::size_t slot) const {
    return (header().present >> slot & 1U) != 0;
  }
  /// The value of a slot that is present and of this type.
  template <arg_type Type>
  [[nodiscard]] inline arg_value<Type> value_at(std::size_t slot) const;
  /// The same for the types whose storage is arg_storage::json.
  [[nodiscard]] inline object_value object_at(std::size_t slot, arg_type type) const;

  /// Who did it: the thread, its process, the process's parent.
  [[nodiscard]] entity_id thread() const { return context().thread; }
  [[nodiscard]] entity_id process() const { return context().process; }
  [[nodiscard]] entity_id parent() const { return context().parent; }
  /// The kernel's comm; in replayed JSON what it says, of any length.
  [[nodiscard]] inline std::string_view process_name() const;
  [[nodiscard]] std::string_view container_id() const { return context().container_id; }
  [[nodiscard]] std::string_view executable() const { return context().executable; }
  [[nodiscard]] cgroup_id cgroup() const { return cgroup_id{header().cgroup_id}; }

  [[nodiscard]] inline const record_header& header() const;
  [[nodiscard]] inline const event_context& context() const;
  /// Null unless it was replayed from JSON.
  [[nodiscard]] inline const record_extension* extension() const;
  [[nodiscard]] inline std::string_view text(record_bytes where) const;
  [[nodiscard]] const batch& owner() const { return *batch_; }
  [[nodiscard]] std::uint32_t index() const { return index_; }

private:
  const batch* batch_ = nullptr;
  std::uint32_t index_ = 0;
};

/// A run of events of one shard in contiguous memory, in the order in which they came. It
/// is made by one owner (collector, then enricher), then frozen and shared: see batch_ptr.
class batch {
public:
  /// `memory` holds records at `offsets`, each of which check_record() has accepted.
  /// `clock_offset` is what turns the records' times into ns since the epoch.
  batch(std::unique_ptr<std::byte[]> memory, std::size_t bytes,
        std::vector<std::uint32_t> offsets, std::chrono::nanoseconds clock_offset,
        std::uint32_t shard)
      : memory_{std::move(memory)}, bytes_{bytes}, offsets_{std::move(offsets)},
        clock_offset_{clock_offset}, shard_{shard} {}

  [[nodiscard]] auto events() const {
    return std::views::iota(std::uint32_t{0}, static_cast<std::uint32_t>(size()))
           | std::views::transform([this](auto index) {
               return event_view{*this, index};
             });
  }
  [[nodiscard]] event_view operator[](std::size_t index) const {
    return {*this, static_cast<std::uint32_t>(index)};
  }
  [[nodiscard]] std::size_t size() const { return offsets_.size(); }
  [[nodiscard]] bool empty() const { return offsets_.empty(); }
  /// Of records; what credit in bytes is counted in.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint32_t shard() const { return shard_; }
  [[nodiscard]] std::chrono::nanoseconds clock_offset() const { return clock_offset_; }
  [[nodiscard]] std::uint64_t first_position() const { return first_position_; }
  [[nodiscard]] std::uint64_t position(std::size_t index) const {
    return positions_.empty() ? first_position_ + index : positions_[index];
  }

  [[nodiscard]] const record_header& record(std::size_t index) const {
    return *reinterpret_cast<const record_header*>(memory_.get() + offsets_[index]);
  }
  [[nodiscard]] const event_context& context(std::size_t index) const {
    return context_[index];
  }

  /// For the collector: the place of its first event among all of the shard's.
  void place_at(std::uint64_t first_position) { first_position_ = first_position; }
  /// For a replay: the place of each event in the input, where shards alternate.
  void place_at(std::vector<std::uint64_t> positions) {
    positions_ = std::move(positions);
  }

  /// For the collector: records that have no time yet happen now.
  void stamp(std::uint64_t raw_ns) {
    for (std::size_t index = 0; index < size(); ++index)
      if (auto& header = mutable_record(index); header.time_ns == 0)
        header.time_ns = raw_ns;
  }

  /// For the enricher: what it knows that the kernel's side did not.
  void add_flags(std::size_t index, record_flags flags) {
    auto& header = mutable_record(index);
    header.flags = static_cast<__u16>(header.flags | flags);
  }

  /// For the enricher, once, before the batch is frozen: one context per event. `texts`
  /// keeps alive what their views point to.
  void attach(std::vector<event_context> context, std::shared_ptr<const void> texts) {
    context_ = std::move(context);
    texts_ = std::move(texts);
  }

private:
  [[nodiscard]] record_header& mutable_record(std::size_t index) {
    return *reinterpret_cast<record_header*>(memory_.get() + offsets_[index]);
  }

  std::unique_ptr<std::byte[]> memory_; ///< Not a vector: that would clear it first.
  std::size_t bytes_;
  std::vector<std::uint32_t> offsets_;
  std::chrono::nanoseconds clock_offset_;
  std::uint64_t first_position_ = 0;
  std::vector<std::uint64_t> positions_; ///< Of each event; empty: they follow the first.
  std::uint32_t shard_;
  std::vector<event_context> context_;
  std::shared_ptr<const void> texts_;
};

/// How batches travel: a message costs about 300 ns whatever it carries, so it carries
/// hundreds of events. Between collector and enricher a batch has one owner; after that
/// it is frozen and shared by every receiver.
using raw_batch_ptr = std::shared_ptr<batch>;
using batch_ptr = std::shared_ptr<const batch>;

/// An event that keeps its batch.
struct event_ref {
  batch_ptr owner;
  std::uint32_t index = 0;

  [[nodiscard]] event_view view() const { return {*owner, index}; }
};

inline const record_header& event_view::header() const {
  return batch_->record(index_);
}

inline const event_context& event_view::context() const {
  return batch_->context(index_);
}

inline const record_extension* event_view::extension() const {
  const auto& own = header();
  if (own.extension == 0)
    return nullptr;
  const auto* bytes = reinterpret_cast<const std::byte*>(&own) + own.extension;
  return reinterpret_cast<const record_extension*>(bytes);
}

inline std::string_view event_view::text(record_bytes where) const {
  return {reinterpret_cast<const char*>(&header()) + where.offset, where.length};
}

inline time_ns event_view::time() const {
  return time_ns{std::chrono::nanoseconds{header().time_ns} + batch_->clock_offset()};
}

inline time_ns event_view::visible_at() const {
  const auto* replayed = extension();
  if (replayed == nullptr || (header().flags & RECORD_LATE) == 0)
    return time();
  return time_ns{std::chrono::nanoseconds{replayed->visible_ns}};
}

inline std::uint64_t event_view::position() const {
  const auto* replayed = extension();
  return replayed != nullptr ? replayed->position : batch_->position(index_);
}

inline std::string_view event_view::process_name() const {
  if (const auto* replayed = extension())
    return text(replayed->process_name);
  const std::string_view all{header().comm, sizeof(header().comm)};
  return all.substr(0, all.find('\0'));
}

inline object_value event_view::object_at(std::size_t slot, arg_type type) const {
  const auto& own = header();
  const auto where = reinterpret_cast<const record_slot*>(&own + 1)[slot].bytes;
  return {type, text(where), (own.flags & RECORD_NATIVE) != 0};
}

template <arg_type Type>
arg_value<Type> event_view::value_at(std::size_t slot) const {
  const auto& own = header();
  const auto& content = reinterpret_cast<const record_slot*>(&own + 1)[slot];
  constexpr auto storage = storage_of(Type);
  if constexpr (Type == arg_type::time) {
    // 0 is "not known", with any clock.
    const auto offset =
        content.value == 0 ? std::chrono::nanoseconds{0} : batch_->clock_offset();
    return time_ns{std::chrono::nanoseconds{content.value} + offset};
  } else if constexpr (Type == arg_type::float64) {
    constexpr auto second = 1e9;
    return (own.flags & RECORD_NATIVE) != 0
               ? static_cast<double>(static_cast<std::int64_t>(content.value)) / second
               : __builtin_bit_cast(double, content.value);
  } else if constexpr (storage == arg_storage::scalar) {
    return static_cast<arg_value<Type>>(content.value);
  } else if constexpr (storage == arg_storage::bytes) {
    return std::as_bytes(std::span{text(content.bytes)});
  } else if constexpr (storage == arg_storage::json) {
    return object_at(slot, Type);
  } else {
    return arg_value<Type>{text(content.bytes)};
  }
}

} // namespace vedette

// Unsafe in CAF's words means: not serializable, hence never leaves the process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::raw_batch_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::batch_ptr)
