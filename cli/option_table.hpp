// The one table of commands and options, as CLI11 has it: command_line.cpp understands words by it, command_table.cpp
// reads it off. A new command is a function there, a member here, and a line in command_line.cpp and main.cpp.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

namespace tocsin::cli {

inline constexpr const char* kSummary = "Tocsin: finds patterns over time in streams of events";

/// Where the words of a command line go.
struct Words {
  RunOptions run;
  CheckOptions check;
  TestOptions test;
  FormatOptions format;
  ExplainOptions explain;
  GraphOptions graph;
  SendOptions send;
  InferOptions infer;
  GenerateOptions generate;
  bool no_near = false;
  CompletionOptions completion;
  std::string color = "auto";
  std::string lateness = "0s";
  bool no_drain = false;
  std::string check_format = "human";
  std::string test_format = "human";
};

/// Adds every command and option, with what their values may be.
void add_all(CLI::App& app, Words& words);

}  // namespace tocsin::cli
