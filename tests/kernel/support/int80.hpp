#pragma once

#include <cstring>
#include <string_view>
#include <sys/mman.h>

namespace vedette {

/// A 32-bit program's system call, from this 64-bit one.
inline long by_int80(long number, long b, long c, long d = 0, long si = 0, long di = 0,
                     long bp = 0) {
  register long sixth asm("r12") = bp;
  asm volatile("lea -128(%%rsp), %%rsp\n\t" // Not into what a leaf keeps below its stack.
               "push %%rbp\n\t"
               "mov %%r12, %%rbp\n\t"
               "int $0x80\n\t"
               "pop %%rbp\n\t"
               "lea 128(%%rsp), %%rsp"
               : "+a"(number)
               : "b"(b), "c"(c), "d"(d), "S"(si), "D"(di), "r"(sixth)
               : "memory", "r8", "r9", "r10", "r11");
  return number;
}

/// Memory that a 32-bit pointer can say.
inline char* low_page() {
  static auto* page =
      static_cast<char*>(mmap(nullptr, 1 << 16, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0));
  return page;
}

/// A string there, `at` bytes from its beginning → its address.
inline long low_text(std::string_view text, std::size_t at = 0) {
  auto* to = low_page() + at;
  std::memcpy(to, text.data(), text.size());
  to[text.size()] = '\0';
  return reinterpret_cast<long>(to);
}

} // namespace vedette
