#include "bpf/table_read.hpp"

#include "bpf/skeleton.hpp"

namespace vedette {

std::expected<std::vector<std::uint64_t>, error>
read_kernel_table(const vedette_bpf& skeleton, table_request request) {
  bpf_test_run_opts run{};
  run.sz = sizeof(run);
  run.ctx_in = &request;
  run.ctx_size_in = sizeof(request);
  const auto program = bpf_program__fd(skeleton.progs.kernel_table);
  if (program < 0 || bpf_prog_test_run_opts(program, &run) != 0 || run.retval != 0)
    return std::unexpected{
        error{ec::unavailable, "the kernel's memory cannot be read there"}};
  const auto* const words = skeleton.bss->table_words;
  return std::vector<std::uint64_t>{words, words + request.words};
}

} // namespace vedette
