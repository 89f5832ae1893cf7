#include "bpf/integrity_check.hpp"

#include "events/batch_builder.hpp"
#include "events/json_writer.hpp"
#include "events/record_check.hpp"
#include "tests/bpf/kallsyms.hpp"

#include <gmock/gmock.h>

#include <map>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t evil = 0xffff'ffff'c040'0000, ipv6 = 0xffff'ffff'c050'0000;
constexpr std::uint64_t readdir = sample_kernel::begin + 0x9'0000;

/// Memory with a table of system calls behind other data.
class sample_memory {
public:
  static constexpr std::uint64_t table = sample_kernel::end + 0x2'0000 + 0x1c0;

  sample_memory() {
    for (int number = 0; number < sample_kernel::calls; ++number)
      entry(number) = sample_kernel::call(number);
    entry(sample_kernel::calls - 1) = sample_kernel::nothing;
    entry(sample_kernel::calls) = readdir; // Somebody else's table follows.
  }

  std::uint64_t& entry(int number) {
    return words_[table + static_cast<std::uint64_t>(number) * 8];
  }

  table_reader reader() {
    return [this](table_request request)
               -> std::expected<std::vector<std::uint64_t>, error> {
      ++reads;
      if (request.of != TABLE_AT_ADDRESS || request.address < sample_kernel::end + 0x1000)
        return std::unexpected{error{ec::unavailable, "not mapped"}};
      std::vector<std::uint64_t> result(request.words);
      for (std::size_t i = 0; i < result.size(); ++i)
        if (const auto found = words_.find(request.address + i * 8); found != words_.end())
          result[i] = found->second;
      return result;
    };
  }

  int reads = 0;

private:
  std::map<std::uint64_t, std::uint64_t> words_;
};

class IntegrityCheck : public testing::Test {
protected:
  std::vector<std::string> compare(event_kind event,
                                   const std::vector<kernel_pointer>& pointers) {
    return told(check_.compare(event, pointers, 7));
  }

  /// The arguments of records, as JSON.
  static std::vector<std::string> told(const std::vector<std::vector<std::byte>>& records) {
    batch_builder builder{0};
    for (const auto& record : records) {
      EXPECT_EQ(check_record(record), corruption::none);
      builder.add(record);
    }
    const auto batch = builder.take();
    std::vector<std::string> result;
    for (const auto event : batch->events()) {
      EXPECT_EQ(event.header().time_ns, 7U);
      std::string json;
      append_arguments(json, event);
      result.push_back(json);
    }
    return result;
  }

  text_file symbols_{sample_kernel::symbols()
                     + sample_kernel::line(evil, "t evil_read\t[evil]")
                     + sample_kernel::line(ipv6, "t tcp6_seq_show\t[ipv6]")};
  text_file modules_{""};
  sample_memory memory_;
  std::shared_ptr<const kernel_tables> tables_ = std::make_shared<const kernel_tables>(
      memory_.reader(), sample_kernel::read(symbols_, modules_));
  integrity_check check_{tables_, {std::begin(integrity_events), std::end(integrity_events)}};
};

TEST_F(IntegrityCheck, FindsTheTableByItsContent) {
  EXPECT_EQ(tables_->native_table(), sample_memory::table);
  const auto pointers = tables_->pointers_of(event_kind::hooked_syscall);
  ASSERT_EQ(pointers.size(), sample_kernel::calls) << "not what follows it";
  EXPECT_EQ(pointers[59].name, "execve");
  EXPECT_EQ(pointers[59].address, sample_kernel::call(59));
  EXPECT_THAT(told(check_.check(7)), IsEmpty());
}

TEST_F(IntegrityCheck, FindsTheTableThoughItIsHooked) {
  for (const int number : {0, 1, 2, 59, 217})
    memory_.entry(number) = evil;
  const kernel_tables found{memory_.reader(), sample_kernel::read(symbols_, modules_)};
  EXPECT_EQ(found.native_table(), sample_memory::table);
}

TEST_F(IntegrityCheck, GivesUpWhereThereIsNoTable) {
  const kernel_tables none{[](table_request) {
                             return std::unexpected{error{ec::unavailable, "no"}};
                           },
                           sample_kernel::read(symbols_, modules_)};
  EXPECT_EQ(none.native_table(), std::nullopt);
  EXPECT_THAT(none.pointers_of(event_kind::hooked_syscall), IsEmpty());
}

TEST_F(IntegrityCheck, TellsASystemCallOfAModuleOnce) {
  memory_.entry(59) = evil;
  EXPECT_THAT(
      told(check_.check(7)),
      ElementsAre(R"({"name":"syscall","type":"string","value":"execve"},)"
                  R"({"name":"address","type":"string","value":"ffffffffc0400000"},)"
                  R"({"name":"function","type":"string","value":"evil_read"},)"
                  R"({"name":"owner","type":"string","value":"evil"})"));
  EXPECT_THAT(check_.check(7), IsEmpty());
  memory_.entry(1) = evil;
  EXPECT_THAT(told(check_.check(7)), ElementsAre(testing::HasSubstr(R"("write")")));
}

TEST_F(IntegrityCheck, TellsAHookAgainThatWasGone) {
  memory_.entry(59) = evil;
  EXPECT_THAT(check_.check(7), SizeIs(1));
  memory_.entry(59) = sample_kernel::call(59);
  EXPECT_THAT(check_.check(7), IsEmpty());
  memory_.entry(59) = evil;
  EXPECT_THAT(check_.check(7), SizeIs(1));
}

TEST_F(IntegrityCheck, TellsASystemCallThatIsAnotherFunctionOfTheKernel) {
  EXPECT_THAT(compare(event_kind::hooked_syscall, {{"read", readdir}}),
              ElementsAre(testing::AllOf(testing::HasSubstr(R"("proc_root_readdir")"),
                                         testing::HasSubstr(R"("system")"))));
  EXPECT_THAT(compare(event_kind::hooked_syscall, {{"read", sample_kernel::nothing}}),
              IsEmpty());
}

TEST_F(IntegrityCheck, MarksTheTableOf32BitPrograms) {
  const std::vector<kernel_pointer> pointers{{"open", evil, "", true}};
  const auto records = check_.compare(event_kind::hooked_syscall, pointers, 7);
  ASSERT_THAT(records, SizeIs(1));
  const auto& header = *reinterpret_cast<const record_header*>(records[0].data());
  EXPECT_EQ(header.flags, RECORD_COMPAT);
}

TEST_F(IntegrityCheck, TellsAllHooksOfSequencesAtOnce) {
  const std::vector<kernel_pointer> clean{{"tcp4_seq_ops_show", readdir},
                                          {"tcp6_seq_ops_show", ipv6, "ipv6"}};
  EXPECT_THAT(compare(event_kind::hooked_seq_ops, clean), IsEmpty());
  const std::vector<kernel_pointer> hooked{{"tcp4_seq_ops_show", evil},
                                           {"tcp4_seq_ops_next", readdir},
                                           {"tcp6_seq_ops_show", ipv6, "ipv6"},
                                           {"udp_seq_ops_show", evil + 0x5000}};
  EXPECT_THAT(
      compare(event_kind::hooked_seq_ops, hooked),
      ElementsAre(
          R"({"name":"hooked_seq_ops","type":"map[string]trace.HookedSymbolData","value":)"
          R"({"tcp4_seq_ops_show":{"SymbolName":"evil_read","ModuleOwner":"evil"},)"
          R"("udp_seq_ops_show":{"SymbolName":"","ModuleOwner":"hidden"}}})"));
  EXPECT_THAT(compare(event_kind::hooked_seq_ops, hooked), IsEmpty());
}

TEST_F(IntegrityCheck, DoesNotTrustAModuleInAnothersPlace) {
  EXPECT_THAT(compare(event_kind::hooked_seq_ops, {{"tcp4_seq_ops_show", ipv6, ""}}),
              SizeIs(1));
  EXPECT_THAT(compare(event_kind::hooked_seq_ops, {{"tcp6_seq_ops_show", evil, "ipv6"}}),
              SizeIs(1));
}

TEST_F(IntegrityCheck, TellsAFunctionOfManyFilesOnce) {
  EXPECT_THAT(
      compare(event_kind::hooked_proc_fops,
              {{"/proc", evil}, {"/proc/self", evil}, {"/proc", readdir}}),
      ElementsAre(
          R"({"name":"hooked_fops_pointers","type":"[]trace.HookedSymbolData","value":)"
          R"([{"SymbolName":"evil_read","ModuleOwner":"evil"}]})"));
}

} // namespace

} // namespace vedette
