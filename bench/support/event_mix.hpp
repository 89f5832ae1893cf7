#pragma once

#include "events/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vedette::bench {

/// The mix *compile*: what `vedette run` saw of a host that compiles C++ on both of its cores
/// (2 CPUs, g++ 12, 2026-11-26), of the kinds of event that built-in signatures select. Of
/// 1000 events: 944 security_file_open (980 for reading, of 1000), 12 sched_process_fork,
/// 12 sched_process_exec, 11 sched_process_exit, 10 security_inode_unlink, 8 magic_write,
/// 3 security_inode_rename; the paths are the recorded ones that were opened most.
///
/// So many events of so many processes, a microsecond apart, in batches of 512. `of_one`
/// percent of them are one process's.
std::vector<batch_ptr> compile_mix(std::size_t events, std::uint32_t processes = 64,
                                   unsigned of_one = 0);

} // namespace vedette::bench
