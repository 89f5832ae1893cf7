#pragma once

#include "bpf/file_descriptor.hpp"
#include "bpf/kernel_symbols.hpp"
#include "events/syscall_names.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace vedette {

/// A file with a text that can change while others have it open.
class text_file {
public:
  explicit text_file(std::string_view text) : file_{memfd_create("text", MFD_CLOEXEC)} {
    write(text);
  }
  void write(std::string_view text) {
    EXPECT_EQ(ftruncate(file_.get(), 0), 0);
    EXPECT_EQ(pwrite(file_.get(), text.data(), text.size(), 0), std::ssize(text));
  }
  [[nodiscard]] std::string path() const {
    return "/proc/self/fd/" + std::to_string(file_.get());
  }

private:
  file_descriptor file_;
};

/// A kernel whose system calls' functions are 256 bytes each, by their numbers.
struct sample_kernel {
  static constexpr std::uint64_t begin = 0xffff'ffff'8100'0000, end = begin + 0x10'0000;
  static constexpr std::uint64_t nothing = begin + 0x8'0000; ///< sys_ni_syscall
  static constexpr int calls = 330;

  static std::uint64_t call(int number) {
    return begin + 0x1000 + static_cast<std::uint64_t>(number) * 0x100;
  }

  static std::string line(std::uint64_t address, std::string_view rest) {
    std::array<char, 24> digits{};
    std::snprintf(digits.data(), digits.size(), "%016lx ", address);
    return digits.data() + std::string{rest} + '\n';
  }

  static std::string symbols() {
    auto text = line(begin, "T _stext") + line(begin, "T _text");
    for (int number = 0; number < calls; ++number)
      text += line(call(number),
                   "T __x64_sys_" + std::string{syscall_name(number, false)});
    return text + line(nothing, "T sys_ni_syscall")
           + line(begin + 0x9'0000, "t proc_root_readdir") + line(end, "T _etext");
  }

  static kernel_symbols read(const text_file& symbols, const text_file& modules) {
    auto result =
        kernel_symbols::read(symbols.path().c_str(), modules.path().c_str());
    EXPECT_TRUE(result) << result.error().detail;
    return std::move(*result);
  }
};

} // namespace vedette
