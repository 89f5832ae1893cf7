#include "datasources/contract.hpp"

#include <string>

namespace vedette {

namespace {

// What the compiler says about types that are nearly data sources.

struct whole {
  using key = entity_id;
  using record = std::string;
  using handle = int;
  static source_description description();
  static std::expected<key, error> parse_key(const value& json);
  static value to_value(const record& shown, time_ns as_of);
};
static_assert(data_source<whole>);

struct asked_by_a_string : whole {
  using key = std::string;
  static std::expected<key, error> parse_key(const value& json);
};
static_assert(!data_source<asked_by_a_string>, "a key without memory of its own");

struct wide {
  std::uint64_t words[3];
};
struct asked_by_a_wide_key : whole {
  using key = wide;
  static std::expected<key, error> parse_key(const value& json);
};
static_assert(!data_source<asked_by_a_wide_key>, "a key of two words at most");

struct anonymous {
  using key = entity_id;
  using record = std::string;
  using handle = int;
};
static_assert(!data_source<anonymous>, "a description");
static_assert(!data_source<std::string>);

} // namespace

} // namespace vedette
