#include "actors/replay/input_source.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace vedette {

namespace {

class file_input final : public input_source {
public:
  file_input(int fd, std::string path, bool waits)
      : fd_{fd}, path_{std::move(path)}, waits_{waits} {}
  ~file_input() override {
    if (fd_ != STDIN_FILENO)
      close(fd_);
  }

  [[nodiscard]] std::string_view name() const override { return path_; }
  [[nodiscard]] int fd() const override { return waits_ ? fd_ : -1; }

  std::expected<std::size_t, error> read(std::span<char> into) override {
    for (;;) {
      const auto bytes = ::read(fd_, into.data(), into.size());
      if (bytes >= 0)
        return static_cast<std::size_t>(bytes);
      if (errno != EINTR)
        return std::unexpected{system_error("cannot read " + path_, errno)};
    }
  }

private:
  int fd_;
  std::string path_;
  bool waits_;
};

class memory_input final : public input_source {
public:
  memory_input(std::string name, std::string text)
      : name_{std::move(name)}, text_{std::move(text)} {}

  [[nodiscard]] std::string_view name() const override { return name_; }

  std::expected<std::size_t, error> read(std::span<char> into) override {
    const auto bytes = std::min(into.size(), text_.size() - given_);
    std::memcpy(into.data(), text_.data() + given_, bytes);
    given_ += bytes;
    return bytes;
  }

private:
  std::string name_;
  std::string text_;
  std::size_t given_ = 0;
};

} // namespace

std::expected<std::unique_ptr<input_source>, error> open_input(const std::string& path) {
  const auto fd = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  if (fd < 0 || fstat(fd, &about) != 0) {
    auto failure = system_error("cannot open " + path, errno);
    failure.code = ec::bad_input;
    return std::unexpected{failure};
  }
  if (S_ISDIR(about.st_mode)) {
    if (fd != STDIN_FILENO)
      close(fd);
    return std::unexpected{
        error{ec::bad_input, path + " is a directory: name a file of events"}};
  }
  return std::make_unique<file_input>(fd, path, !S_ISREG(about.st_mode));
}

std::unique_ptr<input_source> text_input(std::string name, std::string text) {
  return std::make_unique<memory_input>(std::move(name), std::move(text));
}

} // namespace vedette
