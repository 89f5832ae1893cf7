#pragma once

#include "events/value.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace vedette {

/// Whether every `{"schema":…,"answer":…}` is a draft 2020-12 schema that its answer
/// satisfies, and refuses the answer with a member more. By Debian's python3-jsonschema,
/// which says on stderr what is wrong.
inline bool satisfy_schemas(const value::list& cases) {
  static int number = 0;
  const auto path = std::filesystem::temp_directory_path()
                    / ("schemas." + std::to_string(getpid()) + "."
                       + std::to_string(number++));
  std::ofstream{path} << to_json(cases);
  const auto command =
      "python3 -c \"import json,sys,jsonschema\n"
      "cases=json.load(open(sys.argv[1]))\n"
      "assert cases, 'nothing to validate'\n"
      "for c in cases:\n"
      "  v=jsonschema.Draft202012Validator\n"
      "  v.check_schema(c['schema']); v(c['schema']).validate(c['answer'])\n"
      "  a=c['answer'][0] if isinstance(c['answer'],list) else c['answer']\n"
      "  if isinstance(a,dict):\n"
      "    a['more']=1\n"
      "    assert not v(c['schema']).is_valid(c['answer'])\n"
      "\" "
      + path.string();
  const auto code = std::system(command.c_str());
  std::filesystem::remove(path);
  return code == 0;
}

} // namespace vedette
