#include "bpf/integrity_check.hpp"
#include "bpf/integrity_watch.hpp"
#include "events/json_writer.hpp"
#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <bpf/bpf.h>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <set>
#include <string>
#include <sys/mman.h>
#include <sys/mount.h>

namespace vedette {

namespace {

using testing::Contains;
using testing::IsEmpty;

std::shared_ptr<const kernel_side> loaded() {
  auto kernel = kernel_side::load(
      {.events = {std::begin(integrity_events), std::end(integrity_events)}});
  if (!kernel)
    throw std::runtime_error{kernel.error().detail};
  return std::make_shared<const kernel_side>(std::move(*kernel));
}

std::set<std::string> names_of(const std::vector<kernel_pointer>& pointers) {
  std::set<std::string> result;
  for (const auto& one : pointers)
    result.insert(one.name);
  return result;
}

/// A page of the kernel's memory that holds what a test writes, and the code of a program:
/// neither is the kernel's own.
class foreign_table {
public:
  foreign_table() {
    LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
    map_ = file_descriptor{
        bpf_map_create(BPF_MAP_TYPE_ARRAY, "table", 4, size, 1, &options)};
    EXPECT_TRUE(map_.is_open());
    words_ = static_cast<std::uint64_t*>(
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, map_.get(), 0));
    EXPECT_NE(words_, MAP_FAILED);
    run();
  }
  foreign_table(const foreign_table&) = delete;
  foreign_table& operator=(const foreign_table&) = delete;
  ~foreign_table() { munmap(words_, size); }

  [[nodiscard]] std::uint64_t& word(std::size_t at) { return words_[at]; }
  [[nodiscard]] std::uint64_t address() const { return address_; }
  /// Where the program's code begins.
  [[nodiscard]] std::uint64_t code() const {
    std::array<__u64, 1> begin{};
    bpf_prog_info info{};
    info.nr_jited_ksyms = begin.size();
    info.jited_ksyms = reinterpret_cast<__u64>(begin.data());
    auto bytes = static_cast<__u32>(sizeof(info));
    EXPECT_EQ(bpf_obj_get_info_by_fd(program_.get(), &info, &bytes), 0);
    return begin[0];
  }

private:
  static constexpr std::size_t size = 4096;

  /// *map = map; return 0
  void run() {
    const auto instruction = [](int code, unsigned to, unsigned from, int value) {
      return bpf_insn{.code = static_cast<__u8>(code),
                      .dst_reg = static_cast<__u8>(to & 0xfU),
                      .src_reg = static_cast<__u8>(from & 0xfU),
                      .off = 0,
                      .imm = value};
    };
    const std::array code{
        instruction(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_VALUE, map_.get()),
        instruction(0, 0, 0, 0),
        instruction(BPF_STX | BPF_MEM | BPF_DW, 1, 1, 0),
        instruction(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0),
        instruction(BPF_JMP | BPF_EXIT, 0, 0, 0)};
    program_ = file_descriptor{bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "foreign", "GPL",
                                             code.data(), code.size(), nullptr)};
    EXPECT_TRUE(program_.is_open());
    LIBBPF_OPTS(bpf_test_run_opts, options);
    EXPECT_EQ(bpf_prog_test_run_opts(program_.get(), &options), 0);
    address_ = words_[0];
  }

  file_descriptor map_, program_;
  std::uint64_t* words_ = nullptr;
  std::uint64_t address_ = 0;
};

TEST(integrity, is_seen_here) {
  const auto kernel = loaded();
  EXPECT_THAT(kernel->unseen(), IsEmpty());
  for (const auto event : integrity_events)
    EXPECT_EQ(std::ranges::count(kernel->probes(), event, &chosen_probe::event), 1);
}

TEST(integrity, reads_the_real_table_of_system_calls) {
  const auto kernel = loaded();
  const auto& tables = *kernel->tables();
  const auto pointers = tables.pointers_of(event_kind::hooked_syscall);
  ASSERT_GT(pointers.size(), 440U);
  for (const auto& one : pointers)
    EXPECT_TRUE(tables.symbols().is_system_call(one.address)) << one.name;
  for (const int number : {0, 2, 59, 101, 217, 321}) {
    const auto& one = pointers[static_cast<std::size_t>(number)];
    EXPECT_EQ(tables.symbols().number_of(one.address), number);
    const std::array asked{one.address};
    EXPECT_EQ(tables.symbols().owners_of(asked).front(),
              (code_owner{"__x64_sys_" + one.name, "system"}));
  }
}

TEST(integrity, reads_the_real_operations_of_proc) {
  const auto kernel = loaded();
  const auto& tables = *kernel->tables();
  const auto sequences = tables.pointers_of(event_kind::hooked_seq_ops);
  EXPECT_EQ(sequences.size() % 4, 0U);
  const auto names = names_of(sequences);
  for (const auto* const name :
       {"tcp4_seq_ops_start", "tcp4_seq_ops_stop", "tcp4_seq_ops_next",
        "tcp4_seq_ops_show", "udp_seq_ops_show", "raw_seq_ops_show", "unix_seq_ops_show"})
    EXPECT_TRUE(names.contains(name)) << name;
  const auto functions = [&tables](const std::vector<kernel_pointer>& of) {
    std::vector<std::uint64_t> addresses;
    for (const auto& one : of) {
      EXPECT_TRUE(tables.symbols().is_core(one.address)) << one.name;
      addresses.push_back(one.address);
    }
    std::set<std::string> result;
    for (const auto& owner : tables.symbols().owners_of(addresses)) {
      EXPECT_EQ(owner.module, "system");
      result.insert(owner.function);
    }
    return result;
  };
  EXPECT_TRUE(functions(sequences).contains("tcp4_seq_show"));
  const auto operations = functions(tables.pointers_of(event_kind::hooked_proc_fops));
  for (const auto* const name :
       {"proc_root_readdir", "proc_root_lookup", "proc_reg_read", "kallsyms_open",
        "seq_open_net"})
    EXPECT_TRUE(operations.contains(name)) << name;
}

TEST(integrity, finds_nothing_on_a_clean_kernel) {
  const auto kernel = loaded();
  auto watch = integrity_watch::of(kernel);
  ASSERT_TRUE(watch);
  EXPECT_THAT(watch->beat(1), IsEmpty());
  EXPECT_THAT(watch->beat(1'000'000'000'000), IsEmpty()) << "and looked again";
}

TEST(integrity, tells_a_table_that_leads_out_of_the_kernels_code) {
  const auto kernel = loaded();
  const std::shared_ptr<const kernel_tables> tables{kernel, kernel->tables()};
  const auto own = tables->pointers_of(event_kind::hooked_seq_ops).front().address;
  foreign_table table;
  table.word(0) = own;
  table.word(1) = table.code();
  const auto words = kernel->read_table({.of = TABLE_AT_ADDRESS,
                                         .descriptor = -1,
                                         .address = table.address(),
                                         .words = 2,
                                         .unused = 0});
  ASSERT_TRUE(words) << words.error().detail;
  ASSERT_EQ(words->size(), 2U);
  const std::vector<kernel_pointer> pointers{{"tcp4_seq_ops_start", (*words)[0]},
                                             {"tcp4_seq_ops_show", (*words)[1]}};
  integrity_check check{tables, {event_kind::hooked_seq_ops}};
  const auto records = check.compare(event_kind::hooked_seq_ops, pointers, 1);
  ASSERT_EQ(records.size(), 1U);
  batch_builder builder{0};
  builder.add(records.front());
  std::string json;
  append_arguments(json, (*builder.take())[0]);
  EXPECT_THAT(json, testing::ContainsRegex(
                        R"("value":\{"tcp4_seq_ops_show":\{"SymbolName":"bpf_prog_[0-9a-f]+_)"
                        R"(foreign","ModuleOwner":"bpf"\}\}\})"));
}

TEST(integrity, is_unseen_where_the_kernel_hides_its_symbols) {
  const scratch_dir dir;
  const auto hidden = dir.file("kallsyms");
  std::ofstream{hidden} << "0000000000000000 T _stext\n0000000000000000 T _etext\n";
  held_child child{[&hidden] {
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
        || mount(hidden.c_str(), "/proc/kallsyms", nullptr, MS_BIND, nullptr) != 0)
      return 97;
    const auto kernel = kernel_side::load(
        {.events = {event_kind::hooked_syscall, event_kind::sched_process_exit}});
    if (!kernel || kernel->tables() != nullptr || kernel->probes().size() != 1
        || kernel->unseen().size() != 1)
      return 1;
    const auto& unseen = kernel->unseen().front();
    return unseen.event == event_kind::hooked_syscall && unseen.refused.size() == 1
                   && unseen.refused[0].starts_with("kernel memory/sys_call_table: ")
                   && unseen.refused[0].contains("CAP_SYSLOG")
               ? 0
               : 2;
  }};
  EXPECT_EQ(child.finish(), 0);
}

TEST(integrity, says_why_it_sees_nothing) {
  const auto kernel = loaded();
  const auto nowhere = kernel->read_table(
      {.of = TABLE_AT_ADDRESS, .descriptor = -1, .address = 8, .words = 1, .unused = 0});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ec::unavailable);
  const auto other_file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_FALSE(kernel->read_table({.of = TABLE_OF_PROC_ENTRY,
                                   .descriptor = other_file,
                                   .address = 0,
                                   .words = 0,
                                   .unused = 0}))
      << "not one of /proc";
  close(other_file);
  const auto no_file = kernel->read_table(
      {.of = TABLE_OF_FILE, .descriptor = 9999, .address = 0, .words = 0, .unused = 0});
  EXPECT_FALSE(no_file);
}

} // namespace

} // namespace vedette
