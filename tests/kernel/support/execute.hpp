#pragma once

#include <string>
#include <unistd.h>

namespace vedette {

/// Runs `path` as `zero ARGUMENT` with A=1 as its whole environment. → 98, or never.
inline int execute(const std::string& path, std::string argument = "x") {
  char zero[] = "zero";
  char variable[] = "A=1";
  char* const arguments[] = {zero, argument.data(), nullptr};
  char* const environment[] = {variable, nullptr};
  execve(path.c_str(), arguments, environment);
  return 98;
}

/// The same of an open file.
inline int execute(int file) {
  char zero[] = "zero";
  char variable[] = "A=1";
  char* const arguments[] = {zero, nullptr};
  char* const environment[] = {variable, nullptr};
  fexecve(file, arguments, environment);
  return 98;
}

} // namespace vedette
