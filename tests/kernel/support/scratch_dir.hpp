#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace vedette {

/// A directory for a test, gone when it ends. On tmpfs, where stat() and the kernel
/// agree about devices.
class scratch_dir {
public:
  scratch_dir() {
    std::string name = "/dev/shm/vedette.XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~scratch_dir() { std::filesystem::remove_all(path_); }
  scratch_dir(const scratch_dir&) = delete;
  scratch_dir& operator=(const scratch_dir&) = delete;

  [[nodiscard]] std::string file(std::string_view name) const {
    return path_ + "/" + std::string{name};
  }
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
};

} // namespace vedette
