#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

// Answers that many shards hold at once. Were their owners counted where each Get
// counts one more, a count's line of the cache would wander from core to core with
// every Get: a source lends from a stock of references instead, and leaves the count to
// those who were given one.
namespace vedette {

namespace detail {

struct record_block {
  using destroyer = void (*)(record_block*);

  explicit record_block(destroyer how) : destroy{how} {}

  void leave(std::uint64_t how_many) {
    if (owners.fetch_sub(how_many, std::memory_order_acq_rel) == how_many)
      destroy(this);
  }

  std::atomic<std::uint64_t> owners{1};
  destroyer destroy;
};

template <class Record>
struct block_of : record_block {
  explicit block_of(Record made)
      : record_block{[](record_block* block) { delete static_cast<block_of*>(block); }},
        record{std::move(made)} {}

  const Record record;
};

} // namespace detail

template <class Record>
class lent_record;

/// Shares an immutable record or a part of one; null at first. Any thread may copy and
/// destroy its own.
template <class Record>
class shared_record {
public:
  shared_record() = default;
  /// A part of what `whole` shares.
  template <class Whole>
  shared_record(shared_record<Whole> whole, const Record* part) noexcept
      : block_{std::exchange(whole.block_, nullptr)}, record_{part} {}

  shared_record(const shared_record& from) noexcept
      : block_{from.block_}, record_{from.record_} {
    if (block_ != nullptr)
      block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  shared_record(shared_record&& from) noexcept
      : block_{std::exchange(from.block_, nullptr)}, record_{std::exchange(from.record_,
                                                                           nullptr)} {}
  shared_record& operator=(shared_record from) noexcept {
    std::swap(block_, from.block_);
    std::swap(record_, from.record_);
    return *this;
  }
  ~shared_record() {
    if (block_ != nullptr)
      block_->leave(1);
  }

  [[nodiscard]] const Record* get() const noexcept { return record_; }
  const Record& operator*() const noexcept { return *record_; }
  const Record* operator->() const noexcept { return record_; }
  explicit operator bool() const noexcept { return record_ != nullptr; }

  /// The same one, not an equal one.
  bool operator==(const shared_record& other) const noexcept {
    return record_ == other.record_;
  }

private:
  template <class>
  friend class shared_record;
  friend lent_record<Record>;
  template <class Made>
  friend shared_record<Made> share(Made record);

  /// Takes over a reference.
  explicit shared_record(detail::block_of<Record>* block) noexcept
      : block_{block}, record_{&block->record} {}

  detail::record_block* block_ = nullptr;
  const Record* record_ = nullptr;
};

/// Shares it from now on.
template <class Record>
shared_record<Record> share(Record record) {
  return shared_record<Record>{new detail::block_of<Record>{std::move(record)}};
}

/// A record that its owner gives to others again and again, from one thread; null at
/// first.
template <class Record>
class lent_record {
public:
  lent_record() = default;
  explicit lent_record(Record record)
      : block_{new detail::block_of<Record>{std::move(record)}} {}

  lent_record(const lent_record& from) noexcept : block_{from.block_} {
    if (block_ != nullptr)
      block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  lent_record(lent_record&& from) noexcept
      : block_{std::exchange(from.block_, nullptr)}, stock_{std::exchange(from.stock_,
                                                                          0)} {}
  lent_record& operator=(lent_record from) noexcept {
    std::swap(block_, from.block_);
    std::swap(stock_, from.stock_);
    return *this;
  }
  ~lent_record() { reset(); }

  explicit operator bool() const noexcept { return block_ != nullptr; }

  /// It must not be null.
  shared_record<Record> lend() noexcept {
    if (stock_ == 0) {
      block_->owners.fetch_add(restocked, std::memory_order_relaxed);
      stock_ = restocked;
    }
    --stock_;
    return shared_record<Record>{block_};
  }

  void reset() noexcept {
    if (auto* const block = std::exchange(block_, nullptr); block != nullptr)
      block->leave(1 + std::exchange(stock_, 0));
  }

private:
  static constexpr std::uint32_t restocked = 1U << 16U;

  detail::block_of<Record>* block_ = nullptr;
  std::uint32_t stock_ = 0; ///< References that are counted, and nobody has yet.
};

} // namespace vedette
