#include "events/native_forms.h"
#include "events/user_ids.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace vedette {

namespace {

std::optional<user_ids> read(std::string_view json) {
  return user_ids_of({arg_type::slim_cred, json, false});
}

TEST(user_ids, are_what_the_kernel_had) {
  native_cred cred{};
  cred.uid = 1000;
  cred.gid = 1;
  cred.suid = 1002;
  cred.euid = 4294967295;
  std::string bytes(sizeof(cred), '\0');
  std::memcpy(bytes.data(), &cred, sizeof(cred));
  EXPECT_EQ(user_ids_of({arg_type::slim_cred, bytes, true}),
            (user_ids{1000, 4294967295, 1002}));
  bytes.pop_back();
  EXPECT_EQ(user_ids_of({arg_type::slim_cred, bytes, true}), std::nullopt);
}

TEST(user_ids, are_what_a_recording_has) {
  EXPECT_EQ(read(R"({"Uid":1000,"Gid":5,"Suid":1002,"Sgid":5,"Euid":0})"),
            (user_ids{1000, 0, 1002}));
  EXPECT_EQ(read(R"({"Uid":7})"), (user_ids{7, 7, 7}));
}

TEST(user_ids, are_not_made_up) {
  for (const auto* json : {"", "null", "[]", "{}", R"({"Euid":0})", R"({"Uid":"0"})",
                           R"({"Uid":-1})", R"({"Uid":4294967296})"})
    EXPECT_EQ(read(json), std::nullopt) << json;
}

} // namespace

} // namespace vedette
