#pragma once

#include "cli/commands.hpp"
#include "datasources/contract.hpp"

#include <expected>
#include <string>
#include <vector>

// Questions to data sources as they are written on the command line and in files, and
// answers as they are printed.
namespace vedette {

struct asked_question {
  std::string source;
  dynamic_question question;
};

/// KEY: JSON if it begins with `{`, else a string.
std::expected<value, error> key_of(const std::string& word);

/// SOURCE and KEY, or the lines of `--keys FILE`.
/// Errors: invalid_config, naming the file and line; bad_input.
std::expected<std::vector<asked_question>, error> questions_of(const get_options& options);

/// A line: `{"source":…,"key":…,"at":…,"record":{…}}`, with `"complete":false` where so,
/// or `{…,"error":"data_not_found","message":…}`.
void print_answer(const std::string& source, const value& key,
                  const dynamic_result& answer);

} // namespace vedette
