// The commands and options as plain data, for what is made of them: completion, man pages.
//
// It is read off the table of command_line.cpp, the one that also understands command lines, so that neither can offer
// what isn't there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin::cli {

/// What stands in a value's place.
enum class Takes : std::uint8_t { nothing, text, choice, file, rules };

struct OptionEntry {
  std::vector<std::string> names;  ///< `-r`, `--regex`; of an argument without a dash its one name, `RULES`
  std::string value;               ///< `FILE`; empty: takes nothing
  std::string description;
  std::string default_text;          ///< empty: none
  std::vector<std::string> choices;  ///< of Takes::choice
  Takes takes = Takes::text;
  bool required = false;
  bool repeated = false;  ///< may be given several times
};

struct CommandEntry {
  std::string name;
  std::string summary;
  std::vector<OptionEntry> arguments;  ///< in order
  std::vector<OptionEntry> options;
};

struct CommandTable {
  std::string summary;
  std::vector<OptionEntry> options;  ///< of every command
  std::vector<CommandEntry> commands;
};

CommandTable command_table();

}  // namespace tocsin::cli
