#pragma once

#include <fstream>
#include <string>
#include <sys/types.h>

namespace vedette {

/// True if a thread of ours sleeps in the kernel.
inline bool sleeps(pid_t tid) {
  std::ifstream file{"/proc/self/task/" + std::to_string(tid) + "/stat"};
  std::string line;
  std::getline(file, line);
  return line.find(") S ") != std::string::npos;
}

} // namespace vedette
