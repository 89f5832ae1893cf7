#include "actors/configuration/config_units.hpp"

#include <algorithm>

namespace vedette {

namespace {

/// Edits that turn one word into the other; two neighbours that are swapped are one.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                             std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                             cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

} // namespace

std::string on_one_line(std::string_view text, std::size_t most) {
  std::string line{text.substr(0, most)};
  for (auto& letter : line)
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f)
      letter = '?';
  return line + (text.size() > most ? "..." : "");
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 64;
  return "'" + on_one_line(text, most) + "'";
}

std::optional<std::string_view>
nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  // A word from a file can be as long as the file, and the cost is the product of both.
  constexpr std::size_t longest = 64;
  if (word.size() > longest)
    return {};
  auto least = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string_view> best;
  for (const auto candidate : candidates) {
    const auto edits = distance(word, candidate);
    if (edits >= least || edits >= candidate.size())
      continue;
    least = edits;
    best = candidate;
  }
  return best;
}

} // namespace vedette
