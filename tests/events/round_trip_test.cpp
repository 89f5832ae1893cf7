#include "events/line_parser.hpp"
#include "tests/events/any_event.hpp"
#include "tests/events/padded_line.hpp"
#include "tests/events/replay.hpp"

namespace vedette {

namespace {

/// JSON shows strings that are not UTF-8 only in part, so that equal lines do not prove
/// it.
void expect_same_texts(event_view event, event_view other) {
  const auto args = definition_of(event.kind()).args;
  ASSERT_EQ(event.header().present, other.header().present);
  for (std::size_t slot = 0; slot < args.size(); ++slot) {
    if ((event.header().references >> slot & 1U) == 0)
      continue;
    EXPECT_EQ(event.value_at<arg_type::string>(slot),
              other.value_at<arg_type::string>(slot))
        << args[slot].name;
  }
}

TEST(RoundTrip, KeepsEveryKindOfEvent) {
  any_event any{7};
  line_parser parser;
  for (const auto& definition : event_definitions())
    for (std::uint64_t i = 0; i < 20; ++i) {
      const std::chrono::nanoseconds offset{1'000'000'007};
      const auto live = collected_batch(any.record(definition.kind), any, offset);
      const auto line = written((*live)[0]);
      const auto record = parser.parse(padded_line{line}, i);
      ASSERT_TRUE(record) << record.error() << "\n" << line;
      const auto replayed = replayed_batch(*record);
      const auto event = (*replayed)[0];
      ASSERT_EQ(event.kind(), definition.kind);
      EXPECT_EQ(event.position(), i);
      EXPECT_EQ(event.time(), (*live)[0].time());
      EXPECT_EQ(event.extension()->arguments.length, 0U);
      expect_same_texts((*live)[0], event);
      ASSERT_EQ(written(event, "another host"), line);
    }
}

TEST(RoundTrip, KeepsLinesOfTheSpecification) {
  const std::string_view line =
      R"({"timestamp":1700000000000000000,"threadStartTime":1699999990000000000,"processorId":0,"processId":812,"cgroupId":5213,"threadId":812,"parentProcessId":1,"hostProcessId":812,"hostThreadId":812,"hostParentProcessId":1,"userId":1000,"mountNamespace":4026531841,"pidNamespace":4026531836,"processName":"curl","executable":{"path":"/usr/bin/curl"},"hostName":"h1","containerId":"","container":{},"kubernetes":{},"eventId":"2006","eventName":"net_packet_dns","matchedPolicies":[""],"argsNum":5,"returnValue":0,"syscall":"","stackAddresses":null,"contextFlags":{"containerStarted":false,"isCompat":false},"threadEntityId":1588574885,"processEntityId":1588574885,"parentEntityId":791712724,"args":[{"name":"src","type":"string","value":"192.0.2.53"},{"name":"dst","type":"string","value":"192.0.2.10"},{"name":"src_port","type":"uint16","value":53},{"name":"dst_port","type":"uint16","value":40112},{"name":"proto_dns","type":"trace.ProtoDNS","value":{"ID":7,"QR":1,"opCode":"query","AA":0,"TC":0,"RD":1,"RA":1,"Z":0,"responseCode":"no error","QDCount":1,"ANCount":1,"NSCount":0,"ARCount":0,"questions":[{"name":"example.com","type":"A","class":"IN"}],"answers":[{"name":"example.com","type":"A","class":"IN","TTL":300,"IP":"192.0.2.80","NS":"","CNAME":"","PTR":"","TXTs":[],"SOA":{"MName":"","RName":"","serial":0,"refresh":0,"retry":0,"expire":0,"minimum":0},"SRV":{"priority":0,"weight":0,"port":0,"name":""},"MX":{"preference":0,"name":""},"OPT":[],"URI":{"priority":0,"weight":0,"target":""},"TXT":""}],"authorities":[],"additionals":[]}}]})";
  line_parser parser;
  const auto record = parser.parse(padded_line{line}, 0);
  ASSERT_TRUE(record) << record.error();
  EXPECT_EQ(rewritten(*record), line);
}

TEST(RoundTrip, KeepsWhatIsNotInTheTable) {
  for (
      const std::string_view tail : {
          R"("eventId":"6018","eventName":"anti_debugging","matchedPolicies":null,"argsNum":2,"returnValue":-1,"syscall":"ptrace","stackAddresses":[18446744073709551615],"contextFlags":{"containerStarted":true,"isCompat":true},"threadEntityId":1,"processEntityId":2,"parentEntityId":9007199254740991,"args":[{"name":"new","type":"newer","value":[1.0,{"a":null}]},{"name":"none","type":"x","value":null}],"metadata":{"Version":"1","Description":"","Tags":null,"Properties":{"Severity":3}}})",
          R"("eventId":"62","eventName":"kill","matchedPolicies":["a"],"argsNum":3,"returnValue":0,"syscall":"","stackAddresses":null,"contextFlags":{"containerStarted":false,"isCompat":false},"threadEntityId":1,"processEntityId":2,"parentEntityId":3,"args":[{"name":"pid","type":"int32","value":1,"truncated":true},{"name":"sig","type":"int32","value":9,"unresolved":true},{"name":"why","type":"string","value":"a \"{}\\"}]})",
      }) {
    const auto line =
        R"({"timestamp":1,"threadStartTime":2,"processorId":3,"processId":4,"cgroupId":18446744073709551615,"threadId":5,"parentProcessId":6,"hostProcessId":7,"hostThreadId":8,"hostParentProcessId":9,"userId":10,"mountNamespace":11,"pidNamespace":12,"processName":"a name of more than 15 bytes","executable":{"path":"/x"},"hostName":"h","containerId":"c","container":{"id":"c","name":"n"},"kubernetes":{"podName":"p"},)"
        + std::string{tail};
    line_parser parser;
    const auto record = parser.parse(padded_line{line}, 0);
    ASSERT_TRUE(record) << record.error();
    EXPECT_EQ(rewritten(*record), line);
  }
}

/// A change that a broken disk or a hostile hand might make.
void damage(std::string& line, any_event& any) {
  static constexpr std::string_view bytes = "\"\\{}[],:0-1.eE tfn\x01\x7F\x80\xFF\xC3";
  const auto place = any.number() % line.size();
  switch (any.number() % 4) {
  case 0:
    line[place] = bytes[any.number() % bytes.size()];
    break;
  case 1:
    line.erase(place, any.number() % 20);
    break;
  case 2:
    line.insert(place, line.substr(any.number() % line.size(), 20));
    break;
  default:
    line.insert(place, 1, bytes[any.number() % bytes.size()]);
  }
  if (line.empty())
    line = " ";
}

TEST(RoundTrip, TakesNoDamage) {
  any_event any{11};
  line_parser parser;
  std::size_t read = 0;
  for (auto i = 0; i < 20'000; ++i) {
    const auto kind = static_cast<event_kind>(any.number() % event_kinds);
    const auto live = collected_batch(any.record(kind), any, {});
    auto line = written((*live)[0]);
    for (auto left = 1 + any.number() % 3; left > 0; --left)
      damage(line, any);
    const auto record = parser.parse(padded_line{line}, 0);
    if (!record) {
      EXPECT_FALSE(record.error().empty());
      continue;
    }
    // Whatever was understood is a record, and stays what it is.
    ++read;
    const auto once = rewritten(*record);
    const auto again = parser.parse(padded_line{once}, 0);
    ASSERT_TRUE(again) << again.error() << "\n" << once;
    ASSERT_EQ(rewritten(*again), once);
  }
  EXPECT_GT(read, 1000U);
}

} // namespace

} // namespace vedette
