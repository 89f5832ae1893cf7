#include "events/definitions.hpp"
#include "events/record.h"
#include "events/value.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace vedette {

namespace {

/// The events whose names, ids and types others rely on.
value read_interface() {
  std::ifstream file{source_path("tests/events/interface.json")};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  auto parsed = parse_json(text);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().detail;
    return {};
  }
  return std::move(*parsed);
}

std::string joined(const value& list) {
  std::string text;
  for (const auto& item : *list.as_list())
    text += (text.empty() ? "" : ",") + std::string{item.as_string().value()};
  return text;
}

void expect_same_arguments(const event_definition& ours, const value& theirs) {
  const auto& args = *theirs.as_list();
  ASSERT_EQ(ours.args.size(), args.size());
  for (std::size_t i = 0; i < args.size(); ++i) {
    EXPECT_EQ(ours.args[i].name, args[i].find("name")->as_string());
    EXPECT_EQ(type_name(ours.args[i].type), args[i].find("type")->as_string());
  }
}

TEST(Definitions, AreTheInterface) {
  const auto interface = read_interface();
  ASSERT_NE(interface.as_list(), nullptr);
  ASSERT_EQ(interface.as_list()->size(), 550U);
  for (const auto& theirs : *interface.as_list()) {
    const auto name = theirs.find("name")->as_string().value();
    SCOPED_TRACE(name);
    const auto kind = find_event(name);
    ASSERT_TRUE(kind.has_value());
    const auto& ours = definition_of(*kind);
    EXPECT_EQ(ours.name, name);
    EXPECT_EQ(ours.id, theirs.find("id")->as_int());
    EXPECT_EQ(ours.sets, joined(*theirs.find("sets")));
    EXPECT_EQ(ours.made_by == event_class::syscall,
              theirs.find("kind")->as_string() == "syscall");
    expect_same_arguments(ours, *theirs.find("args"));
  }
}

TEST(Definitions, AddOnlyOurOwn) {
  std::size_t added = 0;
  std::set<std::int32_t> ids;
  for (const auto& event : event_definitions())
    if (event.made_by == event_class::own || event.made_by == event_class::internal) {
      ++added;
      EXPECT_GE(event.id, 7000) << event.name;
      EXPECT_TRUE(ids.insert(event.id).second) << event.name;
    } else {
      EXPECT_LT(event.id, 6000) << event.name;
    }
  EXPECT_GE(added, 4U);
  EXPECT_EQ(event_definitions().size(), 550 + added);
}

TEST(Definitions, HaveDistinctNames) {
  std::set<std::string_view> names;
  for (const auto& event : event_definitions()) {
    EXPECT_TRUE(names.insert(event.name).second) << event.name;
    EXPECT_EQ(find_event(event.name), event.kind);
    std::set<std::string_view> arguments;
    for (std::size_t slot = 0; slot < event.args.size(); ++slot) {
      EXPECT_TRUE(arguments.insert(event.args[slot].name).second) << event.name;
      EXPECT_EQ(event.find(event.args[slot].name), slot);
    }
    EXPECT_LE(event.args.size(), std::size_t{RECORD_ARGS_MAX}) << event.name;
  }
  EXPECT_FALSE(find_event("no_such_event").has_value());
}

TEST(Definitions, AreAtTheirKindsPlace) {
  std::size_t place = 0;
  for (const auto& event : event_definitions())
    EXPECT_EQ(static_cast<std::size_t>(event.kind), place++);
  EXPECT_EQ(place, event_kinds);
}

TEST(Definitions, AreNumberedAsTheKernelSideNumbersThem) {
  EXPECT_EQ(static_cast<std::size_t>(RECORD_KINDS), event_kinds);
  constexpr std::pair<int, event_kind> kinds[]{
#define EVENT(id, identifier, ...) {RECORD_##identifier, event_kind::identifier},
#include "events/table.def"
#undef EVENT
  };
  for (const auto& [number, kind] : kinds)
    EXPECT_EQ(number, static_cast<int>(kind));
  EXPECT_EQ(static_cast<int>(RECORD_unknown), static_cast<int>(event_kind::unknown));
}

TEST(Definitions, HaveSlotsAndTypesAtCompileTime) {
  using pathname = events::sched_process_exec::pathname;
  static_assert(pathname::kind == event_kind::sched_process_exec);
  static_assert(pathname::stored_as == arg_type::string);
  EXPECT_EQ(pathname::slot, 1U);
  EXPECT_EQ(definition_of(pathname::kind).args[pathname::slot].name, "pathname");
}

TEST(Types, AreFoundByEveryName) {
  for (std::size_t i = 0; i < arg_types; ++i) {
    const auto type = static_cast<arg_type>(i);
    EXPECT_EQ(find_type(type_name(type)), type) << type_name(type);
  }
  const std::pair<std::string_view, arg_type> names[]{
      {"const char*", arg_type::string},
      {"const char *", arg_type::string},
      {"const char*const*", arg_type::string_list},
      {"const char**", arg_type::string_list},
      {"int", arg_type::int32},
      {"pid_t", arg_type::int32},
      {"long", arg_type::int64},
      {"off_t", arg_type::int64},
      {"unsigned int", arg_type::uint32},
      {"u32", arg_type::uint32},
      {"dev_t", arg_type::uint32},
      {"unsigned long", arg_type::uint64},
      {"u64", arg_type::uint64},
      {"size_t", arg_type::uint64},
      {"umode_t", arg_type::uint16},
      {"u16", arg_type::uint16},
      {"u8", arg_type::uint8},
      {"void*", arg_type::pointer},
      {"bytes", arg_type::bytes},
      {"float", arg_type::float64},
      {"struct sockaddr*", arg_type::sock_addr},
  };
  for (const auto& [name, type] : names)
    EXPECT_EQ(find_type(name), type) << name;
  EXPECT_FALSE(find_type("struct iovec*").has_value());
}

} // namespace

} // namespace vedette
