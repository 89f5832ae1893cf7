#include "events/dns/dns_message.hpp"

namespace vedette {

void dns_message::clear() {
  header = {};
  questions.clear();
  answers.clear();
  authorities.clear();
  additionals.clear();
  addresses.clear();
  strings.clear();
  block_.clear();
}

} // namespace vedette
