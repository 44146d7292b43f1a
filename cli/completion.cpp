// `tocsin completion`, and bash's script.
//
// bash gives the words so far in COMP_WORDS, where `--option=value` is three of them. What an option takes is looked up
// under `command:option`, options of all commands under `:option`.
#include "cli/completion.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/talk.hpp"

namespace tocsin::cli {

namespace {

constexpr const char* kBashBegin = R"(# Completion of tocsin for bash, as `tocsin completion bash` writes it.

_tocsin_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }
_tocsin_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}
_tocsin_rules() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -d -- "$1"; compgen -f -X '!*.rules' -- "$1")
}

_tocsin() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= i
  COMPREPLY=()
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
)";

std::string names_of(const OptionEntry& option, const char* before, const char* between) {
  std::string text;
  for (const std::string& name : option.names) text += (text.empty() ? "" : between) + (before + name);
  return text;
}

/// A call that completes the value of `option`, or nothing where it can be any text.
std::string bash_value(const OptionEntry& option) {
  switch (option.takes) {
    case Takes::choice:
      return fmt::format("_tocsin_words '{}' \"$cur\"; ", fmt::join(option.choices, " "));
    case Takes::file:
      return "_tocsin_files \"$cur\"; ";
    case Takes::rules:
      return "_tocsin_rules \"$cur\"; ";
    case Takes::nothing:
    case Takes::text:
      break;
  }
  return "";
}

void add_names(std::string& words, const std::vector<OptionEntry>& options) {
  for (const OptionEntry& option : options)
    for (const std::string& name : option.names) words += (words.empty() ? "" : " ") + name;
}

std::string bash_values(const std::string& command, const std::vector<OptionEntry>& options) {
  std::string text;
  for (const OptionEntry& option : options)
    if (option.takes != Takes::nothing)
      text +=
          fmt::format("    {}) {}return ;;\n", names_of(option, (command + ":").c_str(), " | "), bash_value(option));
  return text;
}

/// What the arguments of a command take; all of the one kind that the first with files has.
std::string bash_arguments(const CommandEntry& command) {
  for (const OptionEntry& argument : command.arguments)
    if (const std::string value = bash_value(argument); !value.empty()) return value;
  return ":";
}

}  // namespace

std::string bash_completion(const CommandTable& table) {
  std::string text = kBashBegin;
  for (const OptionEntry& option : table.options)
    if (option.takes != Takes::nothing)
      text += fmt::format("      {}) [[ ${{COMP_WORDS[i + 1]}} == = ]] && ((i++)); ((i++)) ;;\n",
                          names_of(option, "", " | "));
  text += "      -* | =) ;;\n      *) command=${COMP_WORDS[i]}; break ;;\n    esac\n  done\n";
  text += "  case $command:$prev in\n";
  text += bash_values("*", table.options);
  for (const CommandEntry& command : table.commands) text += bash_values(command.name, command.options);
  text += "  esac\n  case $command in\n";
  std::string commands;
  for (const CommandEntry& command : table.commands) commands += (commands.empty() ? "" : " ") + command.name;
  std::string global;
  add_names(global, table.options);
  text += fmt::format("    '') _tocsin_words '{} {}' \"$cur\" ;;\n", commands, global);
  for (const CommandEntry& command : table.commands) {
    std::string words;
    add_names(words, command.options);
    add_names(words, table.options);
    text += fmt::format(
        "    {})\n      if [[ $cur == -* ]]; then\n        _tocsin_words '{}' \"$cur\"\n      else\n        {}\n      "
        "fi ;;\n",
        command.name, words, bash_arguments(command));
  }
  return text + "  esac\n}\n\ncomplete -F _tocsin tocsin\n";
}

int completion(const CompletionOptions& options) {
  const CommandTable table = command_table();
  put("{}", options.shell == "bash"  ? bash_completion(table)
            : options.shell == "zsh" ? zsh_completion(table)
                                     : fish_completion(table));
  return kOk;
}

}  // namespace tocsin::cli
