#include "tests/bpf/kallsyms.hpp"

#include <gmock/gmock.h>

#include <array>

namespace vedette {

namespace {

using testing::ElementsAre;

TEST(kernel_symbols, tell_the_kernels_own_code_from_all_other) {
  const text_file symbols{sample_kernel::symbols()}, modules{""};
  const auto found = sample_kernel::read(symbols, modules);
  EXPECT_TRUE(found.is_core(sample_kernel::begin));
  EXPECT_TRUE(found.is_core(sample_kernel::end - 1));
  EXPECT_FALSE(found.is_core(sample_kernel::end));
  EXPECT_FALSE(found.is_core(sample_kernel::begin - 1));
  EXPECT_FALSE(found.is_core(0));
  EXPECT_EQ(found.core_end(), sample_kernel::end);
}

TEST(kernel_symbols, know_where_system_calls_begin) {
  const text_file modules{""},
      symbols{sample_kernel::symbols()
              + sample_kernel::line(sample_kernel::begin + 0x10, "T __ia32_compat_sys_open")
              + sample_kernel::line(sample_kernel::begin + 0x20, "t do_sys_open")
              + sample_kernel::line(sample_kernel::begin + 0x30, "d sys_call_table")
              + sample_kernel::line(sample_kernel::call(1), "W __x64_sys_other")
              + sample_kernel::line(sample_kernel::begin + 0x40, "T sys_evil\t[evil]")};
  const auto found = sample_kernel::read(symbols, modules);
  EXPECT_TRUE(found.is_system_call(sample_kernel::call(0)));
  EXPECT_TRUE(found.is_system_call(sample_kernel::nothing));
  EXPECT_TRUE(found.is_system_call(sample_kernel::begin + 0x10));
  EXPECT_FALSE(found.is_system_call(sample_kernel::call(0) + 1));
  EXPECT_FALSE(found.is_system_call(sample_kernel::begin + 0x20)) << "of no such name";
  EXPECT_FALSE(found.is_system_call(sample_kernel::begin + 0x40)) << "a module's";
  EXPECT_EQ(found.number_of(sample_kernel::call(2)), 2);
  EXPECT_EQ(found.number_of(sample_kernel::call(1)), std::nullopt) << "of two";
  EXPECT_EQ(found.number_of(sample_kernel::nothing), std::nullopt);
  EXPECT_EQ(found.native_table(), sample_kernel::begin + 0x30);
  EXPECT_EQ(found.compat_table(), std::nullopt);
}

TEST(kernel_symbols, say_that_they_are_hidden) {
  const text_file hidden{"0000000000000000 T _stext\n0000000000000000 T _etext\n"};
  const auto result = kernel_symbols::read(hidden.path().c_str(), "/no/modules");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ec::unavailable);
  EXPECT_TRUE(result.error().detail.contains("CAP_SYSLOG")) << result.error().detail;
  EXPECT_FALSE(kernel_symbols::read("/no/such/file", "/no/modules"));
}

TEST(kernel_symbols, name_the_owner_as_of_now) {
  constexpr std::uint64_t evil = 0xffff'ffff'c040'0000, program = 0xffff'ffff'c080'0000;
  text_file symbols{sample_kernel::symbols()}, modules{""};
  const auto found = sample_kernel::read(symbols, modules);
  const std::array asked{evil + 0x20, evil + 0x25, evil + 0x2000, program,
                         sample_kernel::call(0), sample_kernel::call(0) + 0xc,
                         evil + 0x10'0000};
  EXPECT_THAT(found.owners_of(std::span{asked}.first(1)),
              ElementsAre(code_owner{"", "hidden"}));
  symbols.write(sample_kernel::symbols() + sample_kernel::line(evil, "t init\t[evil]")
                + sample_kernel::line(evil + 0x20, "t my_read\t[evil]")
                + sample_kernel::line(program, "t bpf_prog_1\t[bpf]"));
  modules.write("evil 8192 0 - Live 0xffffffffc0400000 (OE)\n");
  EXPECT_THAT(found.owners_of(asked),
              ElementsAre(code_owner{"my_read", "evil"}, code_owner{"my_read+0x5", "evil"},
                          code_owner{"", "hidden"}, code_owner{"bpf_prog_1", "bpf"},
                          code_owner{"__x64_sys_read", "system"},
                          code_owner{"__x64_sys_read+0xc", "system"},
                          code_owner{"", "hidden"}));
}

TEST(kernel_symbols, name_the_module_of_code_without_a_symbol) {
  constexpr std::uint64_t stripped = 0xffff'ffff'c040'0000;
  const text_file symbols{sample_kernel::symbols()},
      modules{"stripped 4096 0 - Live 0xffffffffc0400000\n"};
  const auto found = sample_kernel::read(symbols, modules);
  const std::array asked{stripped + 0x10};
  EXPECT_THAT(found.owners_of(asked), ElementsAre(code_owner{"", "stripped"}));
}

TEST(kernel_symbols, are_read_whole_however_long) {
  std::string many;
  for (std::uint64_t i = 0; i < 20'000; ++i)
    many += sample_kernel::line(0xffff'ffff'c000'0000 + i * 16, "t f" + std::to_string(i)
                                                                    + "\t[big]");
  const text_file symbols{many + sample_kernel::symbols()}, modules{""};
  const auto found = sample_kernel::read(symbols, modules);
  EXPECT_TRUE(found.is_system_call(sample_kernel::call(sample_kernel::calls - 1)));
  const std::array<std::uint64_t, 2> asked{0xffff'ffff'c000'0000 + 19'999UL * 16,
                                           0xffff'ffff'c000'0000};
  EXPECT_THAT(found.owners_of(asked),
              ElementsAre(code_owner{"f19999", "big"}, code_owner{"f0", "big"}));
}

} // namespace

} // namespace vedette
