#include "events/line_parser.hpp"

#include "events/argument_reader.hpp"
#include "events/context_reader.hpp"

#include <algorithm>
#include <bit>
#include <simdjson.h>
#include <tuple>

namespace vedette {

namespace {

/// What simdjson keeps per byte of its longest line is about 14 bytes: not after a rare
/// long one.
constexpr std::size_t usual_line = std::size_t{64} << 10U;
constexpr std::size_t kept_line = std::size_t{1} << 20U;

} // namespace

class line_parser::state {
public:
  std::expected<std::span<const std::byte>, std::string_view>
  parse(std::string_view line, std::uint64_t position) {
    reason_.clear();
    if (!parse_json(line) || !context_.read(root_, reason_) || !parse_event(position))
      return std::unexpected{std::string_view{reason_}};
    const auto record = record_.finish();
    if (record.size() <= RECORD_JSON_SIZE_MAX)
      return record;
    reason_ = "an event of " + std::to_string(record.size()) + " bytes is too large";
    return std::unexpected{std::string_view{reason_}};
  }

private:
  bool parse_json(std::string_view line) {
    if (line.size() > parser_.capacity()
        || (parser_.capacity() > kept_line && line.size() <= usual_line))
      resize(line.size());
    // DOM, because On-Demand does not validate what it does not visit.
    simdjson::dom::element whole;
    if (const auto failure =
            parser_.parse(line.data(), line.size(), false).get(whole)) {
      reason_ = "not valid JSON: ";
      reason_ += simdjson::error_message(failure);
      return false;
    }
    if (whole.get(root_) == simdjson::SUCCESS)
      return true;
    reason_ = "not a JSON object";
    return false;
  }

  void resize(std::size_t line) {
    parser_ = simdjson::dom::parser{};
    // What is refused here, parse() tries again and reports.
    std::ignore = parser_.allocate(std::bit_ceil(std::max(line, usual_line)));
  }

  bool parse_event(std::uint64_t position) {
    const auto name = context_.event_name();
    if (name.empty() || !context_.has_time()) {
      reason_ = name.empty() ? "no eventName" : "no timestamp";
      return false;
    }
    const auto kind = find_event(name);
    const auto* definition = kind ? &definition_of(*kind) : nullptr;
    record_.start(definition != nullptr ? definition->args.size() : 0);
    context_.store(record_, definition != nullptr);
    record_.header.kind = static_cast<__u16>(
        definition != nullptr ? definition->kind : event_kind::unknown);
    record_.extension.position = position;
    const auto args = context_.arguments();
    return !args || arguments_.read(*args, name, definition, record_, reason_);
  }

  simdjson::dom::parser parser_;
  simdjson::dom::object root_;
  context_reader context_;
  argument_reader arguments_;
  record_buffer record_;
  std::string reason_;
};

line_parser::line_parser() : state_{std::make_unique<state>()} {}
line_parser::line_parser(line_parser&&) noexcept = default;
line_parser& line_parser::operator=(line_parser&&) noexcept = default;
line_parser::~line_parser() = default;

std::expected<std::span<const std::byte>, std::string_view>
line_parser::parse(std::string_view line, std::uint64_t position) {
  return state_->parse(line, position);
}

} // namespace vedette
