#include "events/dns/dns_derived.hpp"

#include "events/definitions.hpp"
#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_wire.hpp"
#include "events/dns/ip_address.hpp"
#include "events/json_string.hpp"

#include <algorithm>
#include <cstring>
#include <netinet/in.h>

namespace vedette {

namespace {

namespace request = events::net_packet_dns_request;
namespace response = events::net_packet_dns_response;

static_assert(request::metadata::slot == 0 && response::metadata::slot == 0);
static_assert(request::dns_questions::slot == 1 && response::dns_response::slot == 1);

ip_address address_of(const __u8 (&bytes)[16]) {
  return ip_address::v6(std::span<const std::uint8_t, 16>{bytes});
}

/// IPv4's total length; IPv6's, as its field has it, is that of what follows the header.
std::uint64_t packet_length(const native_packet& facts, std::size_t message) {
  constexpr std::size_t udp_header = 8, ipv4_header = 20;
  if (facts.protocol == IPPROTO_TCP)
    return message;
  return message + udp_header + (address_of(facts.src).is_v4() ? ipv4_header : 0);
}

/// Keys as Tracee's PktMeta.
void append_metadata(std::string& json, const native_packet& facts, std::size_t message) {
  json += R"({"src_ip":")";
  append_address(json, address_of(facts.src));
  json += R"(","dst_ip":")";
  append_address(json, address_of(facts.dst));
  json += R"(","src_port":)";
  append_json_integer(json, std::uint64_t{facts.src_port});
  json += R"(,"dst_port":)";
  append_json_integer(json, std::uint64_t{facts.dst_port});
  json += R"(,"protocol":)";
  append_json_integer(json, std::uint64_t{facts.protocol});
  json += R"(,"packet_len":)";
  append_json_integer(json, packet_length(facts, message));
  json += R"(,"iface":"any"})";
}

/// Keys as Tracee's DnsQueryData.
void append_question(std::string& json, const dns_message& message,
                     const dns_question& question) {
  json += R"({"query":)";
  append_json_string(json, message.text(question.name));
  json += R"(,"query_type":")";
  append_dns_type(json, question.type);
  json += R"(","query_class":")";
  append_dns_class(json, question.klass);
  json += R"("})";
}

void append_questions(std::string& json, const dns_message& message) {
  json += '[';
  for (const auto& question : message.questions) {
    if (&question != message.questions.data())
      json += ',';
    append_question(json, message, question);
  }
  json += ']';
}

/// What the record leads to: an address, a name, a text; "" of types that have none.
void append_target(std::string& json, const dns_message& message,
                   const dns_record& record) {
  if (record.has_address) {
    json += '"';
    append_address(json, record.address);
    json += '"';
    return;
  }
  const auto strings = message.texts(record);
  append_json_string(json, message.text(strings.empty() ? record.target : strings.front()));
}

/// Keys as Tracee's DnsResponseData.
void append_response(std::string& json, const dns_message& message) {
  json += R"([{"query_data":)";
  if (message.questions.empty())
    json += R"({"query":"","query_type":"","query_class":""})";
  else
    append_question(json, message, message.questions.front());
  json += R"(,"dns_answer":[)";
  for (const auto& answer : message.answers) {
    json += &answer == message.answers.data() ? "" : ",";
    json += R"({"answer_type":")";
    append_dns_type(json, answer.type);
    json += R"(","ttl":)";
    append_json_integer(json, std::uint64_t{answer.ttl});
    json += R"(,"answer":)";
    append_target(json, message, answer);
    json += '}';
  }
  json += "]}]";
}

} // namespace

void dns_derived::add(const record_header& from, const native_packet& facts,
                      std::span<const std::uint8_t> message, bool cut,
                      batch_builder& to) {
  constexpr std::size_t shortest = 12;
  if ((!wanted_.requests && !wanted_.responses) || message.size() < shortest)
    return;
  const auto flaw = parse_dns(message, message_);
  const bool is_response = message_.header.response;
  if (is_response ? !wanted_.responses
                  : !wanted_.requests || message_.questions.empty())
    return;
  metadata_.clear();
  append_metadata(metadata_, facts, message.size());
  content_.clear();
  if (is_response)
    append_response(content_, message_);
  else
    append_questions(content_, message_);
  make(from, is_response ? RECORD_net_packet_dns_response : RECORD_net_packet_dns_request,
       cut || flaw == dns_flaw::truncated, to);
}

void dns_derived::make(const record_header& from, std::uint16_t kind, bool cut,
                       batch_builder& to) {
  constexpr std::size_t fixed = sizeof(record_header) + 2 * sizeof(record_slot);
  record_.resize(fixed + metadata_.size() + content_.size());
  record_slot slots[2]{};
  slots[0].bytes = {fixed, static_cast<__u32>(metadata_.size())};
  slots[1].bytes = {static_cast<__u32>(fixed + metadata_.size()),
                    static_cast<__u32>(content_.size())};
  auto header = from;
  header.size = static_cast<__u32>(record_.size());
  header.kind = kind;
  header.flags &= static_cast<__u16>(~RECORD_NATIVE);
  header.arg_count = 2;
  header.present = header.references = 3;
  header.truncated = cut ? 2 : 0;
  header.unresolved = 0;
  header.extension = 0;
  header.detail[0] = 0;
  std::memcpy(record_.data(), &header, sizeof(header));
  std::memcpy(record_.data() + sizeof(header), slots, sizeof(slots));
  std::ranges::copy(std::as_bytes(std::span{metadata_}), record_.begin() + fixed);
  std::ranges::copy(std::as_bytes(std::span{content_}),
                    record_.end() - static_cast<std::ptrdiff_t>(content_.size()));
  to.add(record_);
  ++made_;
}

} // namespace vedette
