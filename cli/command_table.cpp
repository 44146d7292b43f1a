#include "cli/command_table.hpp"

#include "cli/option_table.hpp"
#include "cli/option_values.hpp"

namespace tocsin::cli {

namespace {

/// The kind of a value follows from its name: FILE and URI are files, RULES are rules.
Takes what_it_takes(const OptionEntry& entry, bool flag) {
  if (flag) return Takes::nothing;
  if (!entry.choices.empty()) return Takes::choice;
  if (entry.value == "RULES") return Takes::rules;
  return entry.value == "FILE" || entry.value == "URI" ? Takes::file : Takes::text;
}

OptionEntry entry_of(const CLI::Option& option) {
  OptionEntry entry;
  for (const std::string& name : option.get_snames()) entry.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) entry.names.push_back("--" + name);
  const std::string type = option.get_type_name();
  entry.value = option.nonpositional() ? type.substr(0, type.find(':')) : option.get_name(true);
  if (!option.nonpositional()) entry.names.push_back(entry.value);
  entry.description = option.get_description();
  entry.default_text = option.get_default_str();
  entry.choices = choices_of(option);
  const bool flag = option.get_type_size() == 0;
  entry.takes = what_it_takes(entry, flag);
  if (flag) entry.value.clear();
  entry.required = option.get_required();
  entry.repeated = option.get_expected_max() > 1;
  return entry;
}

}  // namespace

CommandTable command_table() {
  CLI::App app{kSummary, "tocsin"};
  Words words;
  add_all(app, words);
  CommandTable table;
  table.summary = app.get_description();
  for (const CLI::Option* option : app.get_options()) table.options.push_back(entry_of(*option));
  for (const CLI::App* command : app.get_subcommands({})) {
    CommandEntry& entry = table.commands.emplace_back();
    entry.name = command->get_name();
    entry.summary = command->get_description();
    for (const CLI::Option* option : command->get_options())
      (option->nonpositional() ? entry.options : entry.arguments).push_back(entry_of(*option));
  }
  return table;
}

}  // namespace tocsin::cli
