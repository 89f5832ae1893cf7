// Any bytes as a cgroup's path: what is found lies in the path, and the container's own
// directory says the same of itself.

#include "datasources/containers/cgroup_path.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace vedette {

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data()
         && part.data() + part.size() <= whole.data() + whole.size();
}

void check(std::string_view path) {
  const auto match = match_cgroup(path);
  if (!match)
    return;
  require(!match->id.empty() && !match->runtime.empty());
  require(match->id.find('/') == match->id.npos);
  require(lies_in(match->id, match->own_path));
  require(match->own_path.data() == path.data() && lies_in(match->own_path, path));
  const auto below = path.substr(match->own_path.size());
  require(below.empty() || below.front() == '/');
  require(match->is_own == (below.find_first_not_of('/') == below.npos));
  const auto own = match_cgroup(match->own_path);
  require(own && own->is_own && own->id == match->id && own->runtime == match->runtime
          && own->own_path == match->own_path);
}

} // namespace

} // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vedette::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
