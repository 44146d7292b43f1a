#include "cli/man_page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/exit_code.hpp"

namespace tocsin::cli {

namespace {

/// Text as roff has it: backslashes and hyphens are theirs, and so is a point or quote where a line begins.
std::string roff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (result.empty() && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else
      result += c;
  }
  return result;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

std::string heading(const std::string& name, std::string_view summary) {
  return fmt::format(".TH {} 1 {} \"tocsin {}\"\n.SH NAME\n{} \\- {}\n", roff(upper(name)), TOCSIN_DATE, TOCSIN_VERSION,
                     roff(name), roff(summary));
}

std::string choices(const OptionEntry& option) {
  return option.takes == Takes::choice
             ? fmt::format("\n.br\nOne of: {}.", roff(fmt::format("{}", fmt::join(option.choices, ", "))))
             : "";
}

std::string options(const std::vector<OptionEntry>& entries) {
  std::string text;
  for (const OptionEntry& option : entries) {
    std::string names;
    for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
    if (option.names.front() != option.value && !option.value.empty()) names += " " + italic(option.value);
    text += ".TP\n" + names + "\n" + roff(option.description) + choices(option);
    if (!option.default_text.empty()) text += fmt::format("\n.br\nDefault: {}.", roff(option.default_text));
    text += '\n';
  }
  return text;
}

std::string synopsis(const CommandEntry& command) {
  std::string text = ".SH SYNOPSIS\n" + bold("tocsin " + command.name);
  for (const OptionEntry& argument : command.arguments) {
    const std::string name = italic(argument.value) + (argument.repeated ? " ..." : "");
    text += " " + (argument.required ? name : "[" + name + "]");
  }
  for (const OptionEntry& option : command.options) {
    text += "\n[" + bold(option.names.back());
    if (!option.value.empty()) text += " " + italic(option.value);
    text += option.repeated ? "] ..." : "]";
  }
  return text + "\n";
}

std::string exit_status() {
  const std::pair<int, const char*> codes[] = {{kOk, "all is well"},
                                               {kFindings, "rules have errors, or tests fail"},
                                               {kUsage, "the command line can't be understood"},
                                               {kWarnings, "rules have warnings, and --deny-warnings was given"},
                                               {kInternal, "an error of the program itself"},
                                               {kInputOutput, "something can't be read or written"}};
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : codes)
    text += fmt::format(".TP\n{}\n{}\n", bold(std::to_string(code)), roff(meaning));
  return text;
}

}  // namespace

std::string man_page(const CommandTable& table) {
  const std::size_t colon = table.summary.find(": ");
  std::string text = heading("tocsin", table.summary.substr(colon + 2));
  text += ".SH SYNOPSIS\n" + bold("tocsin") + " [" + italic("OPTION") + " ...] " + italic("COMMAND") + " [" +
          italic("ARGUMENT") + " ...]\n.SH COMMANDS\n";
  for (const CommandEntry& command : table.commands)
    text += ".TP\n" + bold(command.name) + "\n" + roff(command.summary) + "\n";
  text += ".SH OPTIONS\n" + options(table.options) + exit_status();
  text +=
      ".SH ENVIRONMENT\n.TP\n" + bold("NO_COLOR") + "\nWhen it is set, nothing is colored without --color always.\n";
  text += ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < table.commands.size(); ++i)
    text +=
        ".BR " + roff("tocsin-" + table.commands[i].name) + " (1)" + (i + 1 < table.commands.size() ? " ,\n" : "\n");
  return text;
}

std::string man_page(const CommandTable& table, std::string_view name) {
  const auto command = std::find_if(table.commands.begin(), table.commands.end(),
                                    [name](const CommandEntry& entry) { return entry.name == name; });
  if (command == table.commands.end()) return {};
  std::string text = heading("tocsin-" + command->name, command->summary) + synopsis(*command);
  if (!command->arguments.empty()) text += ".SH ARGUMENTS\n" + options(command->arguments);
  text += ".SH OPTIONS\n" + options(command->options) + options(table.options) + exit_status();
  return text + ".SH SEE ALSO\n.BR tocsin (1)\n";
}

}  // namespace tocsin::cli
