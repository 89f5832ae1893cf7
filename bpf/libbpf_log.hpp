#pragma once

#include <string>

namespace vedette {

/// Keeps what libbpf says, as its only other channel is stderr. One for the whole
/// process, as libbpf's is.
class libbpf_log {
public:
  /// From now on, instead of stderr.
  static void capture();

  /// What libbpf warned of since the last call.
  static std::string take();
};

/// A refusal, read from that log.
struct load_failure {
  std::string program; ///< "": it was not about a program.
  std::string reason;  ///< One line.
};

load_failure parse_load_failure(const std::string& log);

} // namespace vedette
