#pragma once

#include <cstdint>

namespace vedette::bench {

/// What programs ask of a kernel all day: opens, looks at, reads and closes a file;
/// maps, protects and unmaps memory; makes, connects and closes a socket; asks for its
/// parent and looks whether a process is there. Each 64th time a child is born, ends,
/// and is waited for. Errors end the process.
void make_mixed_calls(std::uint64_t round);

/// System calls of so many rounds, counted from 0.
std::uint64_t mixed_calls_of(std::uint64_t rounds);

} // namespace vedette::bench
