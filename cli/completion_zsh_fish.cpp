// The scripts of zsh and fish: both have words of their own for what an option takes.
#include <fmt/format.h>

#include "cli/completion.hpp"

namespace tocsin::cli {

namespace {

/// In single quotes; signs of `special` get a backslash.
std::string quoted(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
      continue;
    }
    if (special.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

/// `:value:action` of _arguments.
std::string zsh_value(const OptionEntry& option) {
  std::string text = ":" + option.value + ":";
  if (option.takes == Takes::choice) return text + fmt::format("({})", fmt::join(option.choices, " "));
  if (option.takes == Takes::file) return text + "_files";
  if (option.takes == Takes::rules) return text + "_files -g \"*.rules\"";
  return text + " ";
}

std::string zsh_options(const std::vector<OptionEntry>& options) {
  std::string text;
  for (const OptionEntry& option : options)
    for (const std::string& name : option.names) {
      const bool takes = option.takes != Takes::nothing;
      text += fmt::format(" \\\n        '{}{}{}[{}]{}'", option.repeated ? "*" : "", name,
                          takes && name.starts_with("--") ? "=" : "", quoted(option.description, "[]\\"),
                          takes ? zsh_value(option) : "");
    }
  return text;
}

std::string fish_value(const OptionEntry& option) {
  switch (option.takes) {
    case Takes::nothing:
      return "";
    case Takes::choice:
      return fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
    case Takes::file:
      return " -r -F";
    case Takes::rules:
      return " -r -k -a '(__fish_complete_suffix .rules)'";
    case Takes::text:
      break;
  }
  return " -x";
}

std::string fish_options(const std::string& condition, const std::vector<OptionEntry>& options) {
  std::string text;
  for (const OptionEntry& option : options) {
    text += "complete -c tocsin" + condition;
    for (const std::string& name : option.names)
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    text += fmt::format(" -d '{}'{}\n", quoted(option.description, "\\"), fish_value(option));
  }
  return text;
}

}  // namespace

std::string zsh_completion(const CommandTable& table) {
  std::string text =
      "#compdef tocsin\n# Completion of tocsin for zsh, as `tocsin completion zsh` writes it.\n\n_tocsin() {\n"
      "  local curcontext=$curcontext state line\n  local -a commands\n  commands=(\n";
  for (const CommandEntry& command : table.commands)
    text += fmt::format("    '{}:{}'\n", command.name, quoted(command.summary, ":\\"));
  text += "  )\n  _arguments -C" + zsh_options(table.options) +
          " \\\n        '1:command:->command' '*::argument:->argument'\n  case $state in\n"
          "    command) _describe -t commands command commands ;;\n    argument)\n      case $words[1] in\n";
  for (const CommandEntry& command : table.commands) {
    text += fmt::format("      {})\n        _arguments{}{}", command.name, zsh_options(command.options),
                        zsh_options(table.options));
    std::size_t place = 0;
    for (const OptionEntry& argument : command.arguments)
      text +=
          fmt::format(" \\\n        '{}{}'", argument.repeated ? "*" : std::to_string(++place), zsh_value(argument));
    text += " ;;\n";
  }
  return text +
         "      esac ;;\n  esac\n}\n\nif [[ $funcstack[1] == _tocsin ]]; then\n  _tocsin \"$@\"\nelse\n  compdef "
         "_tocsin tocsin\nfi\n";
}

std::string fish_completion(const CommandTable& table) {
  std::string text =
      "# Completion of tocsin for fish, as `tocsin completion fish` writes it.\n\ncomplete -c tocsin -f\n" +
      fish_options("", table.options);
  for (const CommandEntry& command : table.commands)
    text += fmt::format("complete -c tocsin -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                        quoted(command.summary, "\\"));
  for (const CommandEntry& command : table.commands) {
    const std::string condition = fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name);
    text += fish_options(condition, command.options);
    for (const OptionEntry& argument : command.arguments) {
      if (argument.takes == Takes::text) continue;
      text += "complete -c tocsin" + condition + fish_value(argument) + "\n";
      break;
    }
  }
  return text;
}

}  // namespace tocsin::cli
