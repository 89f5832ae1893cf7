#include "cli/simulate/tiny_program.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <unistd.h>

namespace vedette::simulation {

namespace {

#if defined(__x86_64__)
constexpr Elf64_Half machine = EM_X86_64;
constexpr std::array<std::uint8_t, 12> code{0xb8, 0x3c, 0x00,
                                            0x00, 0x00,        // mov $60, %eax: exit
                                            0x31, 0xff,        // xor %edi, %edi
                                            0x0f, 0x05,        // syscall
                                            0x0f, 0x0b, 0x90}; // ud2
#elif defined(__aarch64__)
constexpr Elf64_Half machine = EM_AARCH64;
constexpr std::array<std::uint8_t, 12> code{0xa8, 0x0b, 0x80, 0xd2, // mov x8, #93: exit
                                            0x00, 0x00, 0x80, 0xd2, // mov x0, #0
                                            0x01, 0x00, 0x00, 0xd4}; // svc #0
#else
#error "the program that does nothing has no code for this machine"
#endif

constexpr Elf64_Addr base = 0x400000;

struct program {
  Elf64_Ehdr header;
  Elf64_Phdr segment;
  std::array<std::uint8_t, code.size()> instructions;
};

constexpr program make() {
  program made{};
  auto& header = made.header;
  constexpr std::array<unsigned char, 7> kind{
      ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT};
  std::ranges::copy(kind, header.e_ident);
  header.e_type = ET_EXEC;
  header.e_machine = machine;
  header.e_version = EV_CURRENT;
  header.e_entry = base + offsetof(program, instructions);
  header.e_phoff = offsetof(program, segment);
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  auto& segment = made.segment;
  segment.p_type = PT_LOAD;
  segment.p_flags = PF_R | PF_X;
  segment.p_vaddr = segment.p_paddr = base;
  segment.p_filesz = segment.p_memsz = sizeof(program);
  segment.p_align = 0x10000;
  made.instructions = code;
  return made;
}

} // namespace

bool write_tiny_program(int file) {
  static constexpr auto bytes = make();
  return write(file, &bytes, sizeof(bytes)) == static_cast<ssize_t>(sizeof(bytes));
}

} // namespace vedette::simulation
