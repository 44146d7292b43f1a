// Completion scripts from the table of commands: a shell that has read one completes commands, options, their choices,
// and files where files are taken (`*.rules` where rules are).
#pragma once

#include <string>

#include "cli/command_table.hpp"

namespace tocsin::cli {

std::string bash_completion(const CommandTable& table);
std::string zsh_completion(const CommandTable& table);
std::string fish_completion(const CommandTable& table);

}  // namespace tocsin::cli
