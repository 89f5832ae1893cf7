#pragma once

#include <cstddef>
#include <string>
#include <vector>

struct vedette_bpf;

namespace vedette {

/// What the programs' maps held when they were set up, and must hold as long as they
/// run: the filter, the table of system calls, the handlers, the rings, the
/// filters of events. Whoever may use
/// BPF can write to them by their ids, and so blind us without a trace.
class map_seal {
public:
  map_seal() = default;
  explicit map_seal(const vedette_bpf& skeleton);

  /// A line for each map that holds something else now.
  [[nodiscard]] std::vector<std::string> broken(const vedette_bpf& skeleton) const;

private:
  using content = std::vector<std::byte>;
  static std::vector<content> read(const vedette_bpf& skeleton);

  std::vector<content> sealed_;
};

} // namespace vedette
