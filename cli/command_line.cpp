#include "cli/command_line.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/exit_code.hpp"
#include "rules/compile.hpp"
#include "transports/uri.hpp"

namespace tocsin::cli {

namespace {

// ---- what a value may be; an empty text is consent

std::string not_a_duration(const std::string& text) {
  if (const auto value = events::parse_duration(text); value && value->ns >= 0) return {};
  return "`" + text + "` is no duration; write for example 500ms, 5s or 1m30s";
}

std::string not_an_input(const std::string& uri) {
  const auto address = transports::parse_uri(uri, transports::Direction::source);
  return address ? "" : address.error();
}

std::string not_an_output(const std::string& uri) {
  const auto address = transports::parse_uri(uri, transports::Direction::sink);
  return address ? "" : address.error();
}

std::string not_a_socket(const std::string& uri) {
  if (uri.rfind("zmq+", 0) != 0)
    return "`" + uri + "` is no ZeroMQ address; write for example zmq+push://127.0.0.1:5555";
  return not_an_output(uri);
}

/// Events in the place of rules: the likeliest slip of a first try.
std::string not_rules(const std::string& path) {
  constexpr std::array<std::string_view, 6> kEvents = {".ndjson", ".jsonl", ".json", ".csv", ".gz", ".zst"};
  const auto fits = [&](std::string_view end) { return path.ends_with(end); };
  if (std::none_of(kEvents.begin(), kEvents.end(), fits)) return {};
  return "`" + path + "` is no file of rules; to read events from it: --in " + path;
}

CLI::Validator one_of(std::vector<std::string> words) {
  const auto judge = [words = std::move(words)](const std::string& text) {
    if (std::find(words.begin(), words.end(), text) != words.end()) return std::string();
    const std::string near = rules::nearest(text, words);
    return fmt::format("`{}` is none of {}{}", text, fmt::join(words, ", "),
                       near.empty() ? "" : fmt::format(", did you mean `{}`?", near));
  };
  return CLI::Validator(judge, "");
}

CLI::Validator number_in(std::uint32_t least, std::uint32_t most) {
  const auto judge = [least, most](const std::string& text) {
    std::uint32_t value = 0;
    if (CLI::detail::lexical_cast(text, value) && value >= least && value <= most) return std::string();
    return fmt::format("`{}` is no whole number from {} to {}", text, least, most);
  };
  return CLI::Validator(judge, "");
}

// ---- the table

struct Words {
  RunOptions run;
  CheckOptions check;
  TestOptions test;
  ExplainOptions explain;
  SendOptions send;
  std::string color = "auto";
  std::string lateness = "0s";
  bool no_drain = false;
};

CLI::Option* add_rules(CLI::App* command, std::vector<std::string>& rules) {
  return command->add_option("RULES", rules, "rule files, or folders of *.rules files")->type_name("")->required();
}

/// An option that may be given several times, one value each time.
CLI::Option* add_places(CLI::App* command, const char* name, std::vector<std::string>& places, const char* what) {
  return command->add_option(name, places, what)->type_name("URI")->take_all()->allow_extra_args(false)->expected(1);
}

void add_run(CLI::App& app, Words& words) {
  RunOptions& run = words.run;
  auto* command = app.add_subcommand("run", "events in, alerts out");
  add_rules(command, run.rules)->check(not_rules);
  add_places(command, "--in", run.in,
             "where events come from: - (stdin, the default), a file (.gz, .zst too), zmq+pull://host:port, "
             "zmq+sub://host:port?topic=T; may be given several times")
      ->check(not_an_input);
  add_places(
      command, "--out", run.out,
      "where outputs go: - (stdout, the default), a file, zmq+push://host:port, zmq+pub://host:port?topic=T; may "
      "be given several times")
      ->check(not_an_output);
  command->add_option("--lateness", words.lateness, "how far an event may be behind the latest one: 500ms, 5s, 1m30s")
      ->type_name("DURATION")
      ->check(not_a_duration)
      ->capture_default_str();
  command->add_flag("--no-drain", words.no_drain, "at the end of input let no timer come due early");
  command->add_option("--partitions", run.partitions, "parts that keys are spread over; 0: one for each core")
      ->type_name("N")
      ->check(number_in(0, 256))
      ->capture_default_str();
  command->add_flag("--stats", run.stats, "a table of figures at the end");
  command->add_option("--dead-letters", run.dead_letters, "append events that can't be used to this file")
      ->type_name("FILE");
}

void add_check(CLI::App& app, CheckOptions& check) {
  auto* command = app.add_subcommand("check", "compile rules and tell what is wrong with them");
  add_rules(command, check.rules);
  command->add_flag("--deny-warnings", check.deny_warnings, "exit with 3 when there are warnings");
}

void add_test(CLI::App& app, TestOptions& test) {
  auto* command = app.add_subcommand("test", "run the test blocks of rules");
  add_rules(command, test.rules);
}

void add_explain(CLI::App& app, ExplainOptions& explain) {
  auto* command = app.add_subcommand("explain", "show what rules mean, stage by stage");
  command->add_option("RULES", explain.rules, "a rule file, or a folder of them")->type_name("")->required();
  command->add_option("RULE", explain.rule, "one rule; all when left out")->type_name("");
  command->add_option("--stage", explain.stage, "tree, plan or nfa")
      ->type_name("STAGE")
      ->check(one_of({"tree", "plan", "nfa"}))
      ->capture_default_str();
  command->add_option("--format", explain.format, "text, or dot (for --stage nfa)")
      ->type_name("FORMAT")
      ->check(one_of({"text", "dot"}))
      ->capture_default_str();
}

void add_send(CLI::App& app, SendOptions& send) {
  auto* command = app.add_subcommand("send", "events into ZeroMQ, a line each");
  command->add_option("URI", send.uri, "zmq+push://host:port or zmq+pub://host:port?topic=T")
      ->type_name("")
      ->check(not_a_socket)
      ->required();
  command->add_option("FILE", send.file, "lines of events (.gz, .zst too); stdin when left out")->type_name("");
  command->add_option("--batch", send.batch, "lines in one message")
      ->type_name("N")
      ->check(number_in(1, 100'000))
      ->capture_default_str();
}

void add_all(CLI::App& app, Words& words) {
  app.require_subcommand(1);
  app.set_version_flag("--version", "tocsin " TOCSIN_VERSION);
  app.add_option("--color", words.color, "auto, always or never")
      ->type_name("WHEN")
      ->check(one_of({"auto", "always", "never"}))
      ->capture_default_str();
  app.fallthrough();
  add_run(app, words);
  add_check(app, words.check);
  add_test(app, words.test);
  add_explain(app, words.explain);
  add_send(app, words.send);
}

// ---- what is wrong

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

std::string unknown_option(std::string word, const CLI::App& app, const CLI::App* command) {
  word = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const CLI::App* each : {&app, command}) {
    if (each == nullptr) continue;
    for (const CLI::Option* option : each->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::string near = rules::nearest(word, names);
  return fmt::format("there is no option `{}`{}", word, near.empty() ? "" : fmt::format(", did you mean `{}`?", near));
}

std::string unknown_command(const std::string& word, const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
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
    return "a command is missing: run, check, test, explain or send";
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return error.what();
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

}  // namespace

tl::expected<CommandLine, Answer> parse_command_line(std::vector<std::string> words) {
  CLI::App app{"Tocsin: finds patterns over time in streams of events", "tocsin"};
  Words read;
  add_all(app, read);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    if (read.explain.format == "dot" && read.explain.stage != "nfa")
      throw CLI::ValidationError("--format", "dot shows --stage nfa only");
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(answer(error, app, words));
  }
  read.run.lateness = *events::parse_duration(read.lateness);
  read.run.drain = !read.no_drain;
  CommandLine line;
  line.color = read.color == "auto" ? Color::automatic : read.color == "always" ? Color::always : Color::never;
  const std::string& name = app.get_subcommands().front()->get_name();
  if (name == "run") line.command = std::move(read.run);
  if (name == "check") line.command = std::move(read.check);
  if (name == "test") line.command = std::move(read.test);
  if (name == "explain") line.command = std::move(read.explain);
  if (name == "send") line.command = std::move(read.send);
  return line;
}

}  // namespace tocsin::cli
