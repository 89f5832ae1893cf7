#include "tests/e2e/victims.hpp"

#include <gmock/gmock.h>

int main(int count, char** words) {
  if (const auto code = vedette::e2e::run_victim(count, words))
    return *code;
  testing::InitGoogleMock(&count, words);
  return RUN_ALL_TESTS();
}
