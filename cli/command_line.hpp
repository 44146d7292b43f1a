// Words of a command line → which command, with its options; or the answer to give instead: help, or what is wrong.
//
// The commands and options are those of option_table.cpp. What can be judged without opening anything (durations, URIs)
// is judged here, so that a slip costs no time. Reads no environment and opens nothing.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "cli/commands.hpp"

namespace tocsin::cli {

enum class Color : std::uint8_t { automatic, always, never };

struct CommandLine {
  std::variant<RunOptions, CheckOptions, TestOptions, FormatOptions, ExplainOptions, GraphOptions, SendOptions,
               InferOptions, GenerateOptions, CompletionOptions>
      command;
  Color color = Color::automatic;
};

/// What to say instead of running a command.
struct Answer {
  int code = 0;      ///< kOk: the text was asked for and goes to stdout; kUsage: to stderr
  std::string text;  ///< whole lines
};

/// `words` without the program's name.
tl::expected<CommandLine, Answer> parse_command_line(std::vector<std::string> words);

}  // namespace tocsin::cli
