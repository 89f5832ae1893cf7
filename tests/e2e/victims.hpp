#pragma once

#include "tests/e2e/vedette.hpp"

#include <optional>
#include <string>
#include <vector>

/// The programs that Vedette is to notice. They are this very binary, called with
/// `--victim NAME ARGUMENT…`: nothing else has to be built or installed. What a test
/// must know about what a victim did, the victim says on stderr: stdout is Vedette's
/// alone.
namespace vedette::e2e {

/// Called first thing by main(). → the exit code, if this process is to be a victim.
std::optional<int> run_victim(int count, char** arguments);

/// The command line of a victim: memfd; traceme; preload; server SHELLS SHARDS;
/// storm SHELLS SHARDS; spawn CHILDREN; flood FILES; resolve NAME tcp|notcp.
words victim(const words& arguments);

/// The same, called NAME by the kernel: by a link in `directory`.
words victim_named(const std::string& name, const std::string& directory,
                   const words& arguments);

/// The numbers that victims told, in their order: `victim: NAME=5` is a 5 of NAME.
std::vector<std::int64_t> told_by_victims(const outcome& from, const std::string& name);

} // namespace vedette::e2e
