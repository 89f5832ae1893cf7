#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unistd.h>

namespace vedette {

/// A 32-bit program that makes system calls, one after the other, and ends. Written
/// byte by byte: a compiler for it need not be there.
class program32 {
public:
  /// An address in it of a string.
  std::uint32_t text(std::string_view content) {
    const auto at = base + data_at + static_cast<std::uint32_t>(data_.size());
    data_.append(content);
    data_.push_back('\0');
    return at;
  }

  /// A call with up to six arguments.
  program32& call(std::uint32_t number,
                  std::initializer_list<std::uint32_t> arguments = {}) {
    // mov $n, %ebx … %ecx, %edx, %esi, %edi, %ebp
    constexpr std::array<std::uint8_t, 6> loads{0xbb, 0xb9, 0xba, 0xbe, 0xbf, 0xbd};
    std::size_t i = 0;
    for (const auto argument : arguments)
      load(loads.at(i++), argument);
    load(0xb8, number);  // %eax
    code_ += "\xcd\x80"; // int $0x80
    return *this;
  }

  /// To a new file that can be executed.
  [[nodiscard]] bool write_to(const std::string& path) const {
    const auto image = this->image();
    const int file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0755);
    const bool done =
        write(file, image.data(), image.size()) == static_cast<ssize_t>(image.size());
    close(file);
    return done;
  }

private:
  static constexpr std::uint32_t base = 0x08048000, code_at = 0x100, data_at = 0x800,
                                 size = 0x1000;

  void load(std::uint8_t instruction, std::uint32_t value) {
    code_.push_back(static_cast<char>(instruction));
    code_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }

  [[nodiscard]] std::string image() const {
    Elf32_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = EM_386;
    header.e_version = EV_CURRENT;
    header.e_entry = base + code_at;
    header.e_phoff = sizeof(header);
    header.e_ehsize = sizeof(header);
    header.e_phentsize = sizeof(Elf32_Phdr);
    header.e_phnum = 1;
    const Elf32_Phdr all{PT_LOAD, 0, base, base, size, size, PF_R | PF_W | PF_X, size};
    std::string result(size, '\0');
    std::memcpy(result.data(), &header, sizeof(header));
    std::memcpy(result.data() + sizeof(header), &all, sizeof(all));
    result.replace(code_at, code_.size(), code_);
    result.replace(data_at, data_.size(), data_);
    return result;
  }

  std::string code_, data_;
};

} // namespace vedette
