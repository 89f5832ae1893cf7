#pragma once

namespace vedette {

/// What `vedette` does with its arguments → its exit code.
int run_command_line(int count, char** words);

} // namespace vedette
