#include "cli/command_line.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/clash.hpp"
#include "cli/command_table.hpp"
#include "cli/exit_code.hpp"
#include "cli/man_page.hpp"
#include "cli/option_table.hpp"
#include "rules/diagnostic.hpp"

namespace tocsin::cli {

namespace {

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

std::vector<std::string> option_names(const CLI::App& app, const CLI::App* command) {
  std::vector<std::string> names;
  for (const CLI::App* each : {&app, command}) {
    if (each == nullptr) continue;
    for (const CLI::Option* option : each->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string unknown_option(std::string word, const CLI::App& app, const CLI::App* command) {
  word = word.substr(0, word.find('='));
  const std::vector<std::string> names = option_names(app, command);
  const std::string near = rules::nearest(word, names);
  return fmt::format("there is no option `{}`{}", word, near.empty() ? "" : fmt::format(", did you mean `{}`?", near));
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::string unknown_command(const std::string& word, const CLI::App& app) {
  const std::vector<std::string> names = command_names(app);
  const std::string near = rules::nearest(word, names);
  return fmt::format("there is no command `{}`{}", word,
                     near.empty() ? fmt::format("; the commands are {}", fmt::join(names, ", "))
                                  : fmt::format(", did you mean `{}`?", near));
}

/// One line on the error, from the words that were given.
std::string what_is_wrong(const CLI::ParseError& error, const CLI::App& app, const CLI::App* command,
                          const std::vector<std::string>& words) {
  if (command == nullptr) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == "--color")
        ++i;
      else if (words[i].starts_with("--color="))
        continue;
      else
        return is_option(words[i]) ? unknown_option(words[i], app, nullptr) : unknown_command(words[i], app);
    }
    return fmt::format("a command is missing: {}", fmt::join(command_names(app), ", "));
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) {
    // What follows a misspelt option is taken for something else, which is then what seems to be wrong.
    const std::vector<std::string> names = option_names(app, command);
    for (const std::string& word : words) {
      if (word == "--") break;
      if (word.starts_with("--") &&
          std::find(names.begin(), names.end(), word.substr(0, word.find('='))) == names.end())
        return unknown_option(word, app, command);
    }
    return error.what();
  }
  const std::vector<std::string> extras = app.remaining(true);
  const auto option = std::find_if(extras.begin(), extras.end(), is_option);
  if (option != extras.end()) return unknown_option(*option, app, command);
  return extras.empty() ? error.what() : fmt::format("`{}` is one word too many", extras.front());
}

Answer answer(const CLI::ParseError& error, const CLI::App& app, const std::vector<std::string>& words) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  const CLI::App* command = parsed.empty() ? nullptr : parsed.front();
  if (error.get_exit_code() == 0) {
    if (dynamic_cast<const CLI::CallForHelp*>(&error) == nullptr) return {kOk, std::string(error.what()) + "\n"};
    return {kOk, command != nullptr ? command->help("tocsin") : app.help()};
  }
  const std::string name = command != nullptr ? "tocsin " + command->get_name() : "tocsin";
  return {kUsage,
          fmt::format("error: {}\n`{} --help` tells what there is\n", what_is_wrong(error, app, command, words), name)};
}

/// `--help-man [COMMAND]`, by which the build makes the pages that are installed.
Answer man(const std::vector<std::string>& words) {
  const CommandTable table = command_table();
  const std::string page = words.size() == 1 ? man_page(table) : man_page(table, words[1]);
  if (words.size() <= 2 && !page.empty()) return {kOk, page};
  return {kUsage, "error: `--help-man` takes a command, or nothing\n`tocsin --help` tells what there is\n"};
}

DiagnosticForm diagnostic_form(const std::string& name) {
  if (name == "short") return DiagnosticForm::short_lines;
  if (name == "json") return DiagnosticForm::json;
  return name == "sarif" ? DiagnosticForm::sarif : DiagnosticForm::human;
}

TestForm test_form(const std::string& name) {
  if (name == "json") return TestForm::json;
  return name == "junit" ? TestForm::junit : TestForm::human;
}

}  // namespace

tl::expected<CommandLine, Answer> parse_command_line(std::vector<std::string> words) {
  if (!words.empty() && words.front() == "--help-man") return tl::unexpected(man(words));
  CLI::App app{kSummary, "tocsin"};
  Words read;
  add_all(app, read);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    if (read.explain.format != "text" && read.explain.stage != "nfa")
      throw CLI::ValidationError("--format", read.explain.format + " shows --stage nfa only");
    if (read.test.watch && read.test_format != "human")
      throw CLI::ValidationError("--watch", "runs go on and on; --format human only");
    if (const std::string twice = clash(read.run); !twice.empty()) throw CLI::ParseError(twice, kUsage);
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(answer(error, app, words));
  }
  read.run.lateness = *events::parse_duration(read.lateness);
  read.run.drain = !read.no_drain;
  read.generate.near = !read.no_near;
  read.check.form = diagnostic_form(read.check_format);
  read.test.form = test_form(read.test_format);
  CommandLine line;
  line.color = read.color == "auto" ? Color::automatic : read.color == "always" ? Color::always : Color::never;
  const std::string& name = app.get_subcommands().front()->get_name();
  if (name == "run") line.command = std::move(read.run);
  if (name == "check") line.command = std::move(read.check);
  if (name == "test") line.command = std::move(read.test);
  if (name == "fmt") line.command = std::move(read.format);
  if (name == "explain") line.command = std::move(read.explain);
  if (name == "graph") line.command = std::move(read.graph);
  if (name == "send") line.command = std::move(read.send);
  if (name == "infer") line.command = std::move(read.infer);
  if (name == "generate") line.command = std::move(read.generate);
  if (name == "completion") line.command = std::move(read.completion);
  return line;
}

}  // namespace tocsin::cli
