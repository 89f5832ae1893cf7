#pragma once

#include "events/batch.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <new>
#include <ostream>
#include <string_view>
#include <utility>

// What processes share: programs, directories, container ids. Immutable; each is one piece
// of memory with its texts behind it, and a reference to it is one word: the tree keeps
// several of them for every version of every process.
namespace vedette {

/// Refers to what counts those that refer to it. As with std::shared_ptr, these may be
/// in many threads.
template <class Item>
class counted_ptr {
public:
  counted_ptr() = default;
  counted_ptr(std::nullptr_t) {}
  /// Takes over the first reference, which Item begins with.
  explicit counted_ptr(const Item* made) : item_{made} {}
  counted_ptr(const counted_ptr& other) : item_{other.item_} {
    if (item_ != nullptr)
      item_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  counted_ptr(counted_ptr&& other) noexcept
      : item_{std::exchange(other.item_, nullptr)} {}
  counted_ptr& operator=(const counted_ptr& other) {
    if (item_ != other.item_)
      *this = counted_ptr{other};
    return *this;
  }
  counted_ptr& operator=(counted_ptr&& other) noexcept {
    std::swap(item_, other.item_);
    other.reset();
    return *this;
  }
  ~counted_ptr() { reset(); }

  void reset() {
    const auto* gone = std::exchange(item_, nullptr);
    if (gone != nullptr
        && gone->references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      Item::destroy(gone);
  }

  [[nodiscard]] const Item* get() const { return item_; }
  const Item& operator*() const { return *item_; }
  const Item* operator->() const { return item_; }
  explicit operator bool() const { return item_ != nullptr; }
  bool operator==(const counted_ptr& other) const = default;

private:
  const Item* item_ = nullptr;
};

/// Counts references to an Item, which derives from it and has `size` bytes of text behind
/// it.
template <class Item>
class with_texts {
public:
  with_texts(const with_texts&) = delete;
  with_texts& operator=(const with_texts&) = delete;

protected:
  with_texts() = default;
  ~with_texts() = default;

  /// `arguments` are the Item's; `texts` are laid one after the other.
  template <class... Arguments>
  static counted_ptr<Item> make_with(std::initializer_list<std::string_view> texts,
                                     const Arguments&... arguments) {
    std::size_t size = 0;
    for (const auto text : texts)
      size += text.size();
    auto* memory = static_cast<char*>(::operator new(sizeof(Item) + size));
    auto* place = memory + sizeof(Item);
    for (const auto text : texts)
      if (!text.empty())
        place = static_cast<char*>(std::memcpy(place, text.data(), text.size()))
                + text.size();
    return counted_ptr<Item>{new (memory) Item{arguments...}};
  }

  [[nodiscard]] std::string_view text(std::size_t from, std::size_t size) const {
    return {reinterpret_cast<const char*>(static_cast<const Item*>(this) + 1) + from,
            size};
  }

private:
  friend class counted_ptr<Item>;

  static void destroy(const Item* gone) {
    gone->~Item();
    ::operator delete(const_cast<Item*>(gone));
  }

  mutable std::atomic<std::uint32_t> references_{1};
};

/// A text that is shared by all that have it.
class shared_text {
public:
  shared_text() = default;
  shared_text(std::string_view text) : block_{text.empty() ? nullptr : block::of(text)} {}

  [[nodiscard]] std::string_view view() const {
    return block_ ? block_->all() : std::string_view{};
  }
  operator std::string_view() const { return view(); }
  [[nodiscard]] bool empty() const { return !block_; }
  [[nodiscard]] bool is_same(const shared_text& other) const {
    return block_ == other.block_;
  }

  friend bool operator==(const shared_text& text, std::string_view other) {
    return text.view() == other;
  }
  friend bool operator==(const shared_text& a, const shared_text& b) {
    return a.is_same(b) || a.view() == b.view();
  }
  friend std::ostream& operator<<(std::ostream& out, const shared_text& text) {
    return out << text.view();
  }

private:
  class block : public with_texts<block> {
  public:
    static counted_ptr<block> of(std::string_view text) {
      return make_with({text}, text.size());
    }
    [[nodiscard]] std::string_view all() const { return text(0, size_); }

  private:
    friend class with_texts<block>;
    explicit block(std::size_t size) : size_{static_cast<std::uint32_t>(size)} {}
    std::uint32_t size_;
  };

  counted_ptr<block> block_; ///< Null: "".
};

/// Where a process's program came from. Valid as long as the answer that shows it.
struct execution_binary {
  std::string_view path{}; ///< As the kernel resolved it; `memfd:NAME` for a memfd.
  std::uint64_t inode = 0;
  std::uint32_t device = 0; ///< major << 20 | minor
  std::uint64_t ctime = 0;  ///< ns since the epoch
  std::uint16_t mode = 0;   ///< As in stat(2).
  std::uint32_t flags = 0;  ///< enum record_file

  bool operator==(const execution_binary&) const = default;
};

/// What an exec tells of the program.
struct program_facts {
  execution_binary binary{}, interpreter{};
  std::string_view interp{};
  std::string_view argv{}; ///< A NUL behind each.

  bool operator==(const program_facts&) const = default;
};

/// What an exec brings. Shared by all that run it with these arguments.
class program : public with_texts<program> {
public:
  static counted_ptr<program> of(const program_facts& facts) {
    return make_with({facts.binary.path, facts.interpreter.path, facts.interp, facts.argv},
                     facts);
  }

  [[nodiscard]] std::string_view path() const { return text(0, path_size_); }
  [[nodiscard]] execution_binary binary() const {
    return {path(), inode_, device_, ctime_, mode_, flags_};
  }
  /// What the kernel was told to load it with: ld.so.
  [[nodiscard]] execution_binary interpreter() const {
    return {text(path_size_, interpreter_size_), interpreter_inode_, interpreter_device_,
            interpreter_ctime_};
  }
  /// Script interpreter, or the program itself.
  [[nodiscard]] std::string_view interp() const {
    return text(std::size_t{path_size_} + interpreter_size_, interp_size_);
  }
  [[nodiscard]] text_list argv() const {
    return text_list{text(std::size_t{path_size_} + interpreter_size_ + interp_size_,
                          argv_size_)};
  }
  [[nodiscard]] program_facts facts() const {
    return {binary(), interpreter(), interp(), argv().block()};
  }

private:
  friend class with_texts<program>;

  explicit program(const program_facts& facts)
      : path_size_{size_of(facts.binary.path)},
        interpreter_size_{size_of(facts.interpreter.path)},
        interp_size_{size_of(facts.interp)}, argv_size_{size_of(facts.argv)},
        device_{facts.binary.device}, interpreter_device_{facts.interpreter.device},
        flags_{facts.binary.flags}, mode_{facts.binary.mode}, inode_{facts.binary.inode},
        ctime_{facts.binary.ctime}, interpreter_inode_{facts.interpreter.inode},
        interpreter_ctime_{facts.interpreter.ctime} {}

  static std::uint32_t size_of(std::string_view text) {
    return static_cast<std::uint32_t>(text.size());
  }

  std::uint32_t path_size_, interpreter_size_, interp_size_, argv_size_;
  std::uint32_t device_, interpreter_device_, flags_;
  std::uint16_t mode_;
  std::uint64_t inode_, ctime_;
  std::uint64_t interpreter_inode_, interpreter_ctime_;
};
using shared_program = counted_ptr<program>;

} // namespace vedette
