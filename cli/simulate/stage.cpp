#include "cli/simulate/stage.hpp"

#include "bpf/file_descriptor.hpp"
#include "cli/simulate/tiny_program.hpp"
#include "runtime/errors.hpp"

#include <array>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace vedette::simulation {

bool stage::expect(bool done, std::string_view what) {
  if (!done && failure_.empty())
    failure_ = system_error(std::string{what}, errno).detail;
  return done;
}

/// Its first directory: below /proc and /sys nothing can be made, and what is mounted
/// on a lower one would have to be there.
bool stage::cover(const std::string& path) {
  const auto directory = path.substr(0, path.find('/', 1));
  return !covered_.insert(directory).second
         || expect(mount("vedette-simulate", directory.c_str(), "tmpfs", 0, "mode=0755")
                       == 0,
                   "cannot cover " + directory);
}

bool stage::fake_directory(const std::string& path) {
  if (!cover(path))
    return false;
  for (auto end = path.find('/', 1); end != path.npos;) {
    end = path.find('/', end + 1);
    const auto one = path.substr(0, end);
    if (!expect(mkdir(one.c_str(), 0755) == 0 || errno == EEXIST, "cannot make " + one))
      return false;
  }
  return true;
}

bool stage::fake_file(const std::string& path) {
  // Not opened: that could be the very thing that is looked for.
  return fake_directory(path.substr(0, path.rfind('/')))
         && expect(mknod(path.c_str(), S_IFREG | 0644, 0) == 0, "cannot make " + path);
}

bool stage::fake_program(const std::string& path) {
  if (!fake_directory(path.substr(0, path.rfind('/'))))
    return false;
  const file_descriptor file{
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755)};
  return expect(write_tiny_program(file.get()), "cannot make " + path);
}

bool stage::fake_network() {
  const file_descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  std::string name = "lo";
  ifreq up{};
  name.copy(up.ifr_name, IFNAMSIZ - 1);
  up.ifr_flags = IFF_UP | IFF_RUNNING;
  rtentry everywhere{};
  everywhere.rt_dst.sa_family = AF_INET;
  everywhere.rt_genmask.sa_family = AF_INET;
  everywhere.rt_flags = RTF_UP;
  everywhere.rt_dev = name.data();
  return expect(ioctl(socket.get(), SIOCSIFFLAGS, &up) == 0,
                "cannot start a loopback device")
         && expect(ioctl(socket.get(), SIOCADDRT, &everywhere) == 0,
                   "cannot make a dummy route");
}

bool stage::enter_container() {
  return container_ < 0
         || expect(write(container_, "0", 1) == 1,
                   "cannot enter the container's cgroup");
}

bool stage::opens(const std::string& path, int flags) {
  const file_descriptor file{open(path.c_str(), flags | O_CLOEXEC)};
  return expect(file.is_open(), "cannot open " + path);
}

bool stage::expect_end_of(pid_t child, std::string_view what) {
  int status = 0;
  if (!expect(child > 0 && waitpid(child, &status, 0) == child,
              "cannot make a process"))
    return false;
  errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  return expect(status == 0, what);
}

bool stage::executes(const std::string& path, const char* variable) {
  return in_child("cannot execute " + path, [&] { return execute(path, variable); });
}

int execute(const std::string& path, const char* variable) {
  const std::array arguments{path.c_str(), static_cast<const char*>(nullptr)};
  const std::array environment{variable, static_cast<const char*>(nullptr)};
  execve(path.c_str(), const_cast<char**>(arguments.data()),
         const_cast<char**>(environment.data()));
  return errno;
}

} // namespace vedette::simulation
