// The writing half; the reading one is proto_dns_reader.cpp.

#include "events/dns/proto_dns.hpp"

#include "events/dns/dns_codes.hpp"
#include "events/json_string.hpp"

#include <utility>

namespace vedette {

namespace {

/// Appends to `out`; keys with their comma.
class object_writer {
public:
  object_writer(std::string& out, const dns_message& message)
      : out_{out}, message_{message} {}

  void number(std::string_view key, std::uint64_t value) {
    out_ += key;
    append_json_integer(out_, value);
  }
  void text(std::string_view key, dns_text value) {
    out_ += key;
    append_json_string(out_, message_.text(value));
  }
  /// The text only if the record is of this type.
  void text_of(std::string_view key, const dns_record& record, std::uint16_t type) {
    text(key, record.type == type ? record.target : dns_text{});
  }
  template <class Append, class Code>
  void word(std::string_view key, Append append, Code code) {
    out_ += key;
    out_ += '"';
    append(out_, code);
    out_ += '"';
  }

  void question(const dns_question& one) {
    text(R"({"name":)", one.name);
    word(R"(,"type":)", append_dns_type, one.type);
    word(R"(,"class":)", append_dns_class, one.klass);
    out_ += '}';
  }

  void record(const dns_record& one) {
    text(R"({"name":)", one.owner);
    word(R"(,"type":)", append_dns_type, one.type);
    word(R"(,"class":)", append_dns_class, one.klass);
    number(R"(,"TTL":)", one.ttl);
    out_ += R"(,"IP":")";
    if (one.has_address)
      append_address(out_, one.address);
    out_ += '"';
    text_of(R"(,"NS":)", one, dns_type::ns);
    text_of(R"(,"CNAME":)", one, dns_type::cname);
    text_of(R"(,"PTR":)", one, dns_type::ptr);
    strings(one);
    soa(one);
    services(one);
    out_ += '}';
  }

private:
  void strings(const dns_record& one) {
    out_ += R"(,"TXTs":[)";
    for (const auto& each : message_.texts(one))
      text(&each == message_.texts(one).data() ? "" : ",", each);
    out_ += ']';
  }

  void soa(const dns_record& one) {
    text_of(R"(,"SOA":{"MName":)", one, dns_type::soa);
    text(R"(,"RName":)", one.mailbox);
    number(R"(,"serial":)", one.serial);
    number(R"(,"refresh":)", one.refresh);
    number(R"(,"retry":)", one.retry);
    number(R"(,"expire":)", one.expire);
    number(R"(,"minimum":)", one.minimum);
  }

  void services(const dns_record& one) {
    const auto if_is = [&](std::uint16_t type, std::uint16_t value) {
      return one.type == type ? value : std::uint16_t{0};
    };
    number(R"(},"SRV":{"priority":)", if_is(dns_type::srv, one.priority));
    number(R"(,"weight":)", if_is(dns_type::srv, one.weight));
    number(R"(,"port":)", if_is(dns_type::srv, one.port));
    text_of(R"(,"name":)", one, dns_type::srv);
    number(R"(},"MX":{"preference":)", if_is(dns_type::mx, one.priority));
    text_of(R"(,"name":)", one, dns_type::mx);
    number(R"(},"OPT":[],"URI":{"priority":)", if_is(dns_type::uri, one.priority));
    number(R"(,"weight":)", if_is(dns_type::uri, one.weight));
    text_of(R"(,"target":)", one, dns_type::uri);
    const auto strings = message_.texts(one);
    text(R"(},"TXT":)", strings.empty() ? dns_text{} : strings.front());
    if (one.type == dns_type::svcb || one.type == dns_type::https)
      svcb(one);
    else if (one.type == dns_type::dname)
      text(R"(,"DNAME":)", one.target);
  }

  void svcb(const dns_record& one) {
    number(R"(,"SVCB":{"priority":)", one.priority);
    text(R"(,"target":)", one.target);
    out_ += R"(,"hints":[)";
    for (bool first = true; const auto& address : message_.hints(one)) {
      out_ += std::exchange(first, false) ? "\"" : ",\"";
      append_address(out_, address);
      out_ += '"';
    }
    out_ += "]}";
  }

  std::string& out_;
  const dns_message& message_;
};

void append_header(object_writer& writer, const dns_header& header) {
  writer.number(R"({"ID":)", header.id);
  writer.number(R"(,"QR":)", header.response ? 1 : 0);
  writer.word(R"(,"opCode":)", append_dns_opcode, header.opcode);
  writer.number(R"(,"AA":)", header.authoritative ? 1 : 0);
  writer.number(R"(,"TC":)", header.truncated ? 1 : 0);
  writer.number(R"(,"RD":)", header.recursion_desired ? 1 : 0);
  writer.number(R"(,"RA":)", header.recursion_available ? 1 : 0);
  writer.number(R"(,"Z":)", header.z);
  writer.word(R"(,"responseCode":)", append_dns_rcode, header.rcode);
  writer.number(R"(,"QDCount":)", header.counts[0]);
  writer.number(R"(,"ANCount":)", header.counts[1]);
  writer.number(R"(,"NSCount":)", header.counts[2]);
  writer.number(R"(,"ARCount":)", header.counts[3]);
}

} // namespace

void append_proto_dns(std::string& out, const dns_message& message, dns_flaw flaw) {
  object_writer writer{out, message};
  append_header(writer, message.header);
  const auto section = [&](std::string_view key, const auto& items, auto write) {
    out += key;
    for (const auto& one : items) {
      if (&one != items.data())
        out += ',';
      write(one);
    }
    out += ']';
  };
  const auto write_record = [&](const dns_record& one) { writer.record(one); };
  section(R"(,"questions":[)", message.questions,
          [&](const dns_question& one) { writer.question(one); });
  section(R"(,"answers":[)", message.answers, write_record);
  section(R"(,"authorities":[)", message.authorities, write_record);
  section(R"(,"additionals":[)", message.additionals, write_record);
  if (flaw != dns_flaw::none) {
    out += R"(,"flaw":)";
    append_json_string(out, to_string(flaw));
  }
  out += '}';
}

} // namespace vedette
