// Words → command and options, or the answer to give. Tables: what is understood, what is refused and how it helps.
#include "cli/command_line.hpp"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/command_table.hpp"
#include "cli/exit_code.hpp"

namespace tocsin::cli {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// Options of a line that has to be understood as the command `Options`.
template <class Options>
Options understood(const std::string& words) {
  const auto line = parse_command_line(split(words));
  if (!line) {
    ADD_FAILURE() << "tocsin " << words << "\nexpected to be understood, got\n" << line.error().text;
    return {};
  }
  if (const auto* options = std::get_if<Options>(&line->command)) return *options;
  ADD_FAILURE() << "tocsin " << words << " is another command: alternative " << line->command.index();
  return {};
}

using Strings = std::vector<std::string>;

TEST(CommandLine, run_without_options) {
  const auto run = understood<RunOptions>("run a.rules b");
  EXPECT_EQ(run.rules, (Strings{"a.rules", "b"}));
  EXPECT_EQ(run.in, Strings{"-"});
  EXPECT_EQ(run.out, Strings{"-"});
  EXPECT_EQ(run.lateness.ns, 0);
  EXPECT_TRUE(run.drain);
  EXPECT_EQ(run.partitions, 0U);
  EXPECT_FALSE(run.stats);
  EXPECT_EQ(run.dead_letters, "");
}

TEST(CommandLine, run_with_all_options) {
  const auto run = understood<RunOptions>(
      "run --in x.ndjson a.rules --in=zmq+pull://127.0.0.1:5555 --out - --out y.gz --lateness 1m30s --no-drain "
      "--partitions 8 --stats --dead-letters d");
  EXPECT_EQ(run.rules, Strings{"a.rules"});
  EXPECT_EQ(run.in, (Strings{"x.ndjson", "zmq+pull://127.0.0.1:5555"}));
  EXPECT_EQ(run.out, (Strings{"-", "y.gz"}));
  EXPECT_EQ(run.lateness.ns, 90'000'000'000);
  EXPECT_FALSE(run.drain);
  EXPECT_EQ(run.partitions, 8U);
  EXPECT_TRUE(run.stats);
  EXPECT_EQ(run.dead_letters, "d");
}

TEST(CommandLine, other_commands) {
  EXPECT_TRUE(understood<CheckOptions>("check r --deny-warnings").deny_warnings);
  EXPECT_EQ(understood<CheckOptions>("check r").form, DiagnosticForm::human);
  EXPECT_EQ(understood<CheckOptions>("check r --format sarif").form, DiagnosticForm::sarif);
  EXPECT_EQ(understood<CheckOptions>("check r --format short").form, DiagnosticForm::short_lines);
  EXPECT_EQ(understood<TestOptions>("test a b").rules, (Strings{"a", "b"}));
  const auto test = understood<TestOptions>("test a -r hot -v --format junit");
  EXPECT_EQ(test.regex, "hot");
  EXPECT_TRUE(test.verbose && !test.watch && test.form == TestForm::junit);
  EXPECT_TRUE(understood<TestOptions>("test a --watch").watch);
  EXPECT_EQ(understood<CompletionOptions>("completion zsh").shell, "zsh");
  const auto graph_options = understood<GraphOptions>("graph a b --format mermaid");
  EXPECT_EQ(graph_options.rules, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(graph_options.format, "mermaid");
  EXPECT_EQ(understood<GraphOptions>("graph a").format, "text");
  const auto explain = understood<ExplainOptions>("explain r hot --stage nfa --format dot");
  EXPECT_EQ(explain.rules + " " + explain.rule + " " + explain.stage + " " + explain.format, "r hot nfa dot");
  const auto send = understood<SendOptions>("send zmq+push://h:1 f --batch 64");
  EXPECT_EQ(send.uri + " " + send.file, "zmq+push://h:1 f");
  EXPECT_EQ(send.batch, 64U);
  EXPECT_EQ(understood<SendOptions>("send zmq+push://h:1").file, "-");
}

TEST(CommandLine, color_stands_anywhere) {
  const std::pair<const char*, Color> cases[] = {{"check r", Color::automatic},
                                                 {"--color always check r", Color::always},
                                                 {"check r --color never", Color::never},
                                                 {"--color=auto check r", Color::automatic}};
  for (const auto& [words, color] : cases) {
    const auto line = parse_command_line(split(words));
    ASSERT_TRUE(line) << words << "\n" << line.error().text;
    EXPECT_EQ(line->color, color) << words;
  }
}

struct Refusal {
  const char* words;
  const char* message;  ///< its first line, whole
};

TEST(CommandLine, refusals) {
  const Refusal cases[] = {
      {"rnu r", "error: there is no command `rnu`, did you mean `run`?"},
      {"--color never tset r", "error: there is no command `tset`, did you mean `test`?"},
      {"test r -r (", "error: --regex: `(` is no regular expression: missing ): ("},
      {"test r --watch --format json", "error: --watch: runs go on and on; --format human only"},
      {"check r --format xml", "error: --format: `xml` is none of human, short, json, sarif"},
      {"completion csh", "error: SHELL: `csh` is none of bash, zsh, fish, did you mean `zsh`?"},
      {"--help-man nosuch", "error: `--help-man` takes a command, or nothing"},
      {"--help-man run check", "error: `--help-man` takes a command, or nothing"},
      {"--colr=never check r", "error: there is no option `--colr`, did you mean `--color`?"},
      {"run r --lateness=5 ", "error: --lateness: `5` is no duration; write for example 500ms, 5s or 1m30s"},
      {"run r --latness=5s", "error: there is no option `--latness`, did you mean `--lateness`?"},
      {"run r --frobnicate", "error: there is no option `--frobnicate`"},
      {"run", "error: RULES is required"},
      {"run r e.ndjson.gz",
       "error: RULES: `e.ndjson.gz` is no file of rules; to read events from it: --in e.ndjson.gz"},
      {"run r --partitions 257", "error: --partitions: `257` is no whole number from 0 to 256"},
      {"run r --partitions -1", "error: --partitions: `-1` is no whole number from 0 to 256"},
      {"run r --partitions 1.5", "error: --partitions: `1.5` is no whole number from 0 to 256"},
      {"run r --in zmq+push://h:1", "error: --in: `zmq+push://h:1`: push sends: an input is zmq+pull:// or zmq+sub://"},
      {"explain r --stage nfs", "error: --stage: `nfs` is none of tree, plan, nfa, did you mean `nfa`?"},
      {"explain r --format dot", "error: --format: dot shows --stage nfa only"},
      {"graph", "error: RULES is required"},
      {"graph r --format svg", "error: --format: `svg` is none of text, dot, mermaid"},
      {"explain r a b", "error: `b` is one word too many"},
      {"send zmq+push://h:1 --batch 0", "error: --batch: `0` is no whole number from 1 to 100000"},
      {"send f", "error: URI: `f` is no ZeroMQ address; write for example zmq+push://127.0.0.1:5555"},
      {"check r --color red", "error: --color: `red` is none of auto, always, never"},
  };
  for (const Refusal& each : cases) {
    const auto line = parse_command_line(split(each.words));
    ASSERT_FALSE(line) << "tocsin " << each.words << " was understood";
    EXPECT_EQ(line.error().code, kUsage) << each.words;
    EXPECT_EQ(line.error().text.substr(0, line.error().text.find('\n')), each.message) << "tocsin " << each.words;
  }
}

TEST(CommandLine, refusals_end_with_where_to_read_on) {
  EXPECT_TRUE(parse_command_line({"rnu"}).error().text.ends_with("\n`tocsin --help` tells what there is\n"));
  EXPECT_TRUE(parse_command_line({"run"}).error().text.ends_with("\n`tocsin run --help` tells what there is\n"));
}

TEST(CommandLine, without_a_command_all_are_named) {
  for (const char* words : {"", "--color never", "frobnicate"}) {
    const auto line = parse_command_line(split(words));
    ASSERT_FALSE(line) << words;
    for (const CommandEntry& command : command_table().commands)
      EXPECT_NE(line.error().text.find(command.name), std::string::npos) << words << "\n" << line.error().text;
  }
}

TEST(CommandTable, has_what_command_lines_have) {
  const CommandTable table = command_table();
  const auto check = std::find_if(table.commands.begin(), table.commands.end(),
                                  [](const CommandEntry& command) { return command.name == "check"; });
  ASSERT_NE(check, table.commands.end());
  ASSERT_EQ(check->arguments.size(), 1U);
  EXPECT_EQ(check->arguments[0].value, "RULES");
  EXPECT_TRUE(check->arguments[0].required && check->arguments[0].repeated);
  EXPECT_EQ(check->arguments[0].takes, Takes::rules);
  const auto format = std::find_if(check->options.begin(), check->options.end(),
                                   [](const OptionEntry& option) { return option.names == Strings{"--format"}; });
  ASSERT_NE(format, check->options.end());
  EXPECT_EQ(format->takes, Takes::choice);
  EXPECT_EQ(format->choices, (Strings{"human", "short", "json", "sarif"}));
  EXPECT_EQ(format->default_text, "human");
  EXPECT_EQ(format->value, "FORMAT");
}

/// Each option of the table is understood by its command: nobody says that it isn't there.
TEST(CommandTable, offers_what_is_understood) {
  for (const CommandEntry& command : command_table().commands)
    for (const OptionEntry& option : command.options)
      for (const std::string& name : option.names) {
        const auto line = parse_command_line({command.name, name});
        ASSERT_FALSE(line.has_value()) << command.name << " " << name;
        EXPECT_EQ(line.error().text.find("there is no option"), std::string::npos) << line.error().text;
      }
}

TEST(CommandLine, help_and_version_are_answers) {
  for (const char* words : {"--help", "-h", "run --help", "send -h", "--version", "--help-man", "--help-man run"}) {
    const auto line = parse_command_line(split(words));
    ASSERT_FALSE(line) << words;
    EXPECT_EQ(line.error().code, kOk) << words;
    EXPECT_NE(line.error().text.find("tocsin"), std::string::npos) << words << "\n" << line.error().text;
  }
}

}  // namespace
}  // namespace tocsin::cli
