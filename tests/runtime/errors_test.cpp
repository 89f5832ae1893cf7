#include "runtime/errors.hpp"
#include "runtime/system_config.hpp"

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>
#include <gtest/gtest.h>

#include <string>

namespace vedette {

TEST(errors, every_code_has_a_name_and_survives_the_way_through_caf) {
  for (auto code = 1; code <= static_cast<int>(ec::reserved); ++code) {
    const auto original = static_cast<ec>(code);
    EXPECT_NE(to_string(original), "unknown_error") << code;
    EXPECT_EQ(to_ec(make_error(original, "why")), original);
    EXPECT_EQ(std::error_code{original}.message(), to_string(original));
  }
}

TEST(errors, of_plain_code_survive_the_way_through_caf) {
  const auto back = from_caf(to_caf({ec::bad_input, "line 3: no timestamp"}));
  EXPECT_EQ(back.code, ec::bad_input);
  EXPECT_EQ(back.detail, "line 3: no timestamp");
  EXPECT_EQ(from_caf(caf::sec::request_receiver_down).code, ec::unavailable);
}

TEST(errors, of_the_system_say_what_was_attempted) {
  const auto failure = system_error("cannot open /x", 2);
  EXPECT_EQ(failure.code, ec::system);
  EXPECT_EQ(failure.detail, "cannot open /x: No such file or directory");
}

TEST(errors, compares_with_caf_errors) {
  const caf::error error = ec::expired;
  EXPECT_EQ(error, ec::expired);
  EXPECT_NE(error, ec::unavailable);
}

TEST(errors, reads_errors_of_caf_as_unavailable) {
  EXPECT_EQ(to_ec(caf::sec::request_receiver_down), ec::unavailable);
  EXPECT_EQ(to_ec(caf::exit_reason::kill), ec::unavailable);
}

TEST(errors, renders_code_and_detail) {
  EXPECT_EQ(render(make_error(ec::invalid_config, "capacity: 0")),
            "vedette: invalid_config (capacity: 0)");
  EXPECT_EQ(render(ec::expired), "vedette: expired");
}

TEST(errors, are_rendered_by_caf_as_by_us) {
  system_config config{1};
  const caf::actor_system system{config};
  const auto error = make_error(ec::invalid_config, "capacity: 0");
  EXPECT_EQ(system.render(error), render(error));
}

} // namespace vedette
