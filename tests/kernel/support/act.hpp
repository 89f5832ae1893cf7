#pragma once

#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/only.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <initializer_list>
#include <sys/syscall.h>
#include <vector>

namespace vedette {

/// A directory, by the name that a program passes and by the one that the kernel finds.
struct place {
  std::string asked, real;

  [[nodiscard]] std::string ask(const std::string& name) const {
    return asked + "/" + name;
  }
  [[nodiscard]] std::string find(const std::string& name) const {
    return real + "/" + name;
  }
};

/// What an act tells of itself, in memory that the test shares with its process.
struct act_report {
  std::atomic<pid_t> tid; ///< In its own pid namespace.
  std::int32_t syscall;   ///< The last.
  std::array<std::uint64_t, 4> told;
};

/// The same call in the tables of 64-bit and of 32-bit programs.
struct call_number {
  long native, compat;
};

/// Makes an act's system calls as a 64-bit program or as a 32-bit one. What
/// calls point to lies below 4 GiB.
class act_caller {
public:
  act_caller(bool compat, place where, act_report& tells)
      : at{std::move(where)}, said{tells}, compat_{compat} {}

  long operator()(call_number call, long a = 0, long b = 0, long c = 0, long d = 0,
                  long e = 0, long f = 0) const {
    said.syscall = static_cast<std::int32_t>(compat_ ? call.compat : call.native);
    if (compat_)
      return by_int80(call.compat, a, b, c, d, e, f);
    const auto result = syscall(call.native, a, b, c, d, e, f);
    return result < 0 ? -errno : result;
  }

  /// A copy → its address.
  long bytes(const void* from, std::size_t length) {
    auto* to = low_page() + used_;
    std::memcpy(to, from, length);
    used_ += (length + 8) & ~std::size_t{7};
    return reinterpret_cast<long>(to);
  }
  long text(const std::string& text) { return bytes(text.c_str(), text.size() + 1); }
  long path(const std::string& name) { return text(at.ask(name)); }

  /// Numbers as long as a pointer is: a list of strings ends with 0.
  long words(std::initializer_list<long> all) {
    std::vector<std::uint32_t> narrow;
    for (const auto one : all)
      narrow.push_back(static_cast<std::uint32_t>(one));
    return compat_ ? bytes(narrow.data(), narrow.size() * sizeof(std::uint32_t))
                   : bytes(all.begin(), all.size() * sizeof(long));
  }

  /// Two pages, private; fd < 0: of no file. The old call: the new one's number has
  /// other units.
  long map(int protection, int fd) {
    constexpr long anonymous = 0x20, private_ = 0x02, length = 8192;
    const long flags = private_ | (fd < 0 ? anonymous : 0);
    if (compat_)
      return (*this)({-1, 90}, words({0, length, protection, flags, fd, 0}))
             & 0xffffffff;
    return (*this)({SYS_mmap, -1}, 0, length, protection, flags, fd, 0);
  }

  place at;
  act_report& said;

private:
  std::size_t used_ = 0;
  bool compat_;
};

/// The event that an act has made, and what to compare it with.
struct act_event {
  const captured& record;
  const place& at;
  const act_report& said;
  const context& self; ///< Read before the act.

  template <class Argument>
  auto get() const {
    return record.event.get<Argument>();
  }
  [[nodiscard]] const record_header& header() const { return record.header(); }

  /// The path is the one that the kernel found.
  template <class Argument>
  void expect_found(const std::string& name) const {
    EXPECT_EQ(text_of<Argument>(record), at.find(name));
    EXPECT_FALSE(is_unresolved<Argument>(record));
    EXPECT_FALSE(record.event.is_truncated<Argument>());
  }
  /// The path is the one that was passed; as that is not what is meant, it is `marked`.
  template <class Argument>
  void expect_asked(const std::string& name, bool marked) const {
    EXPECT_EQ(text_of<Argument>(record), at.ask(name));
    EXPECT_EQ(is_unresolved<Argument>(record), marked);
    EXPECT_FALSE(record.event.is_truncated<Argument>());
  }
};

/// Something that makes an event. It is done in every situation of situation_test.cpp:
/// a new event gets a line in one of the tables of acts, and is tested in all of them.
struct act {
  const char* name;
  event_kind kind;
  bool (*perform)(act_caller& by); ///< False: it could not.
  void (*check)(const act_event& seen);
  /// Its files, made before; nullptr: it needs none.
  void (*prepare)(const place& at) = nullptr;
  bool of_path = false;  ///< It names a file, however that is written.
  bool replaces = false; ///< It does not come back.
  void (*clean_up)(const place& at) = nullptr;
};

} // namespace vedette
