#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::bench {

/// A host as JSON lines in Tracee's form, the same for the same seed: shells and
/// servers start processes, which run a program, open files, and end, some sixty at a
/// time. Every process is born before it does anything, has one parent and one start
/// time, and is in no event after its exit. 70 % opens, 10 % each of forks, execs and
/// exits; 1 KB a line. Some of what signatures look for: a tenth of the programs are
/// shells, few of them under a server.
class generated_host {
public:
  explicit generated_host(std::uint64_t seed = 1);

  /// Appends whole lines until `out` has grown by at least `bytes` → how many.
  std::size_t append(std::string& out, std::size_t bytes);

private:
  struct process {
    std::uint32_t pid = 0;
    std::uint64_t start = 0;
    std::uint32_t parent_pid = 0;
    std::uint64_t parent_start = 0;
    std::string_view comm, path;
    unsigned left = 0; ///< Events until its exit.
    bool began = false;
  };

  std::uint64_t below(std::uint64_t most) { return random_() % most; }
  process born(const process& parent);

  void fork(std::string& out);
  void step(std::string& out, process& of);
  void context(std::string& out, const process& of, std::string_view event);
  void open(std::string& out, const process& of);
  void begin(std::string& out, process& of);
  void exit(std::string& out, const process& of);

  std::mt19937_64 random_;
  std::uint64_t now_ = 1'700'000'000'000'000'000;
  std::uint32_t next_pid_ = 3000;
  std::vector<process> parents_; ///< These stay.
  std::vector<process> living_;
};

} // namespace vedette::bench
