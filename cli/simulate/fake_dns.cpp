#include "cli/simulate/fake_dns.hpp"

#include "bpf/file_descriptor.hpp"
#include "cli/simulate/address.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace vedette::simulation {

namespace {

using message = std::vector<std::uint8_t>;

void put16(message& to, unsigned number) {
  to.push_back(static_cast<std::uint8_t>(number >> 8U));
  to.push_back(static_cast<std::uint8_t>(number));
}

// RFC 1035, section 4.1.
constexpr unsigned type_a = 1, class_in = 1, some_id = 0x5644;

message query_for(std::string_view name, unsigned flags, unsigned answers) {
  message made;
  for (const auto number : {some_id, flags, 1U, answers, 0U, 0U})
    put16(made, number);
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    made.push_back(static_cast<std::uint8_t>(label.size()));
    made.insert(made.end(), label.begin(), label.end());
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  made.push_back(0);
  put16(made, type_a);
  put16(made, class_in);
  return made;
}

message answer_for(std::string_view name, std::string_view address,
                   std::chrono::seconds time_to_live) {
  constexpr unsigned response = 0x8180, name_of_question = 0xc00c;
  auto made = query_for(name, response, 1);
  const auto seconds = static_cast<unsigned>(time_to_live.count());
  for (const auto number :
       {name_of_question, type_a, class_in, seconds >> 16U, seconds & 0xffffU, 4U})
    put16(made, number);
  const auto ip = ipv4(address, 0).sin_addr;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&ip);
  made.insert(made.end(), bytes, bytes + sizeof(ip));
  return made;
}

bool sends(int socket, const message& what, const sockaddr_in& to) {
  return sendto(socket, what.data(), what.size(), 0, generic(to), sizeof(to))
         == static_cast<ssize_t>(what.size());
}

bool receives(int socket, sockaddr_in& from) {
  std::array<std::uint8_t, 512> bytes{};
  socklen_t size = sizeof(from);
  return recvfrom(socket, bytes.data(), bytes.size(), 0,
                  reinterpret_cast<sockaddr*>(&from), &size)
         > 0;
}

} // namespace

bool resolve_to(stage& on, std::string_view name, std::string_view address,
                std::chrono::seconds time_to_live) {
  constexpr unsigned recursion_desired = 0x0100;
  const file_descriptor server{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const file_descriptor client{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const auto port = ipv4("127.0.0.1", 53);
  sockaddr_in asker{}, answerer{};
  // Packets wait in the sockets: nobody has to be there meanwhile.
  return on.expect(
      bind(server.get(), generic(port), sizeof(port)) == 0
          && sends(client.get(), query_for(name, recursion_desired, 0), port)
          && receives(server.get(), asker)
          && sends(server.get(), answer_for(name, address, time_to_live), asker)
          && receives(client.get(), answerer),
      "cannot ask a fake name server");
}

} // namespace vedette::simulation
