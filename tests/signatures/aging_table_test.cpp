#include "signatures/aging_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vedette {

namespace {

/// Which of 0 to 9 are there.
std::string keys_of(aging_table<int, int>& table) {
  std::string keys;
  for (int key = 0; key < 10; ++key)
    if (table.find(key) != nullptr)
      keys += std::to_string(key);
  return keys;
}

TEST(aging_table, keeps_what_was_put_by_key) {
  aging_table<int, std::string> table{2};
  EXPECT_EQ(table.put(1), "");
  table.put(1) = "one";
  table.put(2) = "two";
  EXPECT_EQ(*table.find(1), "one");
  EXPECT_EQ(table.put(2), "two");
  EXPECT_EQ(table.find(3), nullptr);
  EXPECT_EQ(table.size(), 2U);
}

TEST(aging_table, lets_go_of_the_oldest_where_it_is_full) {
  aging_table<int, int> table{3};
  for (int key = 1; key <= 4; ++key)
    table.put(key);
  EXPECT_EQ(keys_of(table), "234");
  table.put(5);
  EXPECT_EQ(keys_of(table), "345");
  EXPECT_EQ(table.size(), 3U);
}

TEST(aging_table, takes_what_is_put_again_as_new_but_not_what_is_looked_at) {
  aging_table<int, int> table{3};
  for (int key = 1; key <= 3; ++key)
    table.put(key);
  table.put(1);
  EXPECT_NE(table.find(2), nullptr);
  table.put(4);
  EXPECT_EQ(keys_of(table), "134");
}

TEST(aging_table, erases) {
  aging_table<int, int> table{3};
  for (int key = 1; key <= 3; ++key)
    table.put(key);
  table.erase(2);
  table.erase(7);
  EXPECT_EQ(keys_of(table), "13");
  table.put(4);
  EXPECT_EQ(keys_of(table), "134");
}

TEST(aging_table, drops_the_oldest_up_to_the_first_that_stays) {
  aging_table<int, int> table{5};
  for (int key = 1; key <= 4; ++key)
    table.put(key) = key == 3 ? 100 : key;
  table.drop_while([](int number) { return number < 10; });
  EXPECT_EQ(keys_of(table), "34");
}

} // namespace

} // namespace vedette
