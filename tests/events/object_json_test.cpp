#include "events/native_forms.h"
#include "events/object_json.hpp"

#include <gtest/gtest.h>

#include <array>

namespace vedette {

namespace {

std::string json_of(const object_value& argument) {
  std::string json;
  append_object(json, argument);
  return json;
}

template <class Content>
object_value native(arg_type type, const Content& content) {
  return {type, {reinterpret_cast<const char*>(&content), sizeof(content)}, true};
}

TEST(object_json, is_what_came_of_a_replayed_event) {
  EXPECT_EQ(json_of({arg_type::slim_cred, R"({"Uid":1})", false}), R"({"Uid":1})");
  EXPECT_EQ(json_of({arg_type::slim_cred, "", false}), "null");
}

TEST(object_json, has_the_names_of_a_slim_cred) {
  const native_cred cred{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, ~0ULL};
  EXPECT_EQ(json_of(native(arg_type::slim_cred, cred)),
            R"({"Uid":1,"Gid":2,"Suid":3,"Sgid":4,"Euid":5,"Egid":6,"Fsuid":7,"Fsgid":8,)"
            R"("UserNamespace":9,"SecureBits":10,"CapInheritable":11,"CapPermitted":12,)"
            R"("CapEffective":13,"CapBounding":14,"CapAmbient":18446744073709551615})");
}

TEST(object_json, lists_numbers) {
  EXPECT_EQ(json_of(native(arg_type::int_pair, std::array{3, -1})), "[3,-1]");
  EXPECT_EQ(json_of(native(arg_type::uint64_list, std::array{1ULL, ~0ULL})),
            "[1,18446744073709551615]");
  EXPECT_EQ(json_of({arg_type::uint64_list, "", true}), "[]");
}

TEST(object_json, is_null_where_the_bytes_are_not_of_the_type) {
  EXPECT_EQ(json_of(native(arg_type::slim_cred, 1)), "null");
  EXPECT_EQ(json_of(native(arg_type::proto_tcp, 1)), "null");
}

} // namespace

} // namespace vedette
