#include "bpf/libbpf_log.hpp"

#include <array>
#include <bpf/libbpf.h>
#include <cstdarg>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

namespace {

std::string kept;

int keep(libbpf_print_level level, const char* format, va_list arguments) {
  if (level != LIBBPF_WARN)
    return 0;
  va_list again;
  va_copy(again, arguments);
  // The verifier's log comes in one call and may be long: its tail is what matters.
  const auto length = std::vsnprintf(nullptr, 0, format, arguments);
  std::string line(static_cast<std::size_t>(length > 0 ? length : 0) + 1, '\0');
  std::vsnprintf(line.data(), line.size(), format, again);
  va_end(again);
  line.pop_back();
  kept += line;
  return 0;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// What the verifier objected to: the line before its statistics.
std::string_view verdict(const std::vector<std::string_view>& lines) {
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (lines[i].starts_with("processed ") && lines[i - 1].find("libbpf:") != 0)
      return lines[i - 1];
  return {};
}

} // namespace

void libbpf_log::capture() {
  libbpf_set_print(keep);
}

std::string libbpf_log::take() {
  return std::exchange(kept, {});
}

load_failure parse_load_failure(const std::string& log) {
  constexpr std::string_view before = "libbpf: prog '";
  const auto lines = lines_of(log);
  for (const auto line : lines) {
    if (!line.starts_with(before))
      continue;
    const auto rest = line.substr(before.size());
    const auto quote = rest.find("': ");
    if (quote == rest.npos)
      continue;
    auto reason = std::string{rest.substr(quote + 3)};
    if (const auto said = verdict(lines); !said.empty())
      reason += ": " + std::string{said};
    return {std::string{rest.substr(0, quote)}, reason};
  }
  return {"", lines.empty() ? "no reason given" : std::string{lines.front()}};
}

} // namespace vedette
